//! What the lint tells of a draft without refusing it, for who is to sign: one sentence each, and the page.

use trien_domain::OutgoingState;
use trien_pades::{Finding, FindingCode, lint};
use trien_store::Outgoing;

use crate::app::App;
use crate::error::Result;
use crate::view::{CheckOutcome, CheckView, Text};

impl App {
    /// What a signer should know of the file of a document that nobody has signed for good yet.
    pub(super) fn told_of(&self, document: &Outgoing) -> Result<Vec<CheckView>> {
        if !matches!(
            document.state,
            OutgoingState::Prepared | OutgoingState::HandedOver
        ) {
            return Ok(Vec::new());
        }
        let (_, pdf) = self.current_pdf(document.id)?;
        Ok(told(&lint(&crate::pdf::open(&pdf)?)?))
    }
}

/// The findings that do not refuse, as warnings.
pub(super) fn told(findings: &[Finding]) -> Vec<CheckView> {
    let told = findings.iter().filter(|finding| !finding.refuses);
    let view = |finding: &Finding| CheckView {
        check: finding.code.as_str().to_owned(),
        outcome: CheckOutcome::Warning,
        sentence: sentence(finding.code),
        small: Some(match finding.page {
            Some(page) => Text::new(format!("trang {}", page + 1), format!("page {}", page + 1)),
            None => Text::same(&finding.place),
        }),
    };
    told.map(view).collect()
}

fn sentence(code: FindingCode) -> Text {
    use FindingCode as F;
    let (vi, en) = match code {
        F::HiddenText => (
            "Trang có chữ vô hình: người ký không thấy, phần mềm khác đọc được",
            "A page has invisible text: the signer does not see it, programs read it",
        ),
        F::TextLayer => (
            "Trang là ảnh quét có lớp chữ ẩn: người ký thấy ảnh, phần mềm đọc lớp chữ",
            "A scan with a text layer: the signer sees the picture, programs read the layer",
        ),
        F::PaleText => (
            "Trang có chữ cùng màu với nền: người ký không thấy, phần mềm khác đọc được",
            "A page has text in the colour of its ground: the signer does not see it, programs read it",
        ),
        F::CoveredContent => (
            "Trang có chữ hoặc hình bị che khuất",
            "A page has text or a picture that something covers",
        ),
        F::MisreadText => (
            "Trang có chữ mà phần mềm đọc, sao chép ra khác với chữ đang thấy",
            "A page has text that programs read and copy otherwise than it is shown",
        ),
        F::UnusedPages => (
            "Tệp giữ trang không hiển thị",
            "The file keeps a page that is not shown",
        ),
        F::EmbeddedFiles => (
            "Tệp có tệp khác nhúng bên trong: chữ ký bao gồm cả tệp đó",
            "Another file is embedded: the signature covers it too",
        ),
        F::Annotations => (
            "Trang có chú thích (ghi chú, tô, dấu) nằm ngoài nội dung",
            "A page has annotations (notes, highlights, stamps) beside its content",
        ),
        F::OptionalContent => (
            "Tệp có lớp mà người đọc bật, tắt được: nội dung thấy có thể khác nhau",
            "The file has layers that a reader can switch: what is seen may differ",
        ),
        F::EarlierRevisions => (
            "Tệp còn giữ nội dung của những lần sửa trước",
            "The file still holds the content of earlier edits",
        ),
        F::HybridXref => (
            "Tệp có hai bảng tham chiếu (Word xuất ra như vậy): một số phần mềm không kiểm tra được chữ ký",
            "The file has two cross-reference tables (as Word writes): some programs judge no signature over it",
        ),
        F::Certified => (
            "Tệp đã được ký chứng nhận ở nơi khác",
            "The file was certified elsewhere",
        ),
        other => return Text::same(other.as_str()),
    };
    Text::new(vi, en)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_is_a_sentence_with_its_page() {
        let finding = |code: FindingCode, page| Finding {
            code,
            refuses: code.refuses(),
            place: "12 0".to_owned(),
            page,
        };
        let findings = [
            finding(FindingCode::JavaScript, Some(0)),
            finding(FindingCode::HiddenText, Some(1)),
            finding(FindingCode::EarlierRevisions, None),
        ];
        let told = told(&findings);
        let small: Vec<_> = told
            .iter()
            .filter_map(|check| Some(check.small.as_ref()?.vi.as_str()))
            .collect();
        assert_eq!(small, ["trang 2", "12 0"], "what refuses is told otherwise");
        assert!(told.iter().all(|check| check.sentence.vi.contains(' ')));
    }
}
