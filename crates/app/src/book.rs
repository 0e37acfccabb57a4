//! A book on paper or as a table. A book kept by a program is printed with all its columns, signed for and bound
//! (Decree 30/2020/NĐ-CP, articles 15 and 22), so the PDF has the heads of Annex IV on every page.

use std::path::Path;

use trien_domain::register::{INCOMING_COLUMNS, OUTGOING_COLUMNS};
use trien_pdf::font::{self, Face};
use trien_pdf::write::{A4, Cut, Document, MM, Style};
use trien_pdf::{PdfError, Rect};

use crate::app::App;
use crate::error::Result;
use crate::saving::save;
use crate::view::Book;

/// A4 on its side: ten columns do not fit upright.
const PAGE: Rect = Rect {
    x0: 0.0,
    y0: 0.0,
    x1: A4.y1,
    y1: A4.x1,
};
const MARGIN: f64 = 12.0 * MM;
/// Room inside a cell beside its text.
const PAD: f64 = 3.0;
const LEADING: f64 = 11.0;
/// Widths of the columns in mm, together 273: the page without its margins.
const OUTGOING_WIDTHS: [f64; 10] = [27.0, 20.0, 68.0, 26.0, 44.0, 22.0, 14.0, 20.0, 18.0, 14.0];
const INCOMING_WIDTHS: [f64; 10] = [20.0, 13.0, 37.0, 28.0, 20.0, 74.0, 28.0, 20.0, 17.0, 16.0];

impl App {
    /// Writes a book, or the lines of it that have every word of `find`, in the order of the book: as a table where the
    /// file's name ends in `.csv`, else as a PDF to be printed.
    ///
    /// # Errors
    /// `StoreFailed` where it cannot be written there; what was there before is then as it was.
    pub fn save_register(&self, book: Book, year: i32, find: &str, to: &Path) -> Result<()> {
        let mut rows = Vec::new();
        let mut cursor = None;
        loop {
            let page = self.register(book, year, find, cursor.as_deref())?;
            rows.extend(page.rows);
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        rows.reverse();
        let table = to
            .extension()
            .is_some_and(|e| e.eq_ignore_ascii_case("csv"));
        let bytes = if table {
            csv(book, &rows).into_bytes()
        } else {
            let head = Head {
                book,
                year,
                organ: &self.profile.organ.name,
            };
            Printed::of(head, &rows)?.document.finish()?
        };
        save(to, &bytes)
    }
}

fn columns(book: Book) -> [&'static str; 10] {
    match book {
        Book::Outgoing => OUTGOING_COLUMNS,
        Book::Incoming => INCOMING_COLUMNS,
    }
}

/// RFC 4180, with the mark by which office programs know the encoding.
fn csv(book: Book, rows: &[Vec<String>]) -> String {
    let line = |cells: &[String]| {
        let cells: Vec<String> = cells.iter().map(|cell| quoted(cell)).collect();
        cells.join(",") + "\r\n"
    };
    let heads = columns(book).map(str::to_owned);
    let lines: String = rows.iter().map(|row| line(row)).collect();
    format!("\u{feff}{}{lines}", line(&heads))
}

/// What came from outside must not be a formula for whoever opens the table: an apostrophe makes it text.
fn quoted(cell: &str) -> String {
    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let mark = if formula { "'" } else { "" };
    format!("\"{mark}{}\"", cell.replace('"', "\"\""))
}

/// What stands above the first page's table.
struct Head<'a> {
    book: Book,
    year: i32,
    organ: &'a str,
}

/// The book on its way to paper.
struct Printed {
    document: Document,
    face: Face<'static>,
    book: Book,
    /// The lower edge of what is drawn.
    y: f64,
    pages: u32,
}

impl Printed {
    fn of(head: Head<'_>, rows: &[Vec<String>]) -> std::result::Result<Self, PdfError> {
        let mut printed = Self {
            document: Document::new()?,
            face: font::serif()?,
            book: head.book,
            y: 0.0,
            pages: 0,
        };
        printed.turn()?;
        printed.title(&head, rows)?;
        printed.heads()?;
        for row in rows {
            printed.row(row, Style::new(Cut::Regular, 9.0))?;
        }
        Ok(printed)
    }

    fn turn(&mut self) -> std::result::Result<(), PdfError> {
        self.document.page(PAGE);
        self.pages += 1;
        self.y = PAGE.y1 - MARGIN;
        let number = format!("Trang {}", self.pages);
        let style = Style::new(Cut::Regular, 9.0);
        (self.document).centred(PAGE.x1 / 2.0, MARGIN - 14.0, style, &number)
    }

    fn title(
        &mut self,
        head: &Head<'_>,
        rows: &[Vec<String>],
    ) -> std::result::Result<(), PdfError> {
        let (name, number) = match head.book {
            Book::Outgoing => ("SỔ ĐĂNG KÝ VĂN BẢN ĐI", 0),
            Book::Incoming => ("SỔ ĐĂNG KÝ VĂN BẢN ĐẾN", 1),
        };
        let of = |row: Option<&Vec<String>>| row.and_then(|row| row.get(number)).cloned();
        let (first, last) = (of(rows.first()), of(rows.last()));
        let range = first.zip(last);
        let range = range.map_or(String::new(), |(from, to)| {
            format!(", từ số {from} đến số {to}")
        });
        let organ = self.known(&head.organ.to_uppercase());
        let range = self.known(&format!("Năm {}{range}", head.year));
        let middle = PAGE.x1 / 2.0;
        for (style, text) in [
            (Style::new(Cut::Regular, 12.0), organ.as_str()),
            (Style::new(Cut::Bold, 14.0), name),
            (Style::new(Cut::Italic, 11.0), range.as_str()),
        ] {
            self.y -= style.size * 1.3;
            self.document.centred(middle, self.y, style, text)?;
        }
        self.y -= 10.0;
        Ok(())
    }

    /// The heads with their numbers below, as the form of Annex IV has them.
    fn heads(&mut self) -> std::result::Result<(), PdfError> {
        let heads = columns(self.book).map(str::to_owned);
        self.row(&heads, Style::new(Cut::Bold, 9.0))?;
        let numbers = std::array::from_fn::<_, 10, _>(|i| format!("({})", i + 1));
        self.row(&numbers, Style::new(Cut::Italic, 8.0))
    }

    /// One line of the table, whole on one page unless it is longer than a page.
    fn row(&mut self, cells: &[String], style: Style) -> std::result::Result<(), PdfError> {
        let widths = match self.book {
            Book::Outgoing => OUTGOING_WIDTHS,
            Book::Incoming => INCOMING_WIDTHS,
        }
        .map(|mm| mm * MM);
        let mut cells: Vec<Vec<String>> = cells
            .iter()
            .zip(widths)
            .map(|(text, width)| self.broken(text, style, width - 2.0 * PAD))
            .collect();
        // What is taller than a page begins on a new one and goes on overleaf.
        let mut fresh = false;
        loop {
            let room = ((self.y - MARGIN - 2.0 * PAD) / LEADING).max(1.0) as usize;
            let height = cells.iter().map(Vec::len).max().unwrap_or(0);
            if height <= room || fresh {
                let rest = cells
                    .iter_mut()
                    .map(|cell| cell.split_off(cell.len().min(room)));
                let rest: Vec<Vec<String>> = rest.collect();
                self.boxed(&cells, &widths, style)?;
                if rest.iter().all(Vec::is_empty) {
                    return Ok(());
                }
                cells = rest;
            }
            self.turn()?;
            if style.cut == Cut::Regular {
                self.heads()?;
            }
            fresh = true;
        }
    }

    fn boxed(
        &mut self,
        cells: &[Vec<String>],
        widths: &[f64],
        style: Style,
    ) -> std::result::Result<(), PdfError> {
        let lines = cells.iter().map(Vec::len).max().unwrap_or(0).max(1);
        #[allow(clippy::cast_precision_loss)] // A cell has a few dozen lines.
        let bottom = self.y - lines as f64 * LEADING - 2.0 * PAD;
        let mut x = MARGIN;
        let page = &mut self.document;
        for (cell, width) in cells.iter().zip(widths) {
            page.draw(&format!(
                "q 0.5 w {x:.2} {bottom:.2} {width:.2} {:.2} re S Q",
                self.y - bottom
            ))?;
            let mut y = self.y - PAD - style.size * 0.9;
            for line in cell {
                page.text(x + PAD, y, style, line)?;
                y -= LEADING;
            }
            x += width;
        }
        self.y = bottom;
        Ok(())
    }

    /// A cell's lines: broken at spaces, and inside what is longer than a line.
    fn broken(&self, text: &str, style: Style, width: f64) -> Vec<String> {
        let fits = |line: &str| self.document.width(style, line) <= width;
        let mut lines = Vec::new();
        let mut line = String::new();
        for word in self.known(text).split_whitespace() {
            let longer = [line.as_str(), word].join(if line.is_empty() { "" } else { " " });
            if fits(&longer) {
                line = longer;
                continue;
            }
            if !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            for letter in word.chars() {
                if !line.is_empty() && !fits(&format!("{line}{letter}")) {
                    lines.push(std::mem::take(&mut line));
                }
                line.push(letter);
            }
        }
        lines.push(line);
        lines
    }

    /// The text with `?` for every letter that the font lacks: a foreign name must not keep a book from being printed.
    fn known(&self, text: &str) -> String {
        let lacks = |letter: char| self.face.missing(letter.encode_utf8(&mut [0; 4])).is_some();
        let shown = |letter: char| match letter {
            letter if letter.is_whitespace() => ' ',
            letter if lacks(letter) => '?',
            letter => letter,
        };
        text.chars().map(shown).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_has_quotes_doubled_and_no_formula() {
        let row = vec!["=1+1".to_owned(), "gọi là \"mẫu\"".to_owned()];
        let table = csv(Book::Outgoing, &[row]);
        let last = table.lines().last().unwrap();
        assert_eq!(last, "\"'=1+1\",\"gọi là \"\"mẫu\"\"\"");
        assert!(table.starts_with("\u{feff}\"Số, ký hiệu văn bản\","));
    }

    #[test]
    fn columns_fill_the_page() {
        for widths in [OUTGOING_WIDTHS, INCOMING_WIDTHS] {
            let sum: f64 = widths.iter().sum();
            assert!((sum * MM - (PAGE.x1 - 2.0 * MARGIN)).abs() < MM, "{sum} mm");
        }
    }

    #[test]
    fn a_line_longer_than_a_page_goes_on_overleaf() {
        let mut long = vec![String::new(); 10];
        long[2] = "Kế hoạch phòng, chống thiên tai 文 ".repeat(400);
        let head = Head {
            book: Book::Outgoing,
            year: 2026,
            organ: "UBND xã An Hòa",
        };
        let short = vec!["1/UBND".to_owned(); 10];
        let printed = Printed::of(head, &[short.clone(), long, short]).unwrap();
        assert!((3..12).contains(&printed.pages), "{}", printed.pages);
        assert!(printed.document.finish().unwrap().starts_with(b"%PDF-"));
    }
}
