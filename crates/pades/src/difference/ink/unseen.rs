//! What a page draws and nobody sees, or says otherwise than it shows it.

use trien_pdf::Rect;

use super::{Ink, Piece, What};
use crate::difference::ink::alpha::Alpha;

/// A picture that takes this part of the page is the page: a scan, whose text layer may lie under it.
const SCAN: f64 = 0.5;
/// Lower or narrower paint, in points, is a rule through a line of text: it covers no letter.
const RULE: f64 = 2.5;
/// Where a letter or a picture is looked at, in parts of its width and height: what is covered there is covered.
const PROBES: [f64; 2] = [0.25, 0.75];

/// Kinds of content that a reader of the page does not see.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Unseen {
    /// Letters without paint over no picture, or beyond the page's edge.
    pub invisible: bool,
    /// Letters without paint over a picture, or under a scan.
    pub text_layer: bool,
    /// Letters in the colour of the paper they stand on.
    pub pale: bool,
    /// Letters or pictures under opaque paint.
    pub covered: bool,
    /// Text that is said to be another than its letters are.
    pub renamed: bool,
}

impl Ink {
    /// What of all this is not seen, on a page of `area` square points.
    pub fn unseen(&self, area: f64) -> Unseen {
        let pictures = || {
            let images = self.pieces.iter();
            images.filter(|piece| matches!(piece.what, What::Image(_)))
        };
        let on_picture = |place: &Rect| {
            let (x, y) = middle(*place);
            pictures().any(|picture| holds(picture.place, x, y))
        };
        let mut unseen = Unseen {
            invisible: self.outside || self.unpainted.iter().any(|place| !on_picture(place)),
            text_layer: self.unpainted.iter().any(on_picture),
            renamed: self.renamed,
            ..Unseen::default()
        };
        let paints: Vec<(usize, &Piece)> = (self.pieces.iter().enumerate())
            .filter(|(_, piece)| piece.paints())
            .collect();
        for (at, piece) in self.pieces.iter().enumerate() {
            let letter = matches!(piece.what, What::Glyph(_));
            if !letter && !matches!(piece.what, What::Image(_)) {
                continue;
            }
            let (earlier, later) = paints.split_at(paints.partition_point(|(of, _)| *of <= at));
            if let Some((_, cover)) = later.iter().find(|(_, later)| later.covers(piece.place)) {
                let scan = matches!(cover.what, What::Image(_)) && cover.whole >= SCAN * area;
                unseen.text_layer |= letter && scan;
                unseen.covered |= !(letter && scan);
            } else if letter && piece.pale {
                let (x, y) = middle(piece.place);
                let mut ground = earlier.iter().map(|(_, earlier)| earlier);
                unseen.pale |= !ground.any(|ground| !ground.pale && holds(ground.place, x, y));
            }
        }
        unseen
    }
}

impl Piece {
    /// Whether it is paint under which, or on which, letters may stand.
    fn paints(&self) -> bool {
        let rule = self.place.width() < RULE || self.place.height() < RULE;
        matches!(self.what, What::Bar | What::Shape | What::Image(_)) && !rule
    }

    /// Whether it surely hides all that matters of `place`. An outline is only known by its box, and a mask that cannot
    /// be read may let everything through.
    fn covers(&self, place: Rect) -> bool {
        let sure = match &self.what {
            What::Bar => true,
            What::Image(picture) => !matches!(picture.alpha, Alpha::Unread),
            _ => false,
        };
        let at = |part: (f64, f64)| {
            let x = place.x0 + part.0 * place.width();
            self.hides(x, place.y0 + part.1 * place.height())
        };
        let mut probes = PROBES.iter().flat_map(|x| PROBES.map(|y| (*x, y)));
        sure && probes.all(at)
    }
}

/// Whether letters that are known differ from what they are said to be. Signs and spaces do not count; ligatures and
/// marks that are drawn by themselves are spelled in several ways, so that nothing is told of them.
pub(super) fn says_other(said: &str, drawn: &[Piece]) -> bool {
    let letters: Option<String> = drawn
        .iter()
        .map(|piece| match piece.what {
            What::Glyph(letter) => letter.filter(|letter| !is_spelled_otherwise(*letter)),
            _ => None,
        })
        .collect();
    let plain = |text: &str| -> String { text.chars().filter(|c| c.is_alphanumeric()).collect() };
    letters.is_some_and(|letters| {
        let (said, drawn) = (plain(said), plain(&letters));
        !said.is_empty() && !drawn.is_empty() && said != drawn
    })
}

/// Combining marks, and the ligatures of the alphabetic presentation forms.
fn is_spelled_otherwise(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36f}' | '\u{fb00}'..='\u{fb06}')
}

fn middle(place: Rect) -> (f64, f64) {
    (
        f64::midpoint(place.x0, place.x1),
        f64::midpoint(place.y0, place.y1),
    )
}

fn holds(place: Rect, x: f64, y: f64) -> bool {
    place.contains(Rect::new(x, y, x, y))
}
