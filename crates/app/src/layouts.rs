//! How a kind of paper is laid out, as data: by what it is known, the line of its number, its date, its signature's
//! block and its series.
//!
//! The file that comes with the program holds the layouts with the clauses that they follow; an office's administrator
//! replaces it under the setting `layouts`.

use serde::Deserialize;
use trien_domain::document::Kind;
use trien_domain::number::OUTGOING;
use trien_domain::text::fold;
use trien_render::PageText;

use crate::app::App;
use crate::error::{AppError, ErrorCode, Result};
use crate::view::{LayoutView, Text};

const BUILT_IN: &str = include_str!("../data/layouts.json");
/// The setting that replaces it.
const SETTING: &str = "layouts";
/// Points in a millimetre.
pub(crate) const POINTS_PER_MM: f64 = 72.0 / 25.4;

/// All layouts of an office, the usual one first.
#[derive(Debug, Clone, Deserialize)]
pub struct Layouts {
    layouts: Vec<Layout>,
}

/// One layout.
#[derive(Debug, Clone, Deserialize)]
pub struct Layout {
    /// Its stable name: `hanh-chinh`, `dang`.
    pub key: String,
    /// Its name for people.
    pub name: Text,
    /// The clauses that it follows.
    pub sources: Vec<String>,
    /// What is printed on the first page of every such paper and of no other.
    pub heading: Vec<String>,
    /// The line of number and notation.
    pub number: NumberLine,
    /// The line of place and date.
    pub date: DateLine,
    /// The block of title, signature and name.
    pub signature: SignatureBlock,
    /// The organisation's text on attachments and copies.
    pub corner: Corner,
    /// The stamps of urgency.
    pub urgency: UrgencyStamps,
    /// Which numbers its papers take.
    pub series: SeriesRule,
}

/// The organisation's text in the upper right corner.
#[derive(Debug, Clone, Deserialize)]
pub struct Corner {
    /// The widest line.
    pub width_mm: f64,
    /// From the upper edge of the page.
    pub top_mm: f64,
    /// From the right edge of the page.
    pub right_mm: f64,
    /// Its lines on attachments and appendices: `{code}`, `{time}`.
    pub attachment: Vec<String>,
    /// Its lines on copies: `{form}`, `{organ}`, `{code}`, `{time}`.
    pub copy: Vec<String>,
}

/// The stamps of urgency.
#[derive(Debug, Clone, Deserialize)]
pub struct UrgencyStamps {
    /// Where they stand.
    pub place: StampPlace,
    stamps: Vec<StampForm>,
}

/// Where stamps of urgency stand.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct StampPlace {
    /// From the left edge of the page.
    pub left_mm: f64,
    /// From the base line of the number, at least.
    pub below_number_mm: f64,
}

/// One stamp of urgency.
#[derive(Debug, Clone, Deserialize)]
pub struct StampForm {
    code: u8,
    /// What it says.
    pub text: String,
    /// Its border's width.
    pub width_mm: f64,
    /// Its border's height.
    pub height_mm: f64,
}

impl UrgencyStamps {
    /// The stamp of an urgency as edXML counts it; normal documents get none.
    pub fn stamp(&self, code: u8) -> Option<&StampForm> {
        self.stamps.iter().find(|stamp| stamp.code == code)
    }
}

/// The line of number and notation.
#[derive(Debug, Clone, Deserialize)]
pub struct NumberLine {
    /// What stands before the number; the first one is the right one.
    pub labels: Vec<String>,
    /// What stands between number and notation.
    pub joint: char,
}

/// The words of the line of place and date.
#[derive(Debug, Clone, Deserialize)]
pub struct DateLine {
    /// Before the day.
    pub day: String,
    /// Before the month.
    pub month: String,
    /// Before the year.
    pub year: String,
}

/// The block of title, signature and name.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct SignatureBlock {
    /// A title stands above the name if it reaches so far left or right of the name's middle.
    column_mm: f64,
    /// Least height between title and name: below it no hand is legible.
    least_mm: f64,
}

/// Which numbers papers take (Decree 30/2020 art. 15; the Party numbers each kind by itself).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SeriesRule {
    /// One series for all.
    Common,
    /// One series for each kind.
    Kind,
}

impl SignatureBlock {
    /// Half the column's width in points.
    pub(crate) fn column(&self) -> f64 {
        self.column_mm * POINTS_PER_MM
    }

    /// The least height in points.
    pub(crate) fn least_height(&self) -> f64 {
        self.least_mm * POINTS_PER_MM
    }
}

impl Layout {
    /// The key of the series that a document of some kind takes its number from.
    pub(crate) fn series_key(&self, kind: &Kind) -> String {
        match self.series {
            SeriesRule::Common => OUTGOING.to_owned(),
            SeriesRule::Kind => format!("{OUTGOING}:{}:{}", self.key, fold(&kind.name)),
        }
    }
}

impl Layouts {
    /// Those that come with the program.
    ///
    /// # Errors
    /// `Internal` where the program was built with data that cannot be read.
    pub fn built_in() -> Result<Self> {
        Self::read(BUILT_IN)
            .ok_or_else(|| AppError::new(ErrorCode::Internal, "layouts.json cannot be read"))
    }

    /// The layout that is asked for, else the one by whose heading the first page is known, else the usual one.
    ///
    /// # Errors
    /// `BadArgument` where there is none of this key.
    pub fn choose(&self, wanted: &str, first: Option<&PageText>) -> Result<&Layout> {
        if !wanted.is_empty() {
            return self.named(wanted);
        }
        let text = first.map(|page| fold(&page.plain())).unwrap_or_default();
        let known = self.layouts.iter().find(|layout| {
            let mut headings = layout.heading.iter();
            headings.any(|heading| text.contains(&fold(heading)))
        });
        known.map_or_else(|| self.usual(), Ok)
    }

    /// The layout of a document of ours; those from before there were layouts have the usual one.
    ///
    /// # Errors
    /// `BadArgument` where the office has none of this key any more.
    pub fn of(&self, key: &str) -> Result<&Layout> {
        if key.is_empty() {
            self.usual()
        } else {
            self.named(key)
        }
    }

    fn named(&self, key: &str) -> Result<&Layout> {
        let found = self.layouts.iter().find(|layout| layout.key == key);
        found.ok_or_else(|| AppError::new(ErrorCode::BadArgument, format!("layout {key:?}")))
    }

    fn usual(&self) -> Result<&Layout> {
        let none = || AppError::new(ErrorCode::BadArgument, "no layout");
        self.layouts.first().ok_or_else(none)
    }

    fn read(text: &str) -> Option<Self> {
        let layouts: Self = serde_json::from_str(text).ok()?;
        let usable = |layout: &Layout| {
            !layout.key.is_empty() && layout.number.labels.iter().any(|label| !label.is_empty())
        };
        let all = !layouts.layouts.is_empty() && layouts.layouts.iter().all(usable);
        all.then_some(layouts)
    }
}

impl App {
    /// The office's layouts.
    pub(crate) fn layouts(&self) -> Result<Layouts> {
        let own = self.store.settings().get(SETTING)?;
        match own.and_then(|text| Layouts::read(&text)) {
            Some(own) => Ok(own),
            None => Layouts::built_in(),
        }
    }

    /// The office's layouts by key and name, the usual one first.
    ///
    /// # Errors
    /// Those of the store.
    pub fn layout_views(&self) -> Result<Vec<LayoutView>> {
        let view = |layout: Layout| LayoutView {
            key: layout.key,
            name: layout.name,
            sources: layout.sources,
        };
        Ok(self.layouts()?.layouts.into_iter().map(view).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_layouts_say_what_they_follow() {
        let layouts = Layouts::built_in().unwrap();
        assert_eq!(layouts.usual().unwrap().key, "hanh-chinh");
        for layout in &layouts.layouts {
            let part = |of: &str| layout.sources.iter().any(|source| source.starts_with(of));
            assert!(
                part("number:") && part("date:") && part("signature:"),
                "{layout:?}"
            );
        }
        assert_eq!(
            layouts.choose("phong", None).unwrap_err().code,
            ErrorCode::BadArgument
        );
    }

    #[test]
    fn the_party_numbers_each_kind_by_itself() {
        let layouts = Layouts::built_in().unwrap();
        let key = |layout: &str| layouts.of(layout).unwrap().series_key(&Kind::cong_van());
        assert_eq!(key(""), OUTGOING);
        assert_eq!(key("dang"), "di:dang:cong van");
    }

    #[test]
    fn data_without_a_label_are_not_used() {
        let broken = BUILT_IN.replace(r#"["Số", "Số:"]"#, "[]");
        assert!(Layouts::read(&broken).is_none());
        assert!(Layouts::read(r#"{"layouts": []}"#).is_none());
    }
}
