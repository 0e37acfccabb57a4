//! A công văn by Decree 30/2020 Annex I, with free space for number, day, month, signature and seal.

use trien_pdf::PdfError;
use trien_pdf::write::{A4, Cut, Document, MM, Paragraph, Style};

use super::Office;

/// Margins of the page in mm: left 30, right 20 (Annex I, part I, I.3).
const LEFT: f64 = 30.0 * MM;
const RIGHT: f64 = 20.0 * MM;
/// Middle of box 2, the office's half of the head; the other half belongs to box 1.
const OFFICE_CENTRE: f64 = LEFT + 37.0 * MM;
const NATION_CENTRE: f64 = A4.x1 - RIGHT - 44.5 * MM;
/// Baseline of the first line: 20 mm below the upper edge.
const TOP: f64 = A4.y1 - 20.0 * MM - 12.0;
/// Free space for a number: five digits of 13 pt.
const NUMBER_GAP: f64 = 32.0;
/// Free space for a day or a month.
const DAY_GAP: f64 = 20.0;
/// Height left for signature and seal: 36 mm, the seal's own.
const SIGNATURE_HEIGHT: f64 = 36.0 * MM;

/// A letter that waits for its signature and number.
#[derive(Debug, Clone, Copy)]
pub struct Letter<'a> {
    /// Who writes.
    pub office: &'a Office,
    /// Trích yếu, with its `V/v`.
    pub subject: &'a str,
    /// Kính gửi.
    pub to: &'a str,
    /// The text.
    pub paragraphs: &'a [&'a str],
    /// The year printed on the date line.
    pub year: i32,
}

impl Letter<'_> {
    /// Writes the letter as a PDF.
    ///
    /// # Errors
    /// Where a text has a letter that the font lacks.
    pub fn write(&self) -> Result<Vec<u8>, PdfError> {
        let mut page = Document::new()?;
        page.page(A4);
        self.head(&mut page)?;
        let below = self.body(&mut page)?;
        self.foot(&mut page, below - 18.0)?;
        page.finish()
    }

    /// Boxes 1 to 5b: offices, number, place and date, subject.
    fn head(&self, page: &mut Document) -> Result<(), PdfError> {
        let upright = Style::new(Cut::Regular, 13.0);
        let bold = Style::new(Cut::Bold, 13.0);
        let [above, own] = self.office.head;
        page.centred(OFFICE_CENTRE, TOP, upright, above)?;
        page.centred(OFFICE_CENTRE, TOP - 16.0, bold, own)?;
        page.line(
            (OFFICE_CENTRE - 24.0, TOP - 21.0),
            (OFFICE_CENTRE + 24.0, TOP - 21.0),
            0.7,
        )?;
        page.centred(
            NATION_CENTRE,
            TOP,
            Style::new(Cut::Bold, 12.0),
            "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        )?;
        page.centred(
            NATION_CENTRE,
            TOP - 16.0,
            bold,
            "Độc lập - Tự do - Hạnh phúc",
        )?;
        page.line(
            (NATION_CENTRE - 80.0, TOP - 21.0),
            (NATION_CENTRE + 80.0, TOP - 21.0),
            0.7,
        )?;

        let line = TOP - 42.0;
        let notation = format!("/{}", self.office.notation);
        let start = OFFICE_CENTRE
            - (page.width(upright, "Số:") + NUMBER_GAP + page.width(upright, &notation)) / 2.0;
        page.text(start, line, upright, "Số:")?;
        page.text(
            start + page.width(upright, "Số:") + NUMBER_GAP,
            line,
            upright,
            &notation,
        )?;
        self.date_line(page, line)?;
        let place = Paragraph {
            x: OFFICE_CENTRE - 80.0,
            y: line - 18.0,
            width: 160.0,
            indent: 0.0,
            leading: 14.0,
            justify: false,
        };
        page.paragraph(place, Style::new(Cut::Regular, 12.0), self.subject)?;
        Ok(())
    }

    /// Box 4: `An Hòa, ngày … tháng … năm 2026`.
    fn date_line(&self, page: &mut Document, y: f64) -> Result<(), PdfError> {
        let italic = Style::new(Cut::Italic, 13.0);
        let parts = [
            format!("{}, ngày", self.office.place),
            "tháng".to_owned(),
            format!("năm {}", self.year),
        ];
        let words: f64 = parts.iter().map(|part| page.width(italic, part)).sum();
        let mut x = NATION_CENTRE - (words + 2.0 * DAY_GAP) / 2.0;
        for part in &parts {
            page.text(x, y, italic, part)?;
            x += page.width(italic, part) + DAY_GAP;
        }
        Ok(())
    }

    /// Boxes 9a and 6: addressee and text.
    fn body(&self, page: &mut Document) -> Result<f64, PdfError> {
        let text = Style::new(Cut::Regular, 14.0);
        page.centred(
            A4.x1 / 2.0,
            TOP - 118.0,
            text,
            &format!("Kính gửi: {}", self.to),
        )?;
        let mut y = TOP - 152.0;
        for paragraph in self.paragraphs {
            let place = Paragraph {
                x: LEFT,
                y,
                width: A4.x1 - LEFT - RIGHT,
                indent: 28.0,
                leading: 19.0,
                justify: true,
            };
            y = page.paragraph(place, text, paragraph)? - 5.0;
        }
        Ok(y)
    }

    /// Boxes 7a, 7b and 9b: competence, title and name around the free space, and where it goes.
    fn foot(&self, page: &mut Document, y: f64) -> Result<(), PdfError> {
        let centre = A4.x1 - RIGHT - 40.0 * MM;
        let bold = Style::new(Cut::Bold, 14.0);
        let leader = &self.office.leader;
        let lines: Vec<&str> = [leader.competence, leader.position]
            .into_iter()
            .filter(|line| !line.is_empty())
            .collect();
        let mut title = y;
        for line in &lines {
            page.centred(centre, title, bold, line)?;
            title -= 18.0;
        }
        page.centred(
            centre,
            title + 18.0 - 6.0 - SIGNATURE_HEIGHT - 14.0,
            bold,
            leader.name,
        )?;
        page.text(LEFT, y, Style::new(Cut::BoldItalic, 12.0), "Nơi nhận:")?;
        for (i, line) in ["- Như trên;", "- Lưu: VT."].iter().enumerate() {
            page.text(
                LEFT,
                y - 14.0 * (i as f64 + 1.0),
                Style::new(Cut::Regular, 11.0),
                line,
            )?;
        }
        Ok(())
    }
}
