//! The layout of the wire, byte for byte, against packages with the SDK's structure.
// A test says what is wrong by failing, in its helpers too.
#![allow(clippy::unwrap_used, clippy::panic)]

use time::OffsetDateTime;
use time::macros::{date, datetime};
use trien_domain::document::{Kind, Reference, Staff};
use trien_domain::*;
use trien_edxml::{Attachment, Limits, Message, read, write_document, write_status};

const DOCUMENT: &str = include_str!("golden/document.edxml");
const STATUS: &str = include_str!("golden/status.edxml");

#[test]
fn a_document_is_written_and_read_as_the_sample() {
    let (facts, attachments) = (document(), attachments());
    let written = write_document(&facts, &attachments, datetime!(2026-11-20 09:15:30 +7));
    assert_eq!(String::from_utf8(written).unwrap(), DOCUMENT);
    let package = read(DOCUMENT.as_bytes(), &Limits::default()).unwrap();
    assert_eq!(package.message, Message::Document(Box::new(facts)));
    assert_eq!(package.attachments, attachments);
    assert_eq!(package.notes, []);
}

#[test]
fn a_status_is_written_and_read_as_the_sample() {
    let status = status();
    assert_eq!(String::from_utf8(write_status(&status)).unwrap(), STATUS);
    let package = read(STATUS.as_bytes(), &Limits::default()).unwrap();
    assert_eq!(package.message, Message::Status(Box::new(status)));
}

#[test]
fn recall_update_and_replacement_survive_reading_and_writing() {
    for (golden, sent) in [
        (
            include_str!("golden/recall.edxml"),
            datetime!(2026-11-20 14:40:05 +7),
        ),
        (
            include_str!("golden/update.edxml"),
            datetime!(2026-11-21 08:05:00 +7),
        ),
        (
            include_str!("golden/replace.edxml"),
            datetime!(2026-11-22 09:00:00 +7),
        ),
    ] {
        assert_eq!(rewritten(golden, sent), golden);
    }
    let status = include_str!("golden/status-13.edxml");
    assert_eq!(rewritten(status, OffsetDateTime::UNIX_EPOCH), status);
}

/// The statuses of Appendix A.5 differ from the sample in code and description only.
#[test]
fn every_status_is_written_as_the_sample_with_its_own_code_and_words() {
    for (digits, description) in [
        (
            "01",
            "Văn thư - Sở Nội vụ: Đã đến - Phần mềm QLVB đã nhận nhưng văn thư chưa xử lý",
        ),
        (
            "02",
            "Văn thư Sở: Từ chối tiếp nhận - thiếu chữ ký số của cơ quan",
        ),
        ("04", "Lãnh đạo: Phân công xử lý - Phòng Văn thư lưu trữ"),
        ("05", "Chuyên viên: Đang xử lý văn bản đến"),
        (
            "06",
            "Văn thư: Hoàn thành xử lý, văn bản trả lời số 912/SNV-VTLT",
        ),
        ("15", "Văn thư đồng ý yêu cầu cập nhật, lấy lại"),
        (
            "16",
            "Văn thư từ chối yêu cầu cập nhật, lấy lại: đã giải quyết xong",
        ),
    ] {
        let sample = status();
        let golden = STATUS
            .replace(
                "<edXML:StatusCode>03<",
                &format!("<edXML:StatusCode>{digits}<"),
            )
            .replace(&sample.description, description);
        let status = StatusMessage {
            digits: digits.into(),
            description: description.into(),
            ..sample
        };
        assert_eq!(String::from_utf8(write_status(&status)).unwrap(), golden);
        assert_eq!(rewritten(&golden, OffsetDateTime::UNIX_EPOCH), golden);
    }
}

fn rewritten(golden: &str, sent: OffsetDateTime) -> String {
    let package = read(golden.as_bytes(), &Limits::default()).unwrap();
    assert_eq!(package.notes, []);
    let bytes = match package.message {
        Message::Document(facts) => write_document(&facts, &package.attachments, sent),
        Message::Status(status) => write_status(&status),
    };
    String::from_utf8(bytes).unwrap()
}

fn document() -> DocumentFacts {
    let province = "UBND tỉnh Mẫu Sơn";
    let from = Organ {
        in_charge: province.into(),
        address: "Số 1 đường Trung tâm, xã An Hòa, tỉnh Mẫu Sơn".into(),
        email: "anhoa@example.gov.vn".into(),
        telephone: "02990000001".into(),
        fax: "02990000002".into(),
        website: "anhoa.example.gov.vn".into(),
        ..Organ::named(organ("000.00.15.H99"), "UBND xã An Hòa")
    };
    let to = |id, name| Organ {
        in_charge: province.into(),
        ..Organ::named(organ(id), name)
    };
    DocumentFacts {
        id: DocumentId::new("000.00.15.H99,2026/11/20,125/UBND-VP").unwrap(),
        from,
        to: vec![
            to("000.00.00.H99", province),
            to("000.00.07.H99", "Sở Nội vụ"),
        ],
        code: Code::parse("125/UBND-VP"),
        place: "An Hòa".into(),
        date: Some(date!(2026 - 11 - 20)),
        kind: Kind::cong_van(),
        subject: "V/v báo cáo công tác văn thư năm 2026".into(),
        content: "V/v báo cáo công tác văn thư năm 2026".into(),
        signatory: Signatory {
            competence: "TM. ỦY BAN NHÂN DÂN".into(),
            position: "CHỦ TỊCH".into(),
            full_name: "Trần Văn Mẫu".into(),
        },
        due: Some(date!(2026 - 12 - 05)),
        urgency: Urgency::Normal,
        sphere: "Liên thông".into(),
        typist: "LTH".into(),
        copies: Some(2),
        pages: Some(3),
        appendices: vec!["Biểu tổng hợp số liệu".into()],
        responds_to: vec![Reference {
            organ: organ("000.00.07.H99"),
            code: Code::parse("880/SNV-VTLT"),
            id: DocumentId::new("000.00.07.H99,2026/11/02,880/SNV-VTLT").unwrap(),
            date: Some(date!(2026 - 11 - 02)),
        }],
        steering: 0,
        to_places: vec!["Như trên".into(), "Lưu: VT, VP".into()],
        operation: Operation::New,
        reason: "Văn bản điện tử mới".into(),
        paper: false,
        concerns: vec![],
        staff: Staff {
            department: "Văn thư".into(),
            name: "Lê Thị Hoa".into(),
            email: "vanthu.anhoa@example.gov.vn".into(),
            mobile: "0900000001".into(),
        },
    }
}

fn attachments() -> Vec<Attachment> {
    let file =
        |id: &str, name: &str, description: &str, content_type: &str, bytes: &[u8]| Attachment {
            content_id: id.into(),
            name: name.into(),
            description: description.into(),
            content_type: content_type.into(),
            bytes: bytes.into(),
        };
    let empty_zip = b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
    vec![
        file(
            "4f1d6a1e-0c6e-4a6d-9d0a-0d5a1c2b3e01",
            "125-UBND-VP.signed.pdf",
            "Văn bản chính",
            "application/pdf",
            b"%PDF-1.7\n",
        ),
        file(
            "4f1d6a1e-0c6e-4a6d-9d0a-0d5a1c2b3e02",
            "PL1.xlsx",
            "Phụ lục",
            "application/zip",
            empty_zip,
        ),
    ]
}

fn status() -> StatusMessage {
    StatusMessage {
        from: Organ {
            in_charge: "UBND tỉnh Mẫu Sơn".into(),
            ..Organ::named(organ("000.00.07.H99"), "Sở Nội vụ")
        },
        to: organ("000.00.15.H99"),
        code: Code::parse("125/UBND-VP"),
        document: DocumentId::new("000.00.15.H99,2026/11/20,125/UBND-VP").unwrap(),
        date: Some(date!(2026 - 11 - 20)),
        staff: Staff {
            department: "Văn thư Sở".into(),
            name: "Nguyễn Văn Bình".into(),
            mobile: "0900000003".into(),
            email: "vanthu.snv@example.gov.vn".into(),
        },
        digits: "03".into(),
        description: "Văn thư Sở: Đã tiếp nhận, vào sổ văn bản đến số 2310".into(),
        at: Some(datetime!(2026-11-20 10:02:11 +7)),
    }
}

fn organ(id: &str) -> OrganId {
    OrganId::new(id).unwrap()
}
