//! What stands over a document that its sender changed or asks to change.

use trien_domain::Operation;
use trien_store::{ChangeRequest, Incoming, Verdict};

use super::incoming::key_of;
use super::shown;
use crate::app::App;
use crate::error::Result;
use crate::view::{BannerKind, BannerView, Text};

impl App {
    /// The banners of a document: requests about it, and the one that it is itself.
    pub(super) fn banners(
        &self,
        document: &Incoming,
        about: &[ChangeRequest],
    ) -> Result<Vec<BannerView>> {
        let mut banners = Vec::new();
        for request in about {
            let other = request.package.map(key_of).transpose()?;
            banners.push(banner(request, other, request.package.is_none())?);
        }
        if let Some(request) = self.store.changes().of_package(document.id)? {
            let target = self.store.changes().targets(request.id)?.first().copied();
            let mut own = banner(&request, target.map(key_of).transpose()?, true)?;
            if target.is_none() {
                own.text = Text::new(
                    format!("{} (văn bản này chưa từng đến đây)", own.text.vi),
                    format!("{} (the document never came here)", own.text.en),
                );
            }
            banners.push(own);
        }
        Ok(banners)
    }
}

/// Whether a document is recalled: frozen, its content not shown.
pub(super) fn is_recalled(about: &[ChangeRequest]) -> bool {
    about
        .iter()
        .any(|r| r.operation == Operation::Recall && r.decision == Some(Verdict::Agreed))
}

/// The word that the row of a package wears that asks for a change, until it is a document like others.
pub(super) fn own_hint(own: &ChangeRequest) -> Option<Text> {
    let is_document = own.operation == Operation::Replace && own.decision == Some(Verdict::Agreed);
    (!is_document).then(|| words(kind(own)))
}

/// The word that a row of a list wears.
pub(super) fn hint(about: &[ChangeRequest]) -> Option<Text> {
    let gravest = |decision| {
        about
            .iter()
            .filter(|request| request.decision == decision)
            .min_by_key(|request| request.operation.code())
    };
    let request = gravest(None).or_else(|| gravest(Some(Verdict::Agreed)))?;
    Some(words(kind(request)))
}

fn banner(
    request: &ChangeRequest,
    other: Option<crate::view::DocumentKey>,
    here: bool,
) -> Result<BannerView> {
    let kind = kind(request);
    let open = request.decision.is_none();
    let request_id = crate::ids::view(request.id.0)?;
    Ok(BannerView {
        kind,
        text: words(kind),
        reason: match request.decision {
            Some(Verdict::Refused) => request.note.clone(),
            _ => request.reason.clone(),
        },
        at: shown(request.decided_at.unwrap_or(request.asked_at)),
        request: open.then_some(request_id),
        here: here && open,
        other,
    })
}

fn kind(request: &ChangeRequest) -> BannerKind {
    match (request.decision, request.operation) {
        (Some(Verdict::Refused), _) => BannerKind::Refused,
        (None, Operation::Update) => BannerKind::UpdateAsked,
        (None, Operation::Replace) => BannerKind::ReplaceAsked,
        (None, _) => BannerKind::RecallAsked,
        (Some(Verdict::Agreed), Operation::Update) => BannerKind::Updated,
        (Some(Verdict::Agreed), Operation::Replace) => BannerKind::Replaced,
        (Some(Verdict::Agreed), _) => BannerKind::Recalled,
    }
}

pub(super) fn words(kind: BannerKind) -> Text {
    let (vi, en) = match kind {
        BannerKind::RecallAsked => ("Nơi gửi yêu cầu thu hồi", "The sender asks it back"),
        BannerKind::UpdateAsked => ("Nơi gửi yêu cầu cập nhật", "The sender asks to update it"),
        BannerKind::ReplaceAsked => ("Nơi gửi yêu cầu thay thế", "The sender asks to replace it"),
        BannerKind::Recalled => ("Đã thu hồi", "Recalled"),
        BannerKind::Updated => ("Đã cập nhật", "Updated"),
        BannerKind::Replaced => ("Đã bị thay thế", "Replaced"),
        BannerKind::Refused => (
            "Đã từ chối yêu cầu của nơi gửi",
            "The sender's request was refused",
        ),
    };
    Text::new(vi, en)
}
