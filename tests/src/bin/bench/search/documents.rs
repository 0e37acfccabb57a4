//! An archive that looks like an office's: numbers, organs, subjects of 10 to 22 words, texts of 60.

use std::io;
use std::sync::OnceLock;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use time::{Duration, OffsetDateTime};
use trien_domain::document::{Kind, Staff};
use trien_domain::text::fold;
use trien_domain::{
    Code, DocumentFacts, DocumentId, Operation, Organ, OrganId, Signatory, Urgency,
};
use trien_practice::axis::Registry;
use trien_store::{Attachment, BlobId, Findings, NewIncoming, NewRaw, RawId, Store, Unit};

use crate::Result;

/// Syllables of official letters, the usual ones first: the n-th stands about 1/n as often.
pub const SYLLABLES: &str = "của và các về thực hiện việc theo quy định công tác nhân dân tỉnh ủy ban \
    văn bản số ngày tháng năm đề nghị báo cáo kết quả triển khai kế hoạch quản lý nhà nước xã phường đơn vị \
    cơ quan phòng sở ngành trung ương địa phương chính phủ thủ tướng quyết nghị thông tư hướng dẫn kiểm tra \
    giám sát đánh giá tổng hợp tình hình giải pháp nhiệm vụ trọng tâm chương trình mục tiêu phát triển kinh tế \
    xã hội giáo dục y tế văn hóa môi trường tài nguyên đất đai xây dựng giao thông nông nghiệp nông thôn mới \
    an ninh trật tự phòng chống thiên tai dịch bệnh hỗ trợ đầu tư dự án ngân sách tài sản công chức viên chức \
    tuyển dụng bổ nhiệm khen thưởng kỷ luật cải cách hành chính chuyển đổi số dữ liệu hồ sơ thủ tục giải quyết \
    khiếu nại tố cáo tiếp công dân hòa giải tư pháp hộ tịch chứng thực lao động việc làm bảo hiểm chế độ chính \
    sách người có công trẻ em bình đẳng giới gia đình thể thao du lịch thông tin truyền thông khoa học công nghệ \
    năng lượng nghiêm ngặt nguồn nguyên nhân";
/// Two of these make the name of a commune, which stands in one document of a thousand.
pub const NAMES: [&str; 32] = [
    "an", "bình", "cẩm", "châu", "đại", "đông", "đức", "giang", "hà", "hải", "hòa", "hồng", "hưng",
    "khánh", "lạc", "lâm", "lộc", "long", "minh", "mỹ", "ninh", "phú", "phúc", "quang", "sơn",
    "tân", "thái", "thành", "thịnh", "tiến", "vĩnh", "yên",
];
/// Organs that letters come from.
const ORGANS: u32 = 2_000;
/// Documents that share a rare word.
pub const RARE: u32 = 10;
/// Admitted together, as a round of exchange does.
const BATCH: u32 = 500;
/// What the one file of each is called.
const FILE: &str = "vb.pdf";
/// Bytes of what is found out about a letter with a leader's signature and a seal: the report, and the checks.
const FINDINGS: [usize; 2] = [2_900, 1_900];
const FIRST: OffsetDateTime = time::macros::datetime!(2016-01-01 00:00 UTC);

/// The documents, made anew whenever they are asked for.
pub struct Archive {
    size: u32,
    syllables: Vec<&'static str>,
}

impl Archive {
    /// An archive of so many documents.
    pub fn new(size: u32) -> Self {
        Self {
            size,
            syllables: SYLLABLES.split_whitespace().collect(),
        }
    }

    /// How many documents it has.
    pub fn size(&self) -> u32 {
        self.size
    }

    /// When a document came: one every five minutes.
    pub fn arrival(&self, n: u32) -> OffsetDateTime {
        FIRST + Duration::minutes(5) * n
    }

    /// Admits all of them, and gives what of each can be found.
    pub fn fill(
        &self,
        store: &Store,
        mut text: impl FnMut(u32, &str) -> io::Result<()>,
    ) -> Result<()> {
        for first in (0..self.size).step_by(BATCH as usize) {
            let now = self.arrival(first);
            let batch: Vec<u32> = (first..self.size.min(first + BATCH)).collect();
            let messages: Vec<NewRaw> = batch.iter().map(|n| message(*n)).collect();
            let kept = store.raw().keep_all(&messages, now)?;
            let ids = kept
                .into_iter()
                .map(|raw| Ok(raw?.id))
                .collect::<Result<Vec<RawId>>>()?;
            let mut new = Vec::with_capacity(batch.len());
            for (n, raw) in batch.iter().zip(&ids) {
                let document = self.document(*n, *raw);
                let facts = &document.facts;
                let of = |parts: &[&str]| fold(&parts.join(" "));
                let (code, from, id) = (
                    facts.code.to_string(),
                    &facts.from.name,
                    facts.from.id.as_str(),
                );
                let found = [
                    &code,
                    &facts.subject,
                    from,
                    id,
                    &facts.signatory.full_name,
                    &facts.kind.name,
                ];
                let found = found.map(|part| part as &str);
                text(*n, &of(&[&found[..], &[FILE, &document.text]].concat()))?;
                new.push(document);
            }
            // A minute later than the batch before: a page's order is that of arrival.
            for admitted in store.incoming().admit_all(&new, now)? {
                admitted?;
            }
            store.raw().acked_all(&ids, now, now)?;
        }
        Ok(())
    }

    /// Document `n`. Its blobs are named and not there: nothing here opens them.
    fn document(&self, n: u32, raw: RawId) -> NewIncoming {
        let mut chance = StdRng::seed_from_u64(u64::from(n));
        let organ = n % ORGANS;
        let number = (n / 7 % 9_999 + 1).to_string();
        let notation =
            ["UBND-VP", "SNV-VTLT", "CV", "QĐ-UBND", "STC-QLNS"][n as usize % 5].to_owned();
        let words = chance.gen_range(10..=22);
        let subject = format!("V/v {} xã {}", self.words(words, &mut chance), commune(n));
        let body = format!("{} {}", self.words(60, &mut chance), rare(n / RARE));
        NewIncoming {
            raw,
            facts: DocumentFacts {
                id: document_id(n),
                from: Organ::named(organ_id(organ), &format!("Sở {} {organ}", commune(organ))),
                to: vec![Organ::named(us().clone(), "UBND xã An Hòa")],
                code: Code::new(number, notation),
                place: "An Hòa".to_owned(),
                date: Some(self.arrival(n).date()),
                kind: Kind {
                    number: 18,
                    name: "Công văn".to_owned(),
                },
                subject,
                content: String::new(),
                signatory: Signatory {
                    full_name: "Nguyễn Văn Bình".to_owned(),
                    ..Default::default()
                },
                due: None,
                urgency: Urgency::Normal,
                sphere: String::new(),
                typist: String::new(),
                copies: None,
                pages: None,
                appendices: Vec::new(),
                responds_to: Vec::new(),
                steering: 1,
                to_places: Vec::new(),
                operation: Operation::New,
                reason: String::new(),
                paper: false,
                concerns: Vec::new(),
                staff: Staff::default(),
            },
            attachments: vec![attachment(n)],
            findings: findings(),
            text: body,
            arrived: blob(n),
            same_code_anyway: true,
        }
    }

    fn words(&self, count: usize, chance: &mut StdRng) -> String {
        let one = |chance: &mut StdRng| {
            // Zipf's law: by a uniform power of the rank.
            let rank = (self.syllables.len() as f64).powf(chance.gen_range(0.0..1.0)) as usize - 1;
            self.syllables[rank.min(self.syllables.len() - 1)]
        };
        (0..count)
            .map(|_| one(chance))
            .collect::<Vec<_>>()
            .join(" ")
    }
}

/// The name of the commune that document `n` is about.
pub fn commune(n: u32) -> String {
    let (first, second) = (n / 32 % 32, n % 32);
    format!("{} {}", NAMES[first as usize], NAMES[second as usize])
}

/// A word that ten documents have.
pub fn rare(n: u32) -> String {
    let letter = |n: u32| char::from(b'a' + (n % 26) as u8);
    let [a, b, c, d] = [n, n / 26, n / 676, n / 17_576].map(letter);
    format!("qx{a}{b}{c}{d}")
}

/// The office.
pub fn us() -> &'static OrganId {
    static US: OnceLock<OrganId> = OnceLock::new();
    US.get_or_init(|| organ_id(15))
}

/// Made-up units, as the practice axis has them.
pub fn directory(units: u32) -> Vec<Unit> {
    let mut registry = Registry {
        centre: String::new(),
        systems: Vec::new(),
        directory: Vec::new(),
    };
    registry.fill(units);
    let unit = |agency: &trien_practice::axis::Agency| {
        Some(Unit {
            code: OrganId::new(&agency.code)?,
            old_code: OrganId::new(&agency.old_code),
            name: agency.name.clone(),
            parent: None,
            email: agency.mail.clone(),
            active: !agency.deleted,
            version: agency.version,
        })
    };
    registry.directory.iter().filter_map(unit).collect()
}

fn organ_id(n: u32) -> OrganId {
    let code = format!("H99.{:02}.{:02}", n / 100, n % 100);
    OrganId::new(&code).unwrap_or_else(|| unreachable!("{code} is an OrganId"))
}

fn document_id(n: u32) -> DocumentId {
    let id = format!("H99.{n},2026/11/20,{n}/UBND-VP");
    DocumentId::new(&id).unwrap_or_else(|| unreachable!("{id} is a DocumentId"))
}

fn blob(n: u32) -> BlobId {
    BlobId::of(&n.to_le_bytes())
}

fn attachment(n: u32) -> Attachment {
    Attachment {
        name: FILE.to_owned(),
        media_type: "application/pdf".to_owned(),
        description: String::new(),
        main: true,
        size: 200_000,
        blob: blob(n),
    }
}

/// As long as real ones; the store does not look into them.
fn findings() -> Findings {
    let [report, checks] = FINDINGS.map(|bytes| "x".repeat(bytes));
    Findings {
        verdict: "valid_with_permitted_changes".to_owned(),
        report,
        checks,
    }
}

fn message(n: u32) -> NewRaw {
    NewRaw {
        organ: us().clone(),
        axis_id: format!("copy-{n}"),
        message_type: "edoc".to_owned(),
        blob: blob(n),
    }
}
