//! What the lint says.

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
    /// A cross-reference table with a stream beside it, as Microsoft Word writes: pyHanko, by default, judges no
    /// signature over such a file.
    HybridXref,
    /// Files are embedded in the document.
    EmbeddedFiles,
    /// Annotations other than links and form fields.
    Annotations,
    /// Layers, whose visibility a reader can switch.
    OptionalContent,
    /// The unsigned file was changed by updates: earlier states are still in it.
    EarlierRevisions,
    /// Text that is drawn invisibly with no picture behind it, so that it is no scan's text layer, or beyond the page's
    /// edge.
    HiddenText,
    /// A scan's text layer: invisible text over a picture, or text under a picture of the whole page.
    TextLayer,
    /// Text in the colour of the paper that it stands on.
    PaleText,
    /// Text or pictures under opaque paint.
    CoveredContent,
    /// Text that a program reads otherwise than the page shows it: a font says of a letter that it is another one than
    /// it draws, or the content says it of a piece of text (/ActualText).
    MisreadText,
    /// Pages, or another page tree, that the page tree does not lead to: an update could put them in the place of others.
    UnusedPages,
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
    /// The page that shows it, from 0, where it is an object of a page.
    pub page: Option<usize>,
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
            Self::HybridXref => "hybrid_xref",
            Self::EmbeddedFiles => "embedded_files",
            Self::Annotations => "annotations",
            Self::OptionalContent => "optional_content",
            Self::EarlierRevisions => "earlier_revisions",
            Self::HiddenText => "hidden_text",
            Self::TextLayer => "text_layer",
            Self::PaleText => "pale_text",
            Self::CoveredContent => "covered_content",
            Self::MisreadText => "misread_text",
            Self::UnusedPages => "unused_pages",
        }
    }

    /// Whether a file with it must not be signed.
    pub fn refuses(self) -> bool {
        use FindingCode::*;
        let told = [
            Certified,
            HybridXref,
            EmbeddedFiles,
            Annotations,
            OptionalContent,
            EarlierRevisions,
            HiddenText,
            TextLayer,
            PaleText,
            CoveredContent,
            MisreadText,
            UnusedPages,
        ];
        !told.contains(&self)
    }
}
