//! What the dispatch task shows before it acts: who gets it, and what may keep them from taking it.

use trien_domain::OrganId;
use trien_domain::limits::{self, Field, Source, TooLong};
use trien_domain::text::fold;
use trien_store::{Outgoing, Unit};

use super::PAGE;
use super::previews::result_check;
use crate::app::App;
use crate::drafts::row;
use crate::error::{ErrorCode, Result};
use crate::view::{CheckOutcome, CheckView, DispatchPreview, Id, OrganView, Text};

/// Receivers built on libxml2 refuse text nodes over 10 MB, which base64 reaches at 7.5 MB of file.
const FILE_WARNS: u64 = 7_500_000;
/// Gateways in use take packages up to 50 MB, which base64 reaches at three quarters of it.
const PACKAGE_WARNS: u64 = 50_000_000 / 4 * 3;

impl App {
    /// Before dispatch: who gets it, and whether it may leave.
    pub fn dispatch_preview(&self, id: Id, recipients: &[String]) -> Result<DispatchPreview> {
        let document = self.store.outgoing().get(row(id))?;
        let chosen = match recipients {
            [] => document.draft.recipients.clone(),
            chosen => self.recipients(chosen)?,
        };
        let sealed = self.sealed_revision(document.id)?;
        let sealed_check: Result<()> = sealed
            .as_ref()
            .map(|_| ())
            .ok_or_else(|| ErrorCode::NotSealed.into());
        let some_check: Result<()> = if chosen.is_empty() {
            Err(ErrorCode::NoRecipients.into())
        } else {
            Ok(())
        };
        let size = sealed.map_or(0, |revision| revision.size);
        let organs: Vec<OrganView> = chosen
            .iter()
            .map(|(id, name)| self.recipient_view(id, name))
            .collect::<Result<_>>()?;
        let mut checks = vec![
            result_check(
                "sealed",
                "Đã cấp số và đóng dấu",
                "Numbered and sealed",
                &sealed_check,
            ),
            result_check(
                "recipients",
                "Đã chọn nơi nhận",
                "Recipients are chosen",
                &some_check,
            ),
        ];
        if let Some(closed) = organs.iter().find(|organ| organ.closed) {
            checks.push(CheckView {
                check: "closed".to_owned(),
                outcome: CheckOutcome::Warning,
                sentence: Text::new(
                    "Có nơi nhận không còn trong danh bạ đang hoạt động",
                    "A recipient is no longer active in the directory",
                ),
                small: Some(self.closed(closed)?),
            });
        }
        if let Some(recall) = self.recall_of(document.id)? {
            let sentence = Text::new(
                "Văn bản này đã được yêu cầu thu hồi",
                "This document was asked back",
            );
            checks.push(warning("recalled", sentence, recall.words()));
        }
        checks.extend(self.sizes(&document, size)?);
        // Before sealing there is no package yet.
        if let Ok(facts) = self.package_facts(&document, &chosen) {
            checks.extend(limits::too_long(&facts).iter().map(length_check));
        }
        let ready = checks
            .iter()
            .all(|check| check.outcome != CheckOutcome::Failed);
        Ok(DispatchPreview {
            key: super::outgoing::key_of(document.id)?,
            recipients: organs,
            checks,
            ready,
        })
    }

    /// Which recipient is closed, and who has taken its place.
    fn closed(&self, organ: &OrganView) -> Result<Text> {
        let code = OrganId::new(&organ.id);
        let successor = code.map(|code| self.store.directory().successor(&code));
        Ok(match successor.transpose()?.flatten() {
            Some(new) => Text::new(
                format!("{}; nay là {} ({})", organ.name, new.name, new.code),
                format!("{}; now {} ({})", organ.name, new.name, new.code),
            ),
            None => Text::same(&organ.name),
        })
    }

    /// What is said of large files and packages.
    fn sizes(&self, document: &Outgoing, main: u64) -> Result<Vec<CheckView>> {
        let files = self.store.outgoing().attachments(document.id)?;
        let sizes = || files.iter().map(|file| file.size).chain([main]);
        let mut checks = Vec::new();
        if let Some(largest) = sizes().max().filter(|size| *size > FILE_WARNS) {
            checks.push(warning(
                "size",
                Text::new(
                    "Tệp lớn, một số nơi nhận có thể không nhận được",
                    "The file is large; some receivers may not take it",
                ),
                Text::same(format!("{} MB", largest / 1_000_000)),
            ));
        }
        let package: u64 = sizes().sum();
        if package > PACKAGE_WARNS {
            checks.push(warning(
                "package_size",
                Text::new(
                    "Gói lớn hơn 50 MB, có cổng kết nối không nhận",
                    "The package is over 50 MB, which some gateways refuse",
                ),
                Text::new(
                    format!(
                        "{} MB; giới hạn của cổng, không của quy chuẩn",
                        package / 750_000
                    ),
                    format!(
                        "{} MB; a limit of gateways, not of the standard",
                        package / 750_000
                    ),
                ),
            ));
        }
        Ok(checks)
    }

    /// Organs of the directory whose name or code has the typed words.
    pub fn organs(&self, text: &str) -> Result<Vec<OrganView>> {
        let units = self.store.directory().search(text, PAGE)?;
        let views = units.iter().map(|unit| {
            let mut view = self.unit_view(unit)?;
            view.lookalike = twin_among(&units, &view);
            Ok(view)
        });
        views.collect()
    }

    /// A recipient as it is checked once more before dispatch: another organ may bear its name.
    fn recipient_view(&self, id: &OrganId, name: &str) -> Result<OrganView> {
        let mut view = self.organ_view(id, name)?;
        let namesakes = self.store.directory().search(&view.name, PAGE)?;
        view.lookalike = twin_among(&namesakes, &view);
        Ok(view)
    }

    pub(crate) fn organ_view(&self, id: &OrganId, name: &str) -> Result<OrganView> {
        match self.store.directory().get(id)? {
            Some(unit) => self.unit_view(&unit),
            None => Ok(OrganView {
                id: id.to_string(),
                name: name.to_owned(),
                parent: String::new(),
                closed: true,
                lookalike: None,
            }),
        }
    }

    fn unit_view(&self, unit: &Unit) -> Result<OrganView> {
        let parent = unit
            .parent
            .as_ref()
            .map(|code| self.store.directory().get(code))
            .transpose()?
            .flatten();
        Ok(OrganView {
            id: unit.code.to_string(),
            name: unit.name.clone(),
            parent: parent.map(|parent| parent.name).unwrap_or_default(),
            closed: !unit.active,
            lookalike: None,
        })
    }
}

/// The warning that another organ of these bears the same name.
fn twin_among(units: &[Unit], organ: &OrganView) -> Option<Text> {
    let twin = units
        .iter()
        .find(|other| other.code.as_str() != organ.id && fold(&other.name) == fold(&organ.name))?;
    Some(Text::new(
        format!("Trùng tên với {}", twin.code),
        format!("Same name as {}", twin.code),
    ))
}

fn warning(check: &str, sentence: Text, small: Text) -> CheckView {
    CheckView {
        check: check.to_owned(),
        outcome: CheckOutcome::Warning,
        sentence,
        small: Some(small),
    }
}

/// What is too long, and by which article.
fn length_check(one: &TooLong) -> CheckView {
    let TooLong { length, limit, .. } = one;
    let [vi, en] = field_words(one.field);
    let small = match one.source {
        Source::Decree30 => Text::new(
            "Nghị định 30/2020/NĐ-CP, Phụ lục VI",
            "Decree 30/2020, Annex VI",
        ),
        Source::Decision20 => Text::new("Quyết định 20/2020/QĐ-TTg", "Decision 20/2020"),
        Source::Receivers => Text::new(
            "Giới hạn của phần mềm bên nhận đang dùng",
            "A limit of receivers' programs in use",
        ),
    };
    let sentence = Text::new(
        format!("{vi} dài {length} ký tự, nhiều hơn {limit}"),
        format!("{en}: {length} characters, more than {limit}"),
    );
    warning("length", sentence, small)
}

fn field_words(field: Field) -> [&'static str; 2] {
    use Field as F;
    match field {
        F::OrganId => ["Mã định danh cơ quan", "Organ's identifier"],
        F::OrganName => ["Tên cơ quan", "Organ's name"],
        F::OrganizationInCharge => ["Tên cơ quan chủ quản", "Name of the organ above"],
        F::OrganAdd => ["Địa chỉ cơ quan", "Organ's address"],
        F::Email => ["Thư điện tử cơ quan", "Organ's e-mail"],
        F::Telephone => ["Điện thoại hoặc fax cơ quan", "Organ's telephone or fax"],
        F::Website => ["Trang thông tin điện tử", "Web site"],
        F::Department => ["Phòng, bộ phận", "Department"],
        F::Staff => [
            "Họ tên, thư hoặc điện thoại người xử lý",
            "Officer's name, e-mail or telephone",
        ],
        F::ToPlace => ["Một dòng nơi nhận", "A line of the recipients"],
        F::CodeNumber => ["Số", "Number"],
        F::CodeNotation => ["Ký hiệu", "Notation"],
        F::TypeName => ["Tên loại", "Kind"],
        F::Subject => ["Trích yếu", "Subject"],
        F::Content => ["Nội dung tóm tắt", "Summary"],
        F::Place => ["Địa danh", "Place"],
        F::Competence => ["Quyền hạn người ký", "Signer's competence"],
        F::Position => ["Chức vụ người ký", "Signer's position"],
        F::FullName => ["Họ tên người ký", "Signer's name"],
        F::Sphere => ["Phạm vi lưu hành", "Sphere of circulation"],
        F::TyperNotation => ["Ký hiệu người soạn", "Typist's notation"],
        F::Copies => ["Số bản phát hành", "Number of copies"],
        F::Pages => ["Số trang", "Number of pages"],
        F::ToPlaces => ["Nơi nhận", "Recipients as printed"],
        F::Reason => ["Lý do", "Reason"],
    }
}
