//! Files that a word processor or a scanner leaves: a paper of the Party, pages that lie turned, cut out or scaled, a
//! cross-reference table in pieces, scans, appendices.

use trien_pdf::write::{A4, Cut, Document, MM, Style};
use trien_pdf::{Dict, Limits, Object, ObjectSink, Pdf, PdfError, Update, normalise};

/// A công văn of a Party committee by Hướng dẫn 36-HD/VPTW: no Quốc hiệu, `Số … -CV/TU`.
///
/// # Errors
/// Where a text has a letter that the font lacks.
pub fn party_letter(signer: &str, year: i32) -> Result<Vec<u8>, PdfError> {
    let mut page = Document::new()?;
    page.page(A4);
    let (regular, bold) = (Style::new(Cut::Regular, 14.0), Style::new(Cut::Bold, 14.0));
    let italic = Style::new(Cut::Italic, 14.0);
    page.centred(165.0, 780.0, regular, "TỈNH ỦY MẪU SƠN")?;
    page.centred(
        165.0,
        762.0,
        Style::new(Cut::Bold, 14.0),
        "ĐẢNG ỦY XÃ AN HÒA",
    )?;
    page.centred(430.0, 780.0, bold, "ĐẢNG CỘNG SẢN VIỆT NAM")?;
    page.text(110.0, 738.0, regular, "Số")?;
    page.text(168.0, 738.0, regular, "-CV/ĐU")?;
    page.text(330.0, 738.0, italic, "An Hòa, ngày")?;
    page.text(432.0, 738.0, italic, "tháng")?;
    page.text(494.0, 738.0, italic, &format!("năm {year}"))?;
    page.centred(297.0, 690.0, regular, "Kính gửi: Ban Tổ chức Tỉnh ủy")?;
    page.text(
        85.0,
        650.0,
        regular,
        "Đảng ủy xã An Hòa báo cáo kết quả sinh hoạt chi bộ quý IV./.",
    )?;
    page.centred(440.0, 560.0, bold, "T/M BAN THƯỜNG VỤ")?;
    page.centred(440.0, 542.0, bold, "BÍ THƯ")?;
    page.centred(440.0, 542.0 - 36.0 * MM - 20.0, bold, signer)?;
    page.finish()
}

/// How a page lies in its file; it looks the same in all of them.
#[derive(Debug, Clone, Copy)]
pub enum Lying {
    /// `/Rotate`, in degrees clockwise, over content that is turned back.
    Turned(u16),
    /// A `/CropBox` within a larger `/MediaBox`.
    Cropped,
    /// A `/UserUnit` of 2 over everything at half its size.
    Scaled,
}

/// The same one-page paper, lying otherwise.
///
/// # Errors
/// Where the file cannot be read.
pub fn lying(pdf: &[u8], how: Lying) -> Result<Vec<u8>, PdfError> {
    let (w, h) = (A4.x1, A4.y1);
    let turned = Some(("Rotate", 0.0));
    let (matrix, media, crop, key) = match how {
        Lying::Turned(90) => (
            [0.0, 1.0, -1.0, 0.0, h, 0.0],
            [0.0, 0.0, h, w],
            None,
            turned,
        ),
        Lying::Turned(180) => ([-1.0, 0.0, 0.0, -1.0, w, h], [0.0, 0.0, w, h], None, turned),
        Lying::Turned(_) => (
            [0.0, -1.0, 1.0, 0.0, 0.0, w],
            [0.0, 0.0, h, w],
            None,
            turned,
        ),
        Lying::Cropped => (
            [1.0, 0.0, 0.0, 1.0, 20.0, 40.0],
            [-50.0, -30.0, w + 70.0, h + 90.0],
            Some([20.0, 40.0, w + 20.0, h + 40.0]),
            None,
        ),
        Lying::Scaled => (
            [0.5, 0.0, 0.0, 0.5, 0.0, 0.0],
            [0.0, 0.0, w / 2.0, h / 2.0],
            None,
            Some(("UserUnit", 2.0)),
        ),
    };
    change_page(pdf, |page, update| {
        let numbers = |of: &[f64]| of.iter().map(|n| Object::Real(*n)).collect::<Vec<_>>();
        let matrix = matrix.map(|n: f64| n.to_string()).join(" ");
        let before = update.add_stream(Dict::new(), format!("q {matrix} cm").into_bytes(), false);
        let after = update.add_stream(Dict::new(), b"Q".to_vec(), false);
        let content = page.get("Contents").cloned().unwrap_or(Object::Null);
        let parts = vec![Object::Reference(before), content, Object::Reference(after)];
        page.set("Contents", parts);
        page.set("MediaBox", numbers(&media));
        if let Some(crop) = crop {
            page.set("CropBox", numbers(&crop));
        }
        match (how, key) {
            (Lying::Turned(degrees), Some((key, _))) => page.set(key, i64::from(degrees)),
            (_, Some((key, value))) => page.set(key, Object::Real(value)),
            (_, None) => {}
        }
    })
}

/// Changes the only page and writes the file anew as one revision.
fn change_page(
    pdf: &[u8],
    change: impl FnOnce(&mut Dict, &mut Update<'_, &[u8]>),
) -> Result<Vec<u8>, PdfError> {
    let opened = Pdf::open(pdf, Limits::default())?;
    let pages = opened.latest().pages()?;
    let mut update = Update::new(&opened)?;
    if let Some(page) = pages.first() {
        let mut dict = page.dict.clone();
        change(&mut dict, &mut update);
        update.set(page.id, dict);
    }
    let whole = [pdf, &update.finish()?.bytes].concat();
    let mut clean = Vec::new();
    normalise(&Pdf::open(whole.as_slice(), Limits::default())?, &mut clean)?;
    Ok(clean)
}

/// The same file with its cross-reference table in two pieces; `None` where it has no table that can be cut.
pub fn fragmented(pdf: &[u8]) -> Option<Vec<u8>> {
    const ENTRY: usize = 20;
    let table = pdf
        .windows(5)
        .rposition(|w| w == b"xref\n")
        .filter(|at| *at > 9)?;
    // The last `xref` is that of `startxref`.
    let table = pdf
        .get(..table - 5)?
        .windows(5)
        .rposition(|w| w == b"xref\n")?;
    let head = table + 5;
    let line = pdf.get(head..)?.iter().position(|byte| *byte == b'\n')?;
    let text = std::str::from_utf8(pdf.get(head..head + line)?).ok()?;
    let count: usize = text.strip_prefix("0 ")?.trim().parse().ok()?;
    let entries = head + line + 1;
    let cut = entries + 2 * ENTRY;
    let mut pieces = pdf.get(..head)?.to_vec();
    pieces.extend(b"0 2\n");
    pieces.extend(pdf.get(entries..cut)?);
    pieces.extend(format!("2 {}\n", count - 2).bytes());
    pieces.extend(pdf.get(cut..)?);
    Some(pieces)
}

/// The same file as Microsoft Word ends one: after the table, one with no entry of its own and a stream beside it (ISO
/// 32000-2 7.5.8.4); `None` where it is no file with a table.
pub fn hybrid(pdf: &[u8]) -> Option<Vec<u8>> {
    let opened = Pdf::open(pdf, Limits::default()).ok()?;
    let revision = opened.revisions().first()?;
    let entry = |key| revision.trailer.get(key);
    let size = entry("Size").and_then(Object::as_integer)?;
    let root = entry("Root").and_then(Object::as_reference)?;
    let (beside, after) = (pdf.len(), size + 1);
    let stream = format!(
        "{size} 0 obj << /Type /XRef /Size {after} /W [1 4 1] /Index [{size} 1] /Filter /ASCIIHexDecode /Length 13 >>\n\
         stream\n01{beside:08x}00>\nendstream endobj\n"
    );
    let table = beside + stream.len();
    let last = format!(
        "xref\n0 0\ntrailer << /Size {after} /Root {} {} R /Prev {} /XRefStm {beside} >>\nstartxref\n{table}\n%%EOF\n",
        root.number, root.generation, revision.startxref
    );
    Some([pdf, stream.as_bytes(), last.as_bytes()].concat())
}

/// A sheet of A4 as a scanner leaves it: one picture over the page, white, with this many pixels, colours named by a
/// device's colour space.
///
/// # Errors
/// Where the file cannot be written.
pub fn scan(pixels: (i64, i64), space: &str) -> Result<Vec<u8>, PdfError> {
    let mut page = Document::new()?;
    page.page(A4);
    let components = if space == "DeviceGray" { 1 } else { 3 };
    let white = vec![u8::MAX; usize::try_from(pixels.0 * pixels.1 * components).unwrap_or(0)];
    change_page(&page.finish()?, |page, update| {
        let image = Dict::new()
            .with("Type", Object::name("XObject"))
            .with("Subtype", Object::name("Image"))
            .with("Width", pixels.0)
            .with("Height", pixels.1)
            .with("BitsPerComponent", 8i64)
            .with("ColorSpace", Object::name(space));
        let image = update.add_stream(image, white, true);
        let draw = format!("q {} 0 0 {} 0 0 cm /Im0 Do Q", A4.x1, A4.y1);
        let draw = update.add_stream(Dict::new(), draw.into_bytes(), false);
        page.set("Contents", draw);
        let objects = Dict::new().with("Im0", image);
        page.set("Resources", Dict::new().with("XObject", objects));
    })
}

/// A plain page with a heading, as an appendix or an extract is set.
///
/// # Errors
/// Where a text has a letter that the font lacks.
pub fn plain(heading: &str, in_the_corner: Option<&str>) -> Result<Vec<u8>, PdfError> {
    let mut page = Document::new()?;
    page.page(A4);
    page.centred(297.0, 760.0, Style::new(Cut::Bold, 14.0), heading)?;
    page.text(
        85.0,
        720.0,
        Style::new(Cut::Regular, 14.0),
        "1. Số hồ sơ đã số hóa: 4.128.",
    )?;
    if let Some(text) = in_the_corner {
        page.text(460.0, 815.0, Style::new(Cut::Regular, 10.0), text)?;
    }
    page.finish()
}

/// A công văn of two signers side by side, each name printed under its title.
///
/// # Errors
/// Where a text has a letter that the font lacks.
pub fn joint_letter(leader: &str, co_signer: &str, year: i32) -> Result<Vec<u8>, PdfError> {
    let mut page = Document::new()?;
    page.page(A4);
    let (regular, bold) = (Style::new(Cut::Regular, 13.0), Style::new(Cut::Bold, 13.0));
    let italic = Style::new(Cut::Italic, 13.0);
    page.centred(164.0, 780.0, bold, "ỦY BAN NHÂN DÂN XÃ AN HÒA")?;
    page.centred(
        420.0,
        780.0,
        Style::new(Cut::Bold, 11.0),
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    )?;
    page.text(110.0, 741.0, regular, "Số:")?;
    page.text(174.0, 741.0, regular, "/UBND-VP")?;
    page.text(330.0, 741.0, italic, "An Hòa, ngày")?;
    page.text(432.0, 741.0, italic, "tháng")?;
    page.text(494.0, 741.0, italic, &format!("năm {year}"))?;
    page.text(
        85.0,
        690.0,
        regular,
        "Kính gửi: Sở Nội vụ. Báo cáo phối hợp./.",
    )?;
    for (x, title, name) in [
        (160.0, "PHÓ CHỦ TỊCH", co_signer),
        (440.0, "CHỦ TỊCH", leader),
    ] {
        page.centred(x, 500.0, bold, title)?;
        page.centred(x, 500.0 - 36.0 * MM, bold, name)?;
    }
    page.finish()
}
