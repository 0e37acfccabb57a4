//! What a signer must know of a PDF before signing it: things that could change what the page says after the
//! signature, or that a signature would break.
//!
//! A file with bytes before its `%PDF-` header, or one that only a repairing reader understands, does not come this
//! far: `Pdf::open` refuses it.

mod walk;

use std::collections::BTreeMap;

use trien_pdf::{Object, Pdf, ReadAt, View, XrefKind};

use crate::error::PadesError;
use crate::form::{Form, Restriction};
use crate::prepare::FieldName;

/// What was found. The text form is stable: interfaces translate it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum FindingCode {
    /// The file is encrypted: archives cannot keep it.
    Encrypted,
    /// JavaScript anywhere in the document.
    JavaScript,
    /// An action runs when the document opens.
    OpenAction,
    /// Additional actions (/AA) of the document, a page, a field or an annotation.
    AdditionalActions,
    /// An action that starts a program, sends data, opens another file or changes what is shown.
    ActiveAction,
    /// Sound, film, 3D or another annotation that plays.
    Multimedia,
    /// An XFA form: what is shown is not what is signed.
    Xfa,
    /// /NeedAppearances: the viewer would make up what fields show.
    NeedAppearances,
    /// Form fields that are not of the prepared kind.
    ForeignFields,
    /// Signed already, without our fields: number and date cannot be filled in.
    SignedElsewhere,
    /// A signature that the document as shown does not lead to.
    HiddenSignature,
    /// A certification signature allows no change at all (DocMDP P=1).
    CertifiedWithoutChanges,
    /// A certification signature allows filling and signing (DocMDP P=2 or 3).
    Certified,
    /// An earlier signature locks every field, or every field but a few: fields to come are locked too.
    WideLock,
    /// A stream whose data are in another file.
    ExternalStream,
    /// The first cross-reference table is in pieces: Acrobat calls any signature over such a file invalid.
    FragmentedXref,
    /// Files are embedded in the document.
    EmbeddedFiles,
    /// Annotations other than links and form fields.
    Annotations,
    /// Layers, whose visibility a reader can switch.
    OptionalContent,
    /// The unsigned file was changed by updates: earlier states are still in it.
    EarlierRevisions,
}

/// One finding of the lint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What was found.
    pub code: FindingCode,
    /// Whether the file must not be signed for it; otherwise the signer is told.
    pub refuses: bool,
    /// Where it was found first: an object, a field or a part of the file.
    pub place: String,
}

impl FindingCode {
    /// The code's stable name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Encrypted => "encrypted",
            Self::JavaScript => "javascript",
            Self::OpenAction => "open_action",
            Self::AdditionalActions => "additional_actions",
            Self::ActiveAction => "active_action",
            Self::Multimedia => "multimedia",
            Self::Xfa => "xfa",
            Self::NeedAppearances => "need_appearances",
            Self::ForeignFields => "foreign_fields",
            Self::SignedElsewhere => "signed_elsewhere",
            Self::HiddenSignature => "hidden_signature",
            Self::CertifiedWithoutChanges => "certified_without_changes",
            Self::Certified => "certified",
            Self::WideLock => "wide_lock",
            Self::ExternalStream => "external_stream",
            Self::FragmentedXref => "fragmented_xref",
            Self::EmbeddedFiles => "embedded_files",
            Self::Annotations => "annotations",
            Self::OptionalContent => "optional_content",
            Self::EarlierRevisions => "earlier_revisions",
        }
    }

    /// Whether a file with it must not be signed.
    pub fn refuses(self) -> bool {
        use FindingCode::{
            Annotations, Certified, EarlierRevisions, EmbeddedFiles, OptionalContent,
        };
        !matches!(
            self,
            Certified | EmbeddedFiles | Annotations | OptionalContent | EarlierRevisions
        )
    }
}

/// Looks at every live object of the document as it stands. Each code is reported once, with the first place.
///
/// # Errors
/// [`PadesError::Pdf`] where an object cannot be read strictly: such a file is not signed either.
pub fn lint<S: ReadAt>(pdf: &Pdf<S>) -> Result<Vec<Finding>, PadesError> {
    let mut found = Found::default();
    if pdf.encrypted() {
        // Nothing else can be said of a file whose strings and streams are not readable.
        found.add(FindingCode::Encrypted, "trailer");
        return Ok(found.into_findings());
    }
    let view = pdf.latest();
    look_at_catalog(&view, &mut found)?;
    let form = Form::read(&view)?;
    if let Some(form) = &form {
        look_at_form(form, &view, &mut found)?;
    }
    look_at_history(pdf, form.as_ref(), &mut found)?;
    walk::look_at_objects(&view, &mut found)?;
    Ok(found.into_findings())
}

/// First place of each code.
#[derive(Default)]
struct Found(BTreeMap<FindingCode, String>);

impl Found {
    fn add(&mut self, code: FindingCode, place: impl std::fmt::Display) {
        self.0.entry(code).or_insert_with(|| place.to_string());
    }

    fn into_findings(self) -> Vec<Finding> {
        self.0
            .into_iter()
            .map(|(code, place)| Finding {
                code,
                refuses: code.refuses(),
                place,
            })
            .collect()
    }
}

fn look_at_catalog<S: ReadAt>(view: &View<'_, S>, found: &mut Found) -> Result<(), PadesError> {
    let catalog = view.catalog()?;
    if let Some(action) = catalog.get("OpenAction") {
        // An array is a destination, and so is a GoTo: they only say which page is shown first.
        match view.resolve(action)? {
            Object::Dictionary(action) if !action.is("S", "GoTo") || action.contains("Next") => {
                found.add(FindingCode::OpenAction, "catalog");
            }
            _ => {}
        }
    }
    if catalog.contains("OCProperties") {
        found.add(FindingCode::OptionalContent, "catalog");
    }
    Ok(())
}

fn look_at_form<S: ReadAt>(
    form: &Form,
    view: &View<'_, S>,
    found: &mut Found,
) -> Result<(), PadesError> {
    if form.dict.contains("XFA") {
        found.add(FindingCode::Xfa, "AcroForm");
    }
    if form.dict.get("NeedAppearances").and_then(Object::as_bool) == Some(true) {
        found.add(FindingCode::NeedAppearances, "AcroForm");
    }
    let ours = form
        .fields
        .iter()
        .any(|field| FieldName::parse(&field.name).is_some());
    for field in &form.fields {
        let prepared = FieldName::parse(&field.name)
            .is_some_and(|name| field.is_flat(if name.is_signature() { "Sig" } else { "Tx" }));
        // A signature of others is judged below and by the verifier; any other field is one that nobody prepared.
        if !prepared && field.signature.is_none() {
            found.add(
                FindingCode::ForeignFields,
                format!("field {:?}", field.name),
            );
        }
        if field.signature.is_some() && !ours {
            found.add(
                FindingCode::SignedElsewhere,
                format!("field {:?}", field.name),
            );
        }
        for restriction in field.restrictions(view)? {
            let code = match restriction {
                Restriction::Document(2 | 3) => FindingCode::Certified,
                Restriction::Document(_) => FindingCode::CertifiedWithoutChanges,
                Restriction::Fields(lock) if lock.action != "Include" => FindingCode::WideLock,
                Restriction::Fields(_) => continue,
            };
            found.add(code, format!("field {:?}", field.name));
        }
    }
    Ok(())
}

/// Is the file one clean revision, or one and our preparation, before the first signature, and is every signature in
/// its bytes one that it shows?
fn look_at_history<S: ReadAt>(
    pdf: &Pdf<S>,
    form: Option<&Form>,
    found: &mut Found,
) -> Result<(), PadesError> {
    let fields = form.map_or(&[][..], |form| &form.fields);
    let signed = fields
        .iter()
        .filter(|field| field.signature.is_some())
        .count();
    if let Some(hidden) = pdf.byte_range_dictionaries()?.get(signed) {
        found.add(
            FindingCode::HiddenSignature,
            format!("byte {} or before", hidden.offset),
        );
    }
    if signed > 0 {
        return Ok(());
    }
    if pdf.revisions().len() > 1 + usize::from(!fields.is_empty()) {
        found.add(
            FindingCode::EarlierRevisions,
            format!("{} revisions", pdf.revisions().len()),
        );
    }
    let Some(first) = pdf.revisions().first() else {
        return Ok(());
    };
    if first.xref != XrefKind::Stream
        && !first.linearized
        && is_fragmented(pdf.source(), first.startxref)?
    {
        found.add(
            FindingCode::FragmentedXref,
            format!("byte {}", first.startxref),
        );
    }
    Ok(())
}

/// Whether the first subsection of a cross-reference table is not its only one (ISO 32000-2 7.5.4): `xref`, the first
/// number and the count, entries of 20 bytes each, `trailer`.
fn is_fragmented<S: ReadAt>(source: &S, table: u64) -> Result<bool, PadesError> {
    const ENTRY: u64 = 20;
    let head = read_text(source, table, 64)?;
    let subsection = head.trim_start_matches("xref").trim_start();
    let entries = subsection
        .trim_start_matches(|c: char| c.is_ascii_digit() || c == ' ')
        .trim_start();
    let count = subsection
        .split_ascii_whitespace()
        .nth(1)
        .and_then(|count| count.parse::<u64>().ok());
    let Some(count) = count else { return Ok(true) };
    let end = table + (head.len() - entries.len()) as u64 + count.saturating_mul(ENTRY);
    Ok(!read_text(source, end, 16)?
        .trim_start()
        .starts_with("trailer"))
}

/// ASCII at a place; other bytes do not matter here and become `?`.
fn read_text<S: ReadAt>(source: &S, offset: u64, length: usize) -> Result<String, PadesError> {
    let mut bytes = vec![0; length];
    let read = source.read_at(offset, &mut bytes)?;
    let ascii = |byte: u8| {
        if byte.is_ascii() {
            char::from(byte)
        } else {
            '?'
        }
    };
    Ok(bytes.into_iter().take(read).map(ascii).collect())
}
