//! The files that are measured: letters whose further pages are scans.

use std::fmt;
use std::path::{Path, PathBuf};

use rand::{RngCore, SeedableRng, rngs::StdRng};
use trien_pades::marks::{self, LEADER_MAX_MM};
use trien_pades::{FieldName, FieldPlan, PlannedField, begin, prepare};
use trien_pdf::image::Image;
use trien_pdf::write::{A4, Cut, Document, Style};
use trien_pdf::{Limits, Pdf, Rect};

use crate::Result;
use crate::office::{Office, Signer};

/// A size that an issue names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// 100 KB.
    Kb100,
    /// 0.5 MB.
    Kb500,
    /// 20 MB with 200 pages.
    Pages200,
    /// 500 MB.
    Mb500,
}

/// One letter at its stages.
pub struct Letter {
    /// Without fields.
    pub draft: PathBuf,
    /// With fields, unsigned.
    pub prepared: PathBuf,
    /// Signed by the leader.
    pub signed: PathBuf,
    /// Numbered, dated and sealed too.
    pub sealed: PathBuf,
}

/// Makes letters in a folder, each once.
pub struct Corpus<'a> {
    folder: &'a Path,
    office: &'a Office,
}

impl<'a> Corpus<'a> {
    /// Nothing yet.
    pub fn new(folder: &'a Path, office: &'a Office) -> Self {
        Self { folder, office }
    }

    /// The letter of this size.
    pub fn file(&self, kind: Kind) -> Result<Letter> {
        let path = |stage: &str| self.folder.join(format!("{kind:?}-{stage}.pdf"));
        let letter = Letter {
            draft: path("draft"),
            prepared: path("prepared"),
            signed: path("signed"),
            sealed: path("sealed"),
        };
        if !letter.sealed.exists() {
            self.make(kind, &letter)?;
        }
        Ok(letter)
    }

    fn make(&self, kind: Kind, letter: &Letter) -> Result<()> {
        let mut file = draft(kind)?;
        std::fs::write(&letter.draft, &file)?;
        let update = prepare(&open(&file)?, &plan()?)?.bytes;
        file.extend(update);
        std::fs::write(&letter.prepared, &file)?;
        self.sign(&mut file, "leader", FieldName::Leader, &[])?;
        std::fs::write(&letter.signed, &file)?;
        let fills = [
            (FieldName::Number, "125"),
            (FieldName::Day, "05"),
            (FieldName::Month, "11"),
        ];
        self.sign(&mut file, "clerk", FieldName::Seal, &fills)?;
        std::fs::write(&letter.sealed, &file)?;
        Ok(())
    }

    fn sign(
        &self,
        file: &mut Vec<u8>,
        who: &str,
        field: FieldName,
        fills: &[(FieldName, &str)],
    ) -> Result<()> {
        let signer = Signer::load(self.office.folder(), who)?;
        let act = begin(&open(file)?, &signer.request(field, fills))?;
        let raw = signer.sign(&act)?;
        file.extend(act.finish(&raw)?.appended);
        Ok(())
    }
}

impl Kind {
    /// Measured runs in one process, of which the median counts: short ones need several.
    pub fn runs(self) -> usize {
        match self {
            Self::Kb100 | Self::Kb500 => 9,
            Self::Pages200 => 3,
            Self::Mb500 => 1,
        }
    }

    /// The same for a peer, which takes longer.
    pub fn peer_runs(self) -> usize {
        match self {
            Self::Kb100 | Self::Kb500 => 5,
            Self::Pages200 | Self::Mb500 => 1,
        }
    }

    /// Scanned pages, and the side of each scan in pixels of one byte.
    fn scans(self) -> (usize, u32) {
        match self {
            Self::Kb100 => (1, 280),
            Self::Kb500 => (1, 680),
            Self::Pages200 => (199, 315),
            Self::Mb500 => (50, 3_160),
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Kb100 => "100 KB",
            Self::Kb500 => "0.5 MB",
            Self::Pages200 => "20 MB, 200 pages",
            Self::Mb500 => "500 MB",
        })
    }
}

fn open(file: &[u8]) -> Result<Pdf<&[u8]>> {
    Ok(Pdf::open(file, Limits::default())?)
}

/// Where the printed parts stand, in points.
const NUMBER_LINE: f64 = 741.0;
const TITLE_LINE: f64 = 420.0;
const NAME_LINE: f64 = 322.0;
const SIGNER_X: f64 = 438.0;

fn draft(kind: Kind) -> Result<Vec<u8>> {
    let mut letter = Document::new()?;
    letter.page(A4);
    let style = Style::new(Cut::Regular, 13.0);
    letter.text(110.0, NUMBER_LINE, style, "Số:")?;
    letter.text(174.0, NUMBER_LINE, style, "/UBND-VP")?;
    letter.text(310.0, NUMBER_LINE, style, "An Hòa, ngày")?;
    letter.text(412.0, NUMBER_LINE, style, "tháng")?;
    letter.text(474.0, NUMBER_LINE, style, "năm 2026")?;
    for line in 0..12 {
        let y = 680.0 - 19.0 * f64::from(line);
        letter.text(
            85.0,
            y,
            style,
            "Thực hiện kế hoạch phối hợp năm 2026 của Ủy ban nhân dân xã An Hòa",
        )?;
    }
    letter.centred(SIGNER_X, TITLE_LINE, style, "CHỦ TỊCH")?;
    letter.centred(SIGNER_X, NAME_LINE, style, "Nguyễn Văn Bình")?;
    let (pages, side) = kind.scans();
    // The same noise in every run: only the keys differ from run to run.
    let mut noise = StdRng::seed_from_u64(2026);
    for page in 0..pages {
        letter.page(A4);
        letter.text(85.0, 790.0, style, &format!("Phụ lục, trang {}", page + 2))?;
        letter.image(
            &scan(&mut noise, side)?,
            Rect::new(40.0, 60.0, 555.0, 770.0),
        )?;
    }
    Ok(letter.finish()?)
}

/// Noise: like a scan it does not compress.
fn scan(noise: &mut StdRng, side: u32) -> Result<Image> {
    let mut pixels = vec![0; side as usize * side as usize];
    noise.fill_bytes(&mut pixels);
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, side, side);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_compression(png::Compression::NoCompression);
    encoder.write_header()?.write_image_data(&pixels)?;
    Ok(Image::from_png(&bytes)?)
}

fn plan() -> Result<FieldPlan> {
    let leader = marks::leader_rect(
        TITLE_LINE - 4.0,
        NAME_LINE + 12.0,
        SIGNER_X,
        2.0,
        LEADER_MAX_MM,
    )
    .ok_or("the leader's mark does not fit")?;
    let fields = [
        (
            FieldName::Number,
            marks::text_box(132.0, 173.0, NUMBER_LINE),
        ),
        (FieldName::Day, marks::text_box(386.0, 410.0, NUMBER_LINE)),
        (FieldName::Month, marks::text_box(447.0, 472.0, NUMBER_LINE)),
        (FieldName::Leader, leader),
        (FieldName::Seal, marks::seal_rect(leader, 36.0)),
    ];
    let planned = |(name, rect)| PlannedField {
        name,
        page: 0,
        rect,
        signer: None,
    };
    Ok(FieldPlan {
        fields: fields.map(planned).to_vec(),
    })
}
