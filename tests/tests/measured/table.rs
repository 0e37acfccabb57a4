//! What the law says of each mark, as data.

use serde::Deserialize;

const TABLE: &str = include_str!("table.json");

/// The table.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    #[serde(rename = "about")]
    _about: String,
    pub papers: Vec<Paper>,
}

/// A paper and its marks.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Paper {
    pub name: String,
    pub marks: Vec<Mark>,
}

/// A mark; places in mm from the upper left of the page.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mark {
    pub mark: String,
    /// What says so.
    pub clause: String,
    /// Left, top, right, bottom: it stands within.
    pub within_mm: [f64; 4],
    pub colour: Colour,
    pub width_mm: [f64; 2],
    pub height_mm: [f64; 2],
    /// The field whose look it is; none for what is drawn on the page itself.
    pub field: Option<String>,
    /// The face of its letters, and their size; none for a picture.
    pub font: Option<String>,
    pub size_pt: Option<[f64; 2]>,
    /// The printed words before and after it, on whose base line it stands.
    pub between: Option<[String; 2]>,
    /// The printed lines between whose middles it is centred: title and name.
    pub centred_between: Option<[String; 2]>,
    /// The mark whose left third it covers.
    pub over_left_third_of: Option<String>,
    /// Nothing is printed so far around it.
    pub clear_mm: Option<f64>,
    /// Its right edge from the right edge of the page.
    pub right_mm: Option<f64>,
    /// Its upper edge from the upper edge of the page.
    pub top_mm: Option<[f64; 2]>,
}

/// How a mark's ink is told.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Colour {
    Black,
    Red,
    Blue,
}

impl Colour {
    /// Whether a pixel is of it; edges are blurred with the paper, and text is smoothed with coloured edges.
    pub fn is(self, [r, g, b]: [u8; 3]) -> bool {
        match self {
            Self::Black => r < 140 && g < 140 && b < 140,
            Self::Red => r > 150 && g < 130 && b < 130,
            Self::Blue => b > 90 && r < 110 && b > r,
        }
    }
}

pub fn read() -> Table {
    serde_json::from_str(TABLE).expect("table.json")
}
