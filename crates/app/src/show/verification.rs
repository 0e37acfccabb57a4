//! A report told by the states of the file: who signed which, and what changed in between.

use std::collections::BTreeSet;
use std::path::Path;

use trien_pades::report::{
    Change, ChangeKind, Legal, Report, RevocationSource, RevocationStatus, Role, Signature,
    SignatureKind, Signer,
};
use trien_pdf::{FileSource, Limits, Pdf};
use trien_render::Picture;
use trien_store::StoreError;

use crate::app::App;
use crate::error::{AppError, ErrorCode, Result};
use crate::judge;
use crate::view::{CertificateView, ChangeView, StateView, Text, VerificationView};

/// Pages that are compared as pictures: more than that are not looked through by a person either.
const COMPARED_MAX: usize = 300;
/// Pixels for each point: a comma of 12 points still changes pixels.
const COMPARED_SCALE: f32 = 1.0;

impl App {
    /// Who signed which state of a file, judged now.
    ///
    /// # Errors
    /// `NotFound`; what is wrong with the file is in the view.
    pub fn verification(&self, sha256: &str) -> Result<VerificationView> {
        let pdf = self.pdf_path(sha256)?;
        let failed = |e: std::io::Error| AppError::new(ErrorCode::StoreFailed, e.to_string());
        let report = self.judge(FileSource::open(&pdf).map_err(failed)?)?;
        // The report knows the hash of what was judged, which is the file's name.
        if report.file.sha256 != sha256 {
            return Err(StoreError::Corrupt(format!("blob {sha256}")).into());
        }
        let mut states = Vec::new();
        let mut before: Option<&Signature> = None;
        for signature in &report.signatures {
            if before.is_none()
                && let Some(state) = self.unsigned_state(&pdf, signature)?
            {
                states.push(state);
            }
            let cut = match end_of(signature).filter(|end| *end <= report.file.bytes) {
                Some(end) => self.keep_state(&pdf, end)?.to_string(),
                None => sha256.to_owned(),
            };
            states.push(StateView {
                sha256: cut,
                changes: before
                    .map(|before| changes(before, signature.revision))
                    .unwrap_or_default(),
                ..signed_state(signature)
            });
            before = Some(signature);
        }
        if let Some(last) = before.filter(|last| last.changes_after != ChangeKind::None) {
            states.push(StateView {
                sha256: sha256.to_owned(),
                changes: changes(last, None),
                ..unsigned(Text::new("Sau chữ ký cuối", "After the last signature"))
            });
        }
        Ok(VerificationView {
            verdict: judge::verdict_view(&report),
            legal: legal(&report),
            states,
            hidden: report
                .hidden
                .iter()
                .map(|hidden| text(&hidden.reason))
                .collect(),
        })
    }

    /// The pages of two files that look different, from 0; those that only one of them has are among
    /// them. For the eye: no verdict is drawn from it.
    ///
    /// # Errors
    /// `NotFound`, `RenderFailed`.
    pub fn changed_pages(&self, before: &str, after: &str) -> Result<Vec<u32>> {
        let (had, has) = (
            self.file_pages(before)?.len(),
            self.file_pages(after)?.len(),
        );
        let mut changed = Vec::new();
        for page in (0..had.max(has).min(COMPARED_MAX)).filter_map(|page| u32::try_from(page).ok())
        {
            let in_both = (page as usize) < had.min(has);
            if !in_both || self.picture(before, page)? != self.picture(after, page)? {
                changed.push(page);
            }
        }
        Ok(changed)
    }

    fn picture(&self, sha256: &str, page: u32) -> Result<Vec<u8>> {
        let picture = Picture {
            page,
            scale: COMPARED_SCALE,
            clip: None,
        };
        Ok(self
            .renderer()?
            .render(&self.pdf_path(sha256)?, &picture)?
            .png)
    }

    /// What lay before the first signer; `None` where the first revision is signed itself.
    fn unsigned_state(&self, pdf: &Path, first: &Signature) -> Result<Option<StateView>> {
        let Some(revision) = first.revision.and_then(|revision| revision.checked_sub(1)) else {
            return Ok(None);
        };
        // A file that is not read is judged all the same; it only has no earlier states to show.
        let opened = FileSource::open(pdf).ok();
        let opened = opened.and_then(|source| Pdf::open(source, Limits::default()).ok());
        let revision = opened.as_ref().and_then(|it| it.revisions().get(revision));
        let Some(revision) = revision else {
            return Ok(None);
        };
        Ok(Some(StateView {
            sha256: self.keep_state(pdf, revision.end)?.to_string(),
            ..unsigned(Text::new("Bản trình ký", "As it was submitted"))
        }))
    }
}

/// Where a signature's byte range ends: up to there is exactly what was signed.
fn end_of(signature: &Signature) -> Option<u64> {
    let [.., start, length] = signature.byte_range.as_slice() else {
        return None;
    };
    u64::try_from(start.checked_add(*length)?).ok()
}

fn unsigned(title: Text) -> StateView {
    StateView {
        title,
        organization: String::new(),
        at: None,
        at_is_trusted: false,
        verdict: None,
        reasons: Vec::new(),
        sha256: String::new(),
        page: 0,
        changes: Vec::new(),
        certificate: None,
    }
}

fn signed_state(signature: &Signature) -> StateView {
    let signer = signature.signer.as_ref();
    let known = |part: Option<&String>| part.cloned().unwrap_or_default();
    let who = match known(signer.and_then(|s| s.common_name.as_ref())) {
        none if none.is_empty() => Text::new("Người ký không rõ", "An unknown signer"),
        name => Text::same(name),
    };
    let (vi, en) = match (signature.kind, signature.role) {
        (SignatureKind::Timestamp, _) => ("đóng dấu thời gian", "timestamped it"),
        (SignatureKind::Signature, Role::Organisation) => ("đóng dấu", "sealed it"),
        (SignatureKind::Signature, Role::Person | Role::Unknown) => ("ký", "signed it"),
    };
    let view = judge::signature_view(signature);
    let times = &signature.signed_at;
    StateView {
        title: Text::new(format!("{} {vi}", who.vi), format!("{} {en}", who.en)),
        organization: view.organization,
        at: view.at,
        at_is_trusted: times.trusted.is_some(),
        verdict: Some(view.verdict),
        reasons: signature.reasons.iter().map(text).collect(),
        page: signature
            .page
            .and_then(|page| u32::try_from(page.checked_sub(1)?).ok())
            .unwrap_or(0),
        certificate: signer.map(|signer| certificate(signature, signer, view.detail)),
        ..unsigned(Text::same(""))
    }
}

/// What was changed after one signature, up to the revision of the next; each thing once.
fn changes(before: &Signature, until: Option<usize>) -> Vec<ChangeView> {
    let within = |change: &&Change| until.is_none_or(|until| change.revision <= until);
    let mut told = BTreeSet::new();
    let mut views = Vec::new();
    for change in before.changes.iter().filter(within) {
        let what = change_words(change);
        if told.insert((what.vi.clone(), change.permitted)) {
            views.push(ChangeView {
                what,
                permitted: change.permitted,
            });
        }
    }
    views
}

fn change_words(change: &Change) -> Text {
    let field = change.field.as_deref().unwrap_or_default();
    match change.kind {
        ChangeKind::None => Text::new("Không có gì", "Nothing"),
        ChangeKind::Lta => Text::new("Dữ liệu kiểm tra dài hạn", "Data for long-term validation"),
        ChangeKind::Sign => Text::new("Chữ ký số và hình của chữ ký", "A signature and its mark"),
        ChangeKind::FormFill => match field {
            "vb_so" => Text::new("Điền ô số", "The box of the number was filled"),
            "vb_ngay" => Text::new("Điền ô ngày", "The box of the day was filled"),
            "vb_thang" => Text::new("Điền ô tháng", "The box of the month was filled"),
            "vb_nam" => Text::new("Điền ô năm", "The box of the year was filled"),
            "" => Text::new("Điền ô dành sẵn", "A prepared box was filled"),
            name => Text::new(
                format!("Điền ô “{name}”"),
                format!("Field “{name}” was filled"),
            ),
        },
        ChangeKind::Annotate => Text::new("Nhận xét trên trang", "Comments on the page"),
        ChangeKind::NotPermitted => Text::new(
            format!("Thay đổi không được phép ở đối tượng {}", change.object),
            format!(
                "A change that is not permitted, in object {}",
                change.object
            ),
        ),
    }
}

fn certificate(signature: &Signature, signer: &Signer, detail: String) -> CertificateView {
    let revocation = &signature.revocation;
    let status = match revocation.status {
        RevocationStatus::Good => Text::new("Không bị thu hồi", "Not revoked"),
        RevocationStatus::Revoked => Text::new("Đã bị thu hồi", "Revoked"),
        RevocationStatus::Unknown => {
            Text::new("Chưa rõ có bị thu hồi không", "Not known whether revoked")
        }
    };
    let source = match revocation.source {
        RevocationSource::Dss => "DSS",
        RevocationSource::Crl => "CRL",
        RevocationSource::Ocsp | RevocationSource::Online => "OCSP",
        RevocationSource::None => "",
    };
    let since = revocation.revoked_at.as_ref().or(revocation.as_of.as_ref());
    let parts = [source, since.map_or("", String::as_str)];
    CertificateView {
        issuer: common_name(&signer.issuer).to_owned(),
        not_after: signer.not_after.clone(),
        status,
        source: parts
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" "),
        detail,
    }
}

/// The common name in an RFC 4514 string, or the whole of it.
fn common_name(name: &str) -> &str {
    let parts = name.split(',').map(str::trim);
    let found = parts.into_iter().find_map(|part| part.strip_prefix("CN="));
    found.unwrap_or(name)
}

fn legal(report: &Report) -> Text {
    match report.legal {
        Legal::Original => Text::new(
            "Bản gốc điện tử: có chữ ký của người có thẩm quyền và của cơ quan",
            "Electronic original: signed by the person and by the organisation",
        ),
        Legal::Copy => Text::new(
            "Bản sao điện tử: chỉ có chữ ký của cơ quan",
            "Electronic copy: signed by the organisation alone",
        ),
        Legal::InformationOnly => Text::new(
            "Chỉ để tham khảo: chưa đủ chữ ký của bản gốc hay bản sao",
            "For information only: it lacks the signatures of an original or a copy",
        ),
    }
}

fn text(reason: &trien_pades::report::Reason) -> Text {
    Text::new(&reason.vi, &reason.en)
}
