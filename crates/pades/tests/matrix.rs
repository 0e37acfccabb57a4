//! Every scenario that the product supports, on every kind of base, judged by our own verifier, by pyHanko with its
//! difference policy and by poppler. The table of verdicts is `matrix.txt`; after a change that is meant, run this test
//! with `TRIEN_WRITE_MATRIX=1`, read what differs, and commit the file.

#![allow(clippy::unwrap_used, clippy::expect_used)] // In helpers too, a failure is a failed test.

mod support;

use std::fmt::Write as _;
use std::path::Path;

use serde_json::Value;
use support::pki::{Key, Pki, Signatory};
use support::{clerk_request, draft, judge, leader_signs, open, picture, request, sign};
use trien_pades::extend::{Evidence, add_evidence};
use trien_pades::{FieldName, Mark, NewField, SignRequest, marks, prepare};
use trien_pdf::Rect;

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

const SCENARIOS: [(&str, Scenario); 10] = [
    ("H1: leader, then number, date and seal", |office, draft| {
        office.seals(&office.leads(&prepared(draft)))
    }),
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
        let file = office.seals(&office.leads(&prepared(draft)));
        let evidence = Evidence {
            certificates: vec![office.pki.root(), office.pki.issuer()],
            crls: office.pki.crls(&[]).to_vec(),
            ocsps: Vec::new(),
        };
        let added = add_evidence(&open(&file), &evidence).unwrap().unwrap();
        [file.as_slice(), &added.bytes].concat()
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
        |office, draft| {
            let fields = draft::plan(false).fields;
            let mut file = draft;
            let line = |text: &str, italic| Mark::Line {
                text: text.to_owned(),
                italic,
            };
            let seal = Mark::Png(picture::seal_png());
            let acts = [
                (
                    &office.leader,
                    FieldName::Leader,
                    3,
                    Mark::Png(picture::signature_png()),
                ),
                (&office.clerk, FieldName::NumberMark, 0, line("125", false)),
                (&office.clerk, FieldName::DayMark, 1, line("05", true)),
                (&office.clerk, FieldName::MonthMark, 2, line("11", true)),
                (&office.clerk, FieldName::Seal, 4, seal),
            ];
            for (who, field, place, mark) in acts {
                file = office.in_new_field(&file, who, field, fields[place].rect, mark);
            }
            file
        },
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
    for (scenario, act) in SCENARIOS {
        for (base, draft) in &bases {
            files.push((format!("{scenario} | {base}"), act(&office, draft.clone())));
        }
    }
    let all: Vec<&[u8]> = files.iter().map(|(_, file)| file.as_slice()).collect();
    let Some(pyhanko) = judge::pyhanko_all(&all, &office.pki) else {
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
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/matrix.txt");
    if std::env::var_os("TRIEN_WRITE_MATRIX").is_some() {
        std::fs::write(&path, &table).unwrap();
    }
    let expected = std::fs::read_to_string(path).unwrap();
    for (found, expected) in table.lines().zip(expected.lines()) {
        assert_eq!(found, expected);
    }
    assert_eq!(table.lines().count(), expected.lines().count());
}

/// The letter as different programs write it; `None` where qpdf is not installed.
fn bases() -> Option<Vec<(&'static str, Vec<u8>)>> {
    let table = draft::letter().finish().unwrap();
    let object_streams = judge::qpdf(&table, &["--object-streams=generate"])?;
    let linearized = judge::qpdf(&table, &["--linearize"])?;
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
