//! Whatever is written is read back equal, and whatever is mutated never panics.
// A test says what is wrong by failing, in its helpers too.
#![allow(clippy::unwrap_used, clippy::panic)]

use proptest::prelude::*;
use time::{Date, Duration, OffsetDateTime};
use trien_domain::document::{Kind, Staff};
use trien_domain::*;
use trien_edxml::{Attachment, Limits, Message, read, write_document, write_status};

const DOCUMENT: &[u8] = include_bytes!("golden/document.edxml");
const STATUS: &[u8] = include_bytes!("golden/status.edxml");

prop_compose! {
    /// Text as an office writes it: trimmed, composed, with the characters that XML minds.
    fn text()(words in prop::collection::vec("[A-Za-zÀÁẢẠàáảạĐđỂểƯượ0-9<>&\"'/,.;\\]\\[-]{1,8}", 1..4)) -> String {
        trien_domain::text::compose(&words.join(" "))
    }
}

prop_compose! {
    fn organ()(id in "[0-9A-Z]{3}\\.[0-9]{2}\\.[A-Z][0-9]{2}", name in text(), in_charge in text(), email in text()) -> Organ {
        Organ { in_charge, email, ..Organ::named(OrganId::new(&id).unwrap(), &name) }
    }
}

prop_compose! {
    fn date()(day in 0i64..20_000) -> Date {
        OffsetDateTime::UNIX_EPOCH.date() + Duration::days(day)
    }
}

prop_compose! {
    fn facts()(
        from in organ(),
        to in prop::collection::btree_map("[0-9A-Z]{3}\\.[A-Z][0-9]{2}", text(), 1..4),
        (number, notation, subject, place, reason) in ("[0-9]{1,5}", "[A-ZĐ]{2,6}-[A-Z]{2}", text(), text(), text()),
        (kind, name, person) in (0u16..40, text(), text()),
        (issued, due) in (prop::option::of(date()), prop::option::of(date())),
        (urgency, operation, steering, paper) in (0u8..5, 0u8..4, 0u8..3, any::<bool>()),
        (copies, pages) in (prop::option::of(any::<u16>()), prop::option::of(any::<u16>())),
        (appendices, to_places) in (prop::collection::vec(text(), 0..3), prop::collection::vec(text(), 0..3)),
        concerned in text(),
    ) -> DocumentFacts {
        let operation = Operation::from_code(operation).unwrap();
        let concerns = match operation {
            Operation::New | Operation::Recall => vec![],
            _ => vec![DocumentId::new(&concerned).unwrap()],
        };
        DocumentFacts {
            id: DocumentId::new(&format!("{subject},{number}")).unwrap(),
            from,
            to: to.iter().map(|(id, name)| Organ::named(OrganId::new(id).unwrap(), name)).collect(),
            code: Code::new(number, notation),
            place,
            date: issued,
            kind: Kind { number: kind, name },
            content: subject.clone(),
            subject,
            signatory: Signatory { full_name: person.clone(), ..Signatory::default() },
            due,
            urgency: Urgency::from_code(urgency),
            sphere: String::new(),
            typist: String::new(),
            copies,
            pages,
            appendices,
            responds_to: vec![],
            steering,
            to_places,
            operation,
            reason,
            paper,
            concerns,
            staff: Staff { name: person, ..Staff::default() },
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_document_comes_back_equal(facts in facts(), files in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..200), 0..3)) {
        let attachments: Vec<Attachment> = files
            .iter()
            .enumerate()
            .map(|(i, bytes)| Attachment {
                content_id: format!("id-{i}"),
                name: format!("tệp {i}.bin"),
                description: "Phụ lục".into(),
                content_type: "application/octet-stream".into(),
                bytes: bytes.clone(),
            })
            .collect();
        let written = write_document(&facts, &attachments, OffsetDateTime::UNIX_EPOCH);
        let package = read(&written, &Limits::default()).unwrap();
        prop_assert_eq!(package.message, Message::Document(Box::new(facts)));
        prop_assert_eq!(package.attachments, attachments);
    }

    #[test]
    fn a_status_comes_back_equal(from in organ(), digits in "[0-9]{2}", description in text(), on in date()) {
        let status = StatusMessage {
            from: Organ { email: String::new(), ..from },
            to: OrganId::new("H99.15").unwrap(),
            code: Code::parse("1/A"),
            document: DocumentId::new("x").unwrap(),
            date: Some(on),
            staff: Staff::default(),
            digits,
            description,
            at: Some(OffsetDateTime::UNIX_EPOCH.to_offset(time::macros::offset!(+7))),
        };
        let package = read(&write_status(&status), &Limits::default()).unwrap();
        prop_assert_eq!(package.message, Message::Status(Box::new(status)));
    }

    #[test]
    fn a_mutated_package_never_panics(
        status in any::<bool>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0u8..3), 1..12),
    ) {
        let mut bytes = if status { STATUS.to_vec() } else { DOCUMENT.to_vec() };
        for (at, byte, how) in changes {
            let at = at.index(bytes.len());
            match how {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                _ => bytes.truncate(at.max(1)),
            }
        }
        let _ = read(&bytes, &Limits::default());
    }

    #[test]
    fn any_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = read(&bytes, &Limits::default());
    }
}
