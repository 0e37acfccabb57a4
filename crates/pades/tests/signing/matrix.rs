//! Every scenario that the product supports, on every kind of base, judged by our own verifier, by pyHanko with its
//! difference policy and by poppler. The table of verdicts is `matrix.txt`; after a change that is meant, run this test
//! with `TRIEN_WRITE_MATRIX=1`, read what differs, and commit the file. Every day a third of the pairs is judged, each
//! scenario and each base among them; with `TRIEN_MATRIX=all`, as in `cargo xtask soak`, all of them.

use std::fmt::Write as _;
use std::path::Path;

use crate::support::pki::{Key, Pki, Signatory};
use crate::support::tsa::Tsa;
use crate::support::{
    archive, clerk_request, draft, judge, leader_signs, open, picture, request, sign,
};
use serde_json::Value;
use trien_pades::extend::{
    ArchiveTimestamp, Evidence, add_evidence, timestamp_request, timestamp_token,
};
use trien_pades::{FieldName, Mark, NewField, PlannedField, SignRequest, marks, prepare};
use trien_pdf::Rect;

/// A letter as LibreOffice exports it for archives.
const TAGGED_PDFA: &[u8] = include_bytes!("../data/libreoffice-tagged-pdfa-2b.pdf");

/// Who acts in the scenarios.
struct Office {
    pki: Pki,
    leader: Signatory,
    deputy: Signatory,
    clerk: Signatory,
    receiver: Signatory,
}

/// What is done to a draft; the first revision of ours prepares it, but for what was signed elsewhere.
type Scenario = fn(&Office, Vec<u8>) -> Vec<u8>;

const SCENARIOS: [(&str, Scenario); 12] = [
    ("H1: leader, then number, date and seal", |office, draft| {
        office.seals(&office.leads(&prepared(draft)))
    }),
    (
        "A10: leader certifies (P=2), then number, date and seal",
        |office, draft| {
            let leader = SignRequest {
                certify: true,
                mark: Mark::Png(picture::signature_png()),
                ..request(&office.pki, &office.leader, FieldName::Leader)
            };
            office.seals(&sign(&prepared(draft), &office.leader, &leader))
        },
    ),
    ("F3: initials, leader, seal", |office, draft| {
        let file = office.signs(&prepared(draft), FieldName::Initials('a'));
        office.seals(&office.leads(&file))
    }),
    ("F4: leader, co-signer, seal", |office, draft| {
        let file = office.leads(&prepared(draft));
        office.seals(&office.signs(&file, FieldName::CoSigner('a')))
    }),
    ("F4: co-signer, leader, seal", |office, draft| {
        let file = office.signs(&prepared(draft), FieldName::CoSigner('a'));
        office.seals(&office.leads(&file))
    }),
    ("forgotten signer in a new field, seal", |office, draft| {
        let file = office.leads(&prepared(draft));
        office.seals(&office.beside(&file, FieldName::CoSigner('b'), 280.0))
    }),
    ("H1d: H1 with validation data", |office, draft| {
        office.with_evidence(&office.seals(&office.leads(&prepared(draft))))
    }),
    (
        "H1g: H1 with a receiver's visible signature",
        |office, draft| {
            let file = office.seals(&office.leads(&prepared(draft)));
            office.in_the_corner(&file, &office.receiver, FieldName::Corner('a'), 800.0)
        },
    ),
    (
        "D1: signed elsewhere, number, date and seal in new fields",
        |office, draft| office.marks(&office.elsewhere(&draft, false)),
    ),
    (
        "D1 after a certification (P=2) elsewhere",
        |office, draft| office.marks(&office.elsewhere(&draft, true)),
    ),
    (
        "attachment: the seal as text in the corner",
        |office, draft| office.in_the_corner(&draft, &office.clerk, FieldName::Corner('a'), 800.0),
    ),
    (
        "sao lục: the seal beside that of the sao y",
        |office, draft| {
            let file = office.in_the_corner(&draft, &office.clerk, FieldName::Corner('a'), 800.0);
            office.in_the_corner(&file, &office.receiver, FieldName::Corner('b'), 774.0)
        },
    ),
];

#[test]
fn every_scenario_on_every_base_is_judged_as_the_table_says() {
    let office = Office::new();
    let Some(bases) = bases() else { return };
    let mut files = Vec::new();
    let all = std::env::var("TRIEN_MATRIX").is_ok_and(|which| which == "all");
    let all = all || std::env::var_os("TRIEN_WRITE_MATRIX").is_some();
    for (row, (scenario, act)) in SCENARIOS.into_iter().enumerate() {
        for (column, (base, draft)) in bases.iter().enumerate() {
            if all || row == 0 || (row + column) % 3 == 0 {
                files.push((format!("{scenario} | {base}"), act(&office, draft.clone())));
            }
        }
    }
    let bytes: Vec<&[u8]> = files.iter().map(|(_, file)| file.as_slice()).collect();
    let Some(pyhanko) = judge::pyhanko_all(&bytes, &office.pki) else {
        return;
    };
    let mut table =
        String::from("# scenario | base | ours | pyHanko: valid of all | pdfsig: valid\n");
    for ((row, file), verdicts) in files.iter().zip(pyhanko) {
        let report = judge::ours(file, &office.pki);
        let holds = verdicts
            .iter()
            .filter(|verdict| verdict["ok"] == Value::Bool(true))
            .count();
        let poppler = judge::pdfsig_valid(file).expect("pdfsig is installed");
        let ours = serde_json::to_value(report.verdict).unwrap();
        let (ours, all) = (ours.as_str().unwrap(), verdicts.len());
        writeln!(table, "{row} | {ours} | {holds}/{all} | {poppler}").unwrap();
    }
    println!("{table}");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/signing/matrix.txt");
    if std::env::var_os("TRIEN_WRITE_MATRIX").is_some() {
        std::fs::write(&path, &table).unwrap();
    }
    let expected = std::fs::read_to_string(path).unwrap();
    for found in table.lines() {
        assert!(expected.lines().any(|line| line == found), "{found}");
    }
    assert_eq!(expected.lines().count(), 1 + SCENARIOS.len() * bases.len());
}

/// Between preparing and sealing it is none: an empty field has no look yet (ISO 19005-2 6.3.3). Marks with soft edges are
/// transparent, which part 1 forbids, so that a PDF/A-1 draft does not stay one.
#[test]
fn an_archive_pdf_is_one_again_when_it_is_sealed() {
    let office = Office::new();
    let draft = TAGGED_PDFA.to_vec();
    assert_eq!(archive::faults(&draft, 2), Vec::<String>::new());
    let update = prepare(&open(&draft), &draft::plan(false)).unwrap();
    let prepared = [draft.as_slice(), &update.bytes].concat();
    let waiting = archive::faults(&prepared, 2);
    assert!(
        waiting.iter().all(|fault| fault.starts_with("6.3.3")) && waiting.len() == 5,
        "{waiting:?}"
    );
    let sealed = office.seals(&office.leads(&prepared));
    let kept = [
        ("H1", sealed.clone()),
        ("D1", office.marks(&office.elsewhere(&draft, false))),
        (
            "attachment",
            office.in_the_corner(&draft, &office.clerk, FieldName::Corner('a'), 800.0),
        ),
        (
            "with validation data and a timestamp over them",
            office.archived(&office.with_evidence(&sealed)),
        ),
    ];
    for (way, file) in kept {
        assert_eq!(archive::faults(&file, 2), Vec::<String>::new(), "{way}");
    }
    let transparent = archive::faults(&sealed, 1);
    assert!(
        transparent.iter().any(|fault| fault.starts_with("19005-1")),
        "{transparent:?}"
    );
}

/// The letter as different programs write it; `None` where qpdf is not installed.
fn bases() -> Option<Vec<(&'static str, Vec<u8>)>> {
    let table = draft::letter().finish().unwrap();
    let object_streams = judge::qpdf(&table, &["--object-streams=generate"])?;
    let linearized = judge::qpdf(&table, &["--linearize"])?;
    let hybrid = draft::hybrid(&table);
    let mut normalised = Vec::new();
    trien_pdf::normalise(&open(&object_streams), &mut normalised).unwrap();
    Some(vec![
        ("table", table),
        (
            "xref stream",
            draft::letter().finish_with_xref_stream().unwrap(),
        ),
        ("object streams", object_streams),
        ("linearized", linearized),
        ("written anew", normalised),
        ("hybrid", hybrid),
        ("tagged PDF/A-2b", TAGGED_PDFA.to_vec()),
    ])
}

fn prepared(draft: Vec<u8>) -> Vec<u8> {
    let mut plan = draft::plan(true);
    let mut co_signer = plan.fields[3].clone();
    co_signer.name = FieldName::CoSigner('a');
    co_signer.rect = marks::text_box(100.0, 190.0, 340.0);
    plan.fields.push(co_signer);
    let update = prepare(&open(&draft), &plan).unwrap();
    [draft, update.bytes].concat()
}

impl Office {
    fn new() -> Self {
        let pki = Pki::new();
        let issue = |serial, subject| pki.issue(serial, subject, Key::p256());
        Self {
            leader: issue(
                10,
                "CN=Nguyễn Văn Bình,title=Chủ tịch,O=UBND xã An Hòa,C=VN",
            ),
            deputy: issue(11, "CN=Trần Thị B,title=Phó Chủ tịch,O=UBND xã An Hòa,C=VN"),
            clerk: issue(12, "CN=UBND xã An Hòa,O=UBND xã An Hòa,C=VN"),
            receiver: issue(13, "CN=Sở Nội vụ,O=Sở Nội vụ,C=VN"),
            pki,
        }
    }

    fn leads(&self, file: &[u8]) -> Vec<u8> {
        leader_signs(file, &self.pki, &self.leader)
    }

    fn seals(&self, file: &[u8]) -> Vec<u8> {
        sign(
            file,
            &self.clerk,
            &clerk_request(&self.pki, &self.clerk, "125"),
        )
    }

    /// With an archive timestamp, where there is OpenSSL to make one.
    fn archived(&self, file: &[u8]) -> Vec<u8> {
        let Some(tsa) = Tsa::new(&self.pki) else {
            return file.to_vec();
        };
        let act = ArchiveTimestamp::begin(&open(file)).unwrap();
        let request = timestamp_request(act.imprint().unwrap(), [7; 8]).unwrap();
        let token = timestamp_token(&request, &tsa.answer(&request.der)).unwrap();
        [file, &act.finish(&token).unwrap()].concat()
    }

    fn with_evidence(&self, file: &[u8]) -> Vec<u8> {
        let evidence = Evidence {
            certificates: vec![self.pki.root(), self.pki.issuer()],
            crls: self.pki.crls(&[]).to_vec(),
            ocsps: Vec::new(),
        };
        let added = add_evidence(&open(file), &evidence).unwrap().unwrap();
        [file, &added.bytes].concat()
    }

    /// The leader signs or certifies in another program, which makes a field of its own.
    fn elsewhere(&self, draft: &[u8], certify: bool) -> Vec<u8> {
        let rect = draft::plan(false).fields[3].rect;
        let request = SignRequest {
            certify,
            new_field: Some(NewField {
                page: 0,
                rect,
                signer: None,
            }),
            mark: Mark::Png(picture::signature_png()),
            ..request(&self.pki, &self.leader, FieldName::Leader)
        };
        sign(draft, &self.leader, &request)
    }

    /// Number, day, month and seal as the clerk's signatures in new fields.
    fn marks(&self, signed: &[u8]) -> Vec<u8> {
        let fields = draft::plan(false).fields;
        let line = |text: &str, italic| Mark::Line {
            text: text.to_owned(),
            italic,
        };
        let acts = [
            (FieldName::NumberMark, 0, line("125", false)),
            (FieldName::DayMark, 1, line("05", true)),
            (FieldName::MonthMark, 2, line("11", true)),
            (FieldName::Seal, 4, Mark::Png(picture::seal_png())),
        ];
        let act = |file: Vec<u8>, (field, place, mark)| {
            let place: &PlannedField = &fields[place];
            self.in_new_field(&file, &self.clerk, field, place.rect, mark)
        };
        acts.into_iter().fold(signed.to_vec(), act)
    }

    /// The deputy signs in a prepared field.
    fn signs(&self, file: &[u8], field: FieldName) -> Vec<u8> {
        let request = SignRequest {
            mark: Mark::Png(picture::signature_png()),
            ..request(&self.pki, &self.deputy, field)
        };
        sign(file, &self.deputy, &request)
    }

    /// The deputy signs in a field that nobody prepared.
    fn beside(&self, file: &[u8], field: FieldName, line: f64) -> Vec<u8> {
        let place = marks::text_box(100.0, 190.0, line);
        self.in_new_field(
            file,
            &self.deputy,
            field,
            place,
            Mark::Png(picture::signature_png()),
        )
    }

    fn in_the_corner(&self, file: &[u8], who: &Signatory, field: FieldName, y: f64) -> Vec<u8> {
        let lines = ["125/UBND-VP", "2026-11-05T09:15:30+07:00"].map(str::to_owned);
        let place = Rect::new(420.0, y, 553.0, y + 26.0);
        self.in_new_field(file, who, field, place, Mark::Block(lines.to_vec()))
    }

    fn in_new_field(
        &self,
        file: &[u8],
        who: &Signatory,
        field: FieldName,
        rect: Rect,
        mark: Mark,
    ) -> Vec<u8> {
        let request = SignRequest {
            new_field: Some(NewField {
                page: 0,
                rect,
                signer: None,
            }),
            mark,
            ..request(&self.pki, who, field)
        };
        sign(file, who, &request)
    }
}
