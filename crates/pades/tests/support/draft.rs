//! A commune's letter as a drafter's word processor would leave it, and the plan of its fields.

use trien_pades::marks::{self, LEADER_MAX_MM};
use trien_pades::{FieldName, FieldPlan, PlannedField};
use trien_pdf::Object;
use trien_pdf::write::{A4, Cut, Document, Paragraph, Style};

/// Baselines and edges of what is printed, in points.
const NUMBER_LINE: f64 = 741.0;
const TITLE_LINE: f64 = 420.0;
const NAME_LINE: f64 = 322.0;
const SIGNER_X: f64 = 438.0;

/// One page with room for number, day, month and the leader's mark.
pub fn letter() -> Document {
    let mut page = Document::new().unwrap();
    page.page(A4);
    let (regular, bold) = (Style::new(Cut::Regular, 13.0), Style::new(Cut::Bold, 13.0));
    let italic = Style::new(Cut::Italic, 13.0);
    page.centred(164.0, 780.0, Style::new(Cut::Bold, 12.0), "ỦY BAN NHÂN DÂN")
        .unwrap();
    page.centred(164.0, 765.0, Style::new(Cut::Bold, 12.0), "XÃ AN HÒA")
        .unwrap();
    page.line((140.0, 760.0), (188.0, 760.0), 0.7).unwrap();
    page.centred(
        405.0,
        780.0,
        Style::new(Cut::Bold, 12.0),
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    )
    .unwrap();
    page.centred(405.0, 764.0, bold, "Độc lập - Tự do - Hạnh phúc")
        .unwrap();
    page.line((320.0, 759.0), (490.0, 759.0), 0.7).unwrap();
    page.text(110.0, NUMBER_LINE, regular, "Số:").unwrap();
    page.text(174.0, NUMBER_LINE, regular, "/UBND-VP").unwrap();
    page.text(310.0, NUMBER_LINE, italic, "An Hòa, ngày")
        .unwrap();
    page.text(412.0, NUMBER_LINE, italic, "tháng").unwrap();
    page.text(474.0, NUMBER_LINE, italic, "năm 2026").unwrap();
    page.centred(
        310.0,
        690.0,
        regular,
        "Kính gửi: Ủy ban nhân dân xã Bình Minh",
    )
    .unwrap();
    let body = Paragraph {
        x: 85.0,
        y: 655.0,
        width: 454.0,
        indent: 28.0,
        leading: 19.0,
        justify: true,
    };
    let text = "Thực hiện kế hoạch phối hợp năm 2026, Ủy ban nhân dân xã An Hòa đề nghị Ủy ban nhân dân xã Bình Minh \
                cử cán bộ tham dự cuộc họp về việc duy tu tuyến đường liên xã, gửi kèm số liệu khảo sát trước ngày họp \
                và thông báo cho các thôn có tuyến đường đi qua được biết.";
    page.paragraph(body, regular, text).unwrap();
    page.centred(SIGNER_X, TITLE_LINE, bold, "CHỦ TỊCH")
        .unwrap();
    page.centred(SIGNER_X, NAME_LINE, bold, "Nguyễn Văn Bình")
        .unwrap();
    page
}

/// The file as Microsoft Word ends one: after the table, one with no entry of its own and a stream beside it (ISO 32000-2
/// 7.5.8.4).
pub fn hybrid(table: &[u8]) -> Vec<u8> {
    let pdf = super::open(table);
    let revision = pdf.revisions().first().unwrap();
    let trailer = &revision.trailer;
    let size = trailer.get("Size").and_then(Object::as_integer).unwrap();
    let root = trailer.get("Root").and_then(Object::as_reference).unwrap();
    let beside = table.len();
    let stream = format!(
        "{size} 0 obj << /Type /XRef /Size {0} /W [1 4 1] /Index [{size} 1] /Filter /ASCIIHexDecode /Length 13 >>\n\
         stream\n01{beside:08x}00>\nendstream endobj\n",
        size + 1
    );
    let table_at = beside + stream.len();
    let last = format!(
        "xref\n0 0\ntrailer << /Size {} /Root {} {} R /Prev {} /XRefStm {beside} >>\nstartxref\n{table_at}\n%%EOF\n",
        size + 1,
        root.number,
        root.generation,
        revision.startxref
    );
    [table, stream.as_bytes(), last.as_bytes()].concat()
}

/// The fields of [`letter`], with initials if asked.
pub fn plan(initials: bool) -> FieldPlan {
    let leader = marks::leader_rect(
        TITLE_LINE - 4.0,
        NAME_LINE + 12.0,
        SIGNER_X,
        2.0,
        LEADER_MAX_MM,
    )
    .unwrap();
    let mut fields = vec![
        (
            FieldName::Number,
            marks::text_box(132.0, 173.0, NUMBER_LINE),
        ),
        (FieldName::Day, marks::text_box(386.0, 410.0, NUMBER_LINE)),
        (FieldName::Month, marks::text_box(447.0, 472.0, NUMBER_LINE)),
        (FieldName::Leader, leader),
        (FieldName::Seal, marks::seal_rect(leader, 36.0)),
    ];
    if initials {
        fields.push((
            FieldName::Initials('a'),
            marks::text_box(530.0, 560.0, 500.0),
        ));
    }
    let planned = fields.into_iter().map(|(name, rect)| PlannedField {
        name,
        page: 0,
        rect,
        signer: None,
    });
    FieldPlan {
        fields: planned.collect(),
    }
}
