//! Where each signature stands in the file, and whether its byte range is what it must be.

use std::ops::Range;

use trien_pdf::{Dict, Object, ObjectId, Pdf, ReadAt};

use crate::difference::form::{self, Form, Node};
use crate::report::{ReasonCode, SignatureKind};

/// A signature field with a value, as the newest revision shows it.
#[derive(Debug, Clone)]
pub struct Placed {
    /// The field.
    pub node: Node,
    /// The signature dictionary.
    pub value: Dict,
    /// The object that holds it.
    pub holder: ObjectId,
    /// Signature or document timestamp.
    pub kind: SignatureKind,
    /// `/SubFilter`.
    pub subfilter: String,
    /// `/ByteRange` as written, if it is an array of integers.
    pub byte_range: Vec<i64>,
    /// The gap and the end, where the byte range is one `[0 a b c]` within the file.
    pub range: Option<(Range<u64>, u64)>,
    /// The revision that it signs.
    pub revision: Option<usize>,
    /// The decoded `/Contents`.
    pub contents: Vec<u8>,
    /// What is wrong with all that; empty when nothing is.
    pub faults: Vec<ReasonCode>,
}

/// Every signed signature field of the newest revision, in the order of what they sign.
pub fn all<S: ReadAt>(pdf: &Pdf<S>, form: &Form) -> Vec<Placed> {
    let mut found: Vec<Placed> = form
        .signature_fields()
        .filter_map(|node| place(pdf, node))
        .collect();
    let holders: Vec<ObjectId> = found.iter().map(|placed| placed.holder).collect();
    for placed in &mut found {
        if holders
            .iter()
            .filter(|holder| **holder == placed.holder)
            .count()
            > 1
        {
            placed.faults.push(ReasonCode::SignatureValueShared);
        }
    }
    found.sort_by_key(|placed| placed.range.as_ref().map_or(u64::MAX, |(_, end)| *end));
    found
}

fn place<S: ReadAt>(pdf: &Pdf<S>, node: &Node) -> Option<Placed> {
    let entry = node.dict.get("V").filter(|value| !value.is_null())?;
    let view = pdf.latest();
    let mut placed = Placed {
        node: node.clone(),
        value: Dict::new(),
        holder: entry.as_reference().unwrap_or(node.id),
        kind: SignatureKind::Signature,
        subfilter: String::new(),
        byte_range: Vec::new(),
        range: None,
        revision: None,
        contents: Vec::new(),
        faults: Vec::new(),
    };
    let path: &[&str] = if entry.as_reference().is_some() {
        &["Contents"]
    } else {
        &["V", "Contents"]
    };
    match view.resolve(entry) {
        Ok(Object::Dictionary(value)) => placed.value = value,
        Ok(Object::Null) => return None,
        _ => {
            placed.faults.push(ReasonCode::SignatureDictionaryMalformed);
            return Some(placed);
        }
    }
    if form::is_timestamp(&placed.value) {
        placed.kind = SignatureKind::Timestamp;
    }
    let subfilter = placed
        .value
        .get("SubFilter")
        .and_then(Object::as_name)
        .and_then(|name| name.as_str());
    placed.subfilter = subfilter.unwrap_or_default().to_owned();
    let supported: &[&str] = match placed.kind {
        SignatureKind::Signature => &[
            "adbe.pkcs7.detached",
            "adbe.pkcs7.sha1",
            "ETSI.CAdES.detached",
        ],
        SignatureKind::Timestamp => &["ETSI.RFC3161"],
    };
    if !supported.contains(&placed.subfilter.as_str()) {
        placed.faults.push(ReasonCode::SubfilterUnsupported);
    }
    let contents_span = view.value_span(placed.holder, path).ok().flatten();
    placed.read_contents();
    placed.read_byte_range(pdf.len());
    placed.check_gap(contents_span);
    placed.find_revision(pdf);
    Some(placed)
}

impl Placed {
    fn read_contents(&mut self) {
        match self.value.get("Contents") {
            None | Some(Object::Null) => self.faults.push(ReasonCode::ContentsMissing),
            Some(Object::String(string)) if string.bytes.is_empty() => {
                self.faults.push(ReasonCode::ContentsMissing);
            }
            Some(Object::String(string)) if string.hex => self.contents.clone_from(&string.bytes),
            Some(_) => self.faults.push(ReasonCode::ContentsMalformed),
        }
    }

    /// ISO 32000-2 table 255: pairs of offset and length; here exactly `[0 a b c]`.
    fn read_byte_range(&mut self, length: u64) {
        let items = self
            .value
            .get("ByteRange")
            .and_then(Object::as_array)
            .unwrap_or_default();
        let numbers: Option<Vec<i64>> = items.iter().map(Object::as_integer).collect();
        self.byte_range = numbers.unwrap_or_default();
        let unsigned: Option<Vec<u64>> = self
            .byte_range
            .iter()
            .map(|number| u64::try_from(*number).ok())
            .collect();
        let Some([start, first, second, rest]) = unsigned.as_deref() else {
            self.faults.push(ReasonCode::ByteRangeMalformed);
            return;
        };
        if *start != 0 {
            self.faults.push(ReasonCode::ByteRangeNotFromStart);
            return;
        }
        match second.checked_add(*rest) {
            Some(end) if end <= length && first <= second => {
                self.range = Some((*first..*second, end));
            }
            Some(end) if end <= length => self.faults.push(ReasonCode::ByteRangeMalformed),
            _ => self.faults.push(ReasonCode::ByteRangeBeyondFile),
        }
    }

    /// The gap must be the signature's own `/Contents`, brackets included, and nothing else: two
    /// digits for each byte, no white space between.
    fn check_gap(&mut self, contents: Option<Range<u64>>) {
        let Some((gap, _)) = &self.range else { return };
        if contents.as_ref() != Some(gap) {
            self.faults.push(ReasonCode::ByteRangeGapMismatch);
        } else if gap.end - gap.start != 2 * self.contents.len() as u64 + 2 {
            self.faults.push(ReasonCode::ContentsMalformed);
        }
    }

    /// The second range must end where a revision ends, and that revision must have written the
    /// signature and shown it in this field.
    fn find_revision<S: ReadAt>(&mut self, pdf: &Pdf<S>) {
        let Some((_, end)) = self.range else { return };
        let Ok(Some(revision)) = pdf.revision_ending_at(end) else {
            self.faults.push(ReasonCode::ByteRangeNotAtRevisionEnd);
            return;
        };
        self.revision = Some(revision);
        let (signed, latest) = (pdf.at(revision), pdf.latest());
        let number = self.holder.number;
        let unmoved = signed.written_in(number) == Some(revision)
            && signed.entry(number) == latest.entry(number);
        let shown = signed.dict(self.node.id, "field").ok();
        let shown = shown.and_then(|field| field.get("V").cloned());
        if !unmoved || shown.as_ref() != self.node.dict.get("V") {
            self.faults.push(ReasonCode::SignatureValueMoved);
        }
    }
}
