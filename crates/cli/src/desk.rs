//! Commands at a desk, each one use case of `app`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::json;
use trien_app::view::{
    Book, CheckOutcome, CheckView, CopyKind, CopyRequest, Direction, DocumentKey, DraftForm,
    Folder, Only, Role, UnclearDecision, UpdateForm,
};
use trien_app::{App, AppError, ErrorCode, NewFile, Result, UnitForm};

use crate::args::{
    ChangeDecision, Decision, DeskCommand, Draft, HandoverCommand, InFolder, OutFolder, PinArgs,
    Way, Which, WhichBook, WhichCopy,
};
use crate::disk::{read, write};
use crate::host::CommandLine;
use crate::{lists, output};

/// Runs a command; what it returns is the exit code.
pub fn run(command: DeskCommand, data: Option<&Path>, json: bool) -> Result<u8> {
    let data = data.ok_or_else(|| AppError::new(ErrorCode::BadArgument, "--data DIR"))?;
    let open = |pin: &PinArgs| App::open(data, Arc::new(CommandLine::with(pin)));
    let app = match &command {
        DeskCommand::SignDocuments { pin, .. }
        | DeskCommand::Seal { pin, .. }
        | DeskCommand::Sync { pin, .. } => open(pin)?,
        _ => open(&PinArgs::default())?,
    };
    act(&app, command, json)
}

fn act(app: &App, command: DeskCommand, json: bool) -> Result<u8> {
    match command {
        DeskCommand::Sync { status: true, .. } => {
            output::result(&app.sync_view()?, json, lists::sync_lines);
        }
        DeskCommand::Sync { directory, .. } => return sync(app, directory, json),
        DeskCommand::Inbox {
            folder,
            only,
            pages,
        } => {
            let only = match only {
                Which::All => Only::All,
                Which::Urgent => Only::Urgent,
                Which::Dated => Only::Dated,
            };
            lists::folder(app, in_folder(folder), only, &pages, json)?;
        }
        DeskCommand::Outbox { folder, pages } => {
            lists::folder(app, out_folder(folder), Only::All, &pages, json)?;
        }
        DeskCommand::Search { text, pages } => lists::search(app, &text, &pages, json)?,
        DeskCommand::Organs { text } => lists::organs(app, &text, json)?,
        DeskCommand::RegisterUnit {
            code,
            name,
            parent,
            email,
            telephone,
        } => {
            app.register_unit(&UnitForm {
                code,
                parent,
                name,
                email,
                telephone,
            })?;
        }
        DeskCommand::RemoveUnit { code } => {
            app.remove_unit(&code)?;
        }
        DeskCommand::Troubles { dismiss: None } => lists::troubles(app, json)?,
        DeskCommand::Troubles {
            dismiss: Some(trouble),
        } => {
            app.dismiss_trouble(&trouble)?;
            done(json);
        }
        DeskCommand::Message { sha256, save } => {
            if let Some(path) = save {
                app.copy_file(&sha256, &path)?;
            }
            output::result(&app.message_text(&sha256)?, json, |message| {
                let cut = (!message.whole).then(|| format!("… {} byte", message.bytes));
                std::iter::once(message.text.clone()).chain(cut).collect()
            });
        }
        DeskCommand::Change {
            request,
            decision,
            reason,
        } => {
            match decision {
                ChangeDecision::Agree => app.agree_change(request)?,
                ChangeDecision::Refuse => app.refuse_change(request, &reason)?,
            }
            done(json);
        }
        DeskCommand::ReadAgain { id } => {
            app.read_again(id)?;
            done(json);
        }
        DeskCommand::AdmitAnyway { id } => {
            let key = app.admit_anyway(id)?;
            show(app, key, json)?;
        }
        DeskCommand::TakeBack { send } => {
            app.take_back(send)?;
            done(json);
        }
        DeskCommand::Recall { id, to, reason } => {
            app.recall(id, &to, &reason)?;
            done(json);
        }
        DeskCommand::Update {
            id,
            to,
            reason,
            due,
            urgency,
            subject,
        } => {
            let form = UpdateForm {
                due,
                urgency,
                subject,
            };
            app.update(id, &form, &to, &reason)?;
            done(json);
        }
        DeskCommand::Replace {
            id,
            old,
            to,
            reason,
        } => {
            app.replace(id, &old, &to, &reason)?;
            done(json);
        }
        DeskCommand::Accept { id, assignee } => {
            let number = app.accept(id, &assignee)?;
            output::result(&json!({ "arrival_number": number }), json, |_| {
                vec![format!("Số đến {number}")]
            });
        }
        DeskCommand::Return { id, reason } => {
            match app.profile().role {
                Role::Leader => app.return_draft(id, &reason)?,
                Role::Clerk => app.return_incoming(id, &reason)?,
            }
            done(json);
        }
        DeskCommand::Status { id, code, to } => {
            match code.as_str() {
                "04" => app.assign(id, &to)?,
                "05" => app.start(id)?,
                "06" => app.complete(id)?,
                other => {
                    return Err(AppError::new(
                        ErrorCode::BadArgument,
                        format!("status {other:?}: 04, 05 or 06"),
                    ));
                }
            }
            done(json);
        }
        DeskCommand::Draft(draft) => {
            let pdf = read(&draft.file)?;
            let key = match draft.replaces {
                Some(id) => app.replace_draft(id, &form(&draft), &pdf)?,
                None if draft.signed => app.take_signed_elsewhere(&form(&draft), &pdf)?,
                None => app.create_draft(&form(&draft), &pdf)?,
            };
            if !draft.attachments.is_empty() {
                app.attach(key.id, attachments(&draft.attachments)?)?;
            }
            output::result(&key, json, |key| vec![key.id.to_string()]);
        }
        DeskCommand::Attach { id, files } => {
            let key = app.attach(id, attachments(&files)?)?;
            show(app, key, json)?;
        }
        DeskCommand::Copy(args) => {
            let request = CopyRequest {
                form: match args.form {
                    WhichCopy::SaoY => CopyKind::SaoY,
                    WhichCopy::SaoLuc => CopyKind::SaoLuc,
                    WhichCopy::TrichSao => CopyKind::TrichSao,
                },
                subject: args.subject,
                kind: args.kind,
                notation: args.notation,
                signatory: args.signatory,
                recipients: args.to,
                due: args.due,
            };
            let key = app.make_copy(&request, &read(&args.file)?)?;
            output::result(&key, json, |key| vec![key.id.to_string()]);
        }
        DeskCommand::Handover {
            way:
                HandoverCommand::Out {
                    id: Some(id),
                    note,
                    to,
                },
        } => {
            app.hand_over_to(id, to.as_deref(), &note)?;
            done(json);
        }
        DeskCommand::Handover {
            way: HandoverCommand::Out { id: None, .. },
        } => {
            let written = app.handover_out()?;
            output::result(&json!({ "written": written }), json, |_| {
                vec![written.to_string()]
            });
        }
        DeskCommand::Handover {
            way: HandoverCommand::In,
        } => {
            let report = app.handover_in()?;
            output::result(&report, json, |report| {
                let taken = report.taken.iter().map(|key| format!("+ {}", key.id));
                let refused = report.refused.iter();
                taken
                    .chain(refused.map(|r| format!("- {}: {}", r.package, r.error.title.vi)))
                    .collect()
            });
            let fault = report.refused.first();
            return Ok(fault.map_or(0, |refusal| refusal.error.code.exit().code()));
        }
        DeskCommand::Nudge { id, nudges } => {
            app.nudge(id, &nudges)?;
            done(json);
        }
        DeskCommand::SignDocuments {
            ids,
            report,
            nudges,
            ..
        } => {
            if !nudges.is_empty() {
                let [id] = ids.as_slice() else {
                    let why = "--nudge is for one document";
                    return Err(AppError::new(ErrorCode::BadArgument, why));
                };
                app.nudge(*id, &nudges)?;
            }
            return sign(app, &ids, report.as_deref(), json);
        }
        DeskCommand::TakeSigned { id, file } => {
            app.take_signed(id, &read(&file)?)?;
            done(json);
        }
        DeskCommand::SkipSigner { id, name, reason } => {
            app.skip_signer(id, &name, &reason)?;
            done(json);
        }
        DeskCommand::BackToDraft { id, reason } => {
            app.back_to_draft(id, &reason)?;
            done(json);
        }
        DeskCommand::Seal { id, nudges, .. } => {
            if !nudges.is_empty() {
                app.nudge(id, &nudges)?;
            }
            app.number_and_seal(id)?;
            show(
                app,
                DocumentKey {
                    direction: Direction::Outgoing,
                    id,
                },
                json,
            )?;
        }
        DeskCommand::VoidNumber { id, reason } => {
            app.void_number(id, &reason)?;
            done(json);
        }
        DeskCommand::Show {
            direction,
            id,
            save,
            attachments,
            picture,
        } => {
            let direction = match direction {
                Way::In => Direction::Incoming,
                Way::Out => Direction::Outgoing,
                Way::Package => Direction::Message,
            };
            let key = DocumentKey { direction, id };
            save_files(app, key, save.as_deref(), picture.as_deref())?;
            if let Some(folder) = attachments {
                save_attachments(app, key, &folder)?;
            }
            show(app, key, json)?;
        }
        DeskCommand::Send { id, to, check } => {
            let checks = app.dispatch_preview(id, &to)?.checks;
            if !check {
                app.dispatch(id, &to)?;
            }
            let told = json!({ "done": !check, "checks": checks });
            output::result(&told, json, |_| {
                let told = checks.iter();
                let told = told.filter(|one| check || one.outcome != CheckOutcome::Passed);
                told.map(check_line).collect()
            });
        }
        DeskCommand::Tracking { id } => {
            output::result(&app.tracking(id)?, json, lists::tracking_lines);
        }
        DeskCommand::Dismiss { id, reason } => {
            app.dismiss(id, &reason)?;
            done(json);
        }
        DeskCommand::ReturnPackage { id, reason } => {
            app.return_message(id, &reason)?;
            done(json);
        }
        DeskCommand::Retry { send } => {
            app.retry(send)?;
            done(json);
        }
        DeskCommand::GiveUp { send, reason } => {
            app.give_up(send, &reason)?;
            done(json);
        }
        DeskCommand::Settle { send, decision } => {
            let decision = match decision {
                Decision::CountAsSent => UnclearDecision::CountAsSent,
                Decision::SendAgain => UnclearDecision::SendAgain,
            };
            app.settle(send, decision)?;
            done(json);
        }
        DeskCommand::Register {
            book,
            year,
            find,
            out,
            pages,
        } => {
            let book = match book {
                WhichBook::Out => Book::Outgoing,
                WhichBook::In => Book::Incoming,
            };
            let year = year.unwrap_or_else(|| app.this_year());
            match out {
                Some(to) => {
                    app.save_register(book, year, &find, &to)?;
                    done(json);
                }
                None => lists::register(app, book, year, &find, &pages, json)?,
            }
        }
        DeskCommand::Signatories => {
            output::result(&app.signatories()?, json, |all| {
                all.iter()
                    .map(|s| format!("{} {} – {}", s.id, s.full_name, s.position))
                    .collect()
            });
        }
        DeskCommand::Layouts => {
            output::result(&app.layout_views()?, json, |all| {
                all.iter()
                    .map(|layout| format!("{} – {}", layout.key, layout.name.vi))
                    .collect()
            });
        }
    }
    Ok(0)
}

fn sync(app: &App, directory: bool, json: bool) -> Result<u8> {
    if directory {
        app.sync_directory()?;
    }
    output::result(&app.sync_now()?, json, |report| {
        let figures = format!(
            "Nhận {}, trùng {}, không đọc được {}, trạng thái {}, gửi {}, cần người xem {}",
            report.received,
            report.duplicates,
            report.unreadable,
            report.statuses,
            report.sent,
            report.troubles
        );
        let notices = report
            .notices
            .iter()
            .map(|notice| format!("{}. {}", notice.title.vi, notice.reason.vi));
        std::iter::once(figures).chain(notices).collect()
    });
    Ok(0)
}

/// Signs, and tells each document's outcome; the first fault is the exit code.
fn sign(app: &App, ids: &[u32], report: Option<&Path>, json: bool) -> Result<u8> {
    let outcomes = app.sign(ids)?;
    if let Some(path) = report {
        write_report(app, ids, &outcomes, path)?;
    }
    let told: Vec<_> = outcomes
        .iter()
        .map(|(id, outcome)| json!({ "id": id, "signed": outcome.is_ok(), "error": outcome.as_ref().err().map(AppError::view) }))
        .collect();
    output::result(&json!({ "documents": told }), json, |_| {
        let line = |(id, outcome): &(u32, Result<DocumentKey>)| match outcome {
            Ok(_) => format!("{id}: đã ký"),
            Err(error) => format!("{id}: {}", error.view().title.vi),
        };
        outcomes.iter().map(line).collect()
    });
    let fault = outcomes
        .iter()
        .find_map(|(_, outcome)| outcome.as_ref().err());
    Ok(fault.map_or(0, |error| error.code.exit().code()))
}

/// One line for each document, also for those that a token's fault kept from their turn: what to sign next.
fn write_report(
    app: &App,
    ids: &[u32],
    outcomes: &[(u32, Result<DocumentKey>)],
    path: &Path,
) -> Result<()> {
    let quoted = |cell: &str| format!("\"{}\"", cell.replace('"', "\"\""));
    // Spreadsheet programs take a file for UTF-8 by its byte order mark only.
    let mut csv = String::from("\u{FEFF}Mã,Ký hiệu,Trích yếu,Kết quả,Lý do,Việc cần làm\r\n");
    for id in ids {
        let direction = Direction::Outgoing;
        let document = app.document(DocumentKey { direction, id: *id })?;
        let outcome = outcomes.iter().find(|(of, _)| of == id);
        let [became, reason, next] = match outcome {
            Some((_, Ok(_))) => ["Đã ký".to_owned(), String::new(), String::new()],
            Some((_, Err(error))) => {
                let view = error.view();
                [view.title.vi, view.reason.vi, view.action.vi]
            }
            None => ["Chưa ký".to_owned(), String::new(), "Ký tiếp".to_owned()],
        };
        let id = id.to_string();
        let cells = [
            &id,
            &document.code,
            &document.subject,
            &became,
            &reason,
            &next,
        ];
        let cells: Vec<_> = cells.into_iter().map(|cell| quoted(cell)).collect();
        csv.push_str(&cells.join(","));
        csv.push_str("\r\n");
    }
    write(path, csv.as_bytes())
}

fn show(app: &App, key: DocumentKey, json: bool) -> Result<()> {
    output::result(&app.document(key)?, json, |document| {
        let facts = document
            .facts
            .iter()
            .map(|fact| format!("{}: {}", fact.label.vi, fact.value.vi));
        let verdict = document
            .verdict
            .iter()
            .map(|verdict| verdict.headline.vi.clone());
        let banners = document.banners.iter().map(|banner| {
            let request = banner
                .request
                .map(|id| format!(" [{id}]"))
                .unwrap_or_default();
            format!("*{request} {}: {}", banner.text.vi, banner.reason)
        });
        let checks = document.checks.iter().map(check_line);
        let timeline = document.timeline.iter().map(|entry| {
            format!(
                "{} {} {} {}",
                entry.at.clone().unwrap_or_default(),
                entry.who,
                entry.text.vi,
                entry.code
            )
        });
        std::iter::once(document.subject.clone())
            .chain(banners)
            .chain(facts)
            .chain(verdict)
            .chain(checks)
            .chain(timeline)
            .collect()
    });
    Ok(())
}

fn save_files(
    app: &App,
    key: DocumentKey,
    save: Option<&Path>,
    picture: Option<&Path>,
) -> Result<()> {
    if save.is_none() && picture.is_none() {
        return Ok(());
    }
    let document = app.document(key)?;
    let file = document
        .files
        .first()
        .ok_or_else(|| AppError::new(ErrorCode::NotFound, "the document has no file"))?;
    if let Some(path) = save {
        write(path, &app.file(&file.sha256)?)?;
    }
    if let Some(path) = picture {
        let last = u32::try_from(app.file_pages(&file.sha256)?.len())
            .unwrap_or(1)
            .saturating_sub(1);
        write(path, &app.page_png(&file.sha256, last, 2.0)?)?;
    }
    Ok(())
}

/// Files to go with a document, by their names in the folder they lie in.
fn attachments(paths: &[PathBuf]) -> Result<Vec<NewFile>> {
    let file = |path: &PathBuf| Ok(NewFile::named(path, read(path)?));
    paths.iter().map(file).collect()
}

/// Writes the files beside the document itself under their own names; a name of a sender's is no path.
fn save_attachments(app: &App, key: DocumentKey, folder: &Path) -> Result<()> {
    for file in app.attachments(key)? {
        let name = Path::new(&file.name).file_name();
        let path = folder.join(name.unwrap_or(file.sha256.as_ref()));
        write(&path, &app.file(&file.sha256)?)?;
    }
    Ok(())
}

fn form(draft: &Draft) -> DraftForm {
    DraftForm {
        subject: draft.subject.clone(),
        notation: draft.notation.clone(),
        layout: draft.layout.clone(),
        kind: draft.kind.clone(),
        urgency: draft.urgency,
        due: draft.due.clone(),
        signatory: draft.signatory,
        initials: draft.initials.clone(),
        co_signers: draft.co_signers.clone(),
        recipients: draft.to.clone(),
        answers: draft.answers,
        note: draft.note.clone(),
    }
}

/// A check with its evidence.
fn check_line(check: &CheckView) -> String {
    let small = check.small.as_ref().map(|small| format!(" ({})", small.vi));
    let small = small.unwrap_or_default();
    format!("[{:?}] {}{small}", check.outcome, check.sentence.vi)
}

fn done(json: bool) {
    output::result(&json!({ "done": true }), json, |_| Vec::new());
}

fn in_folder(folder: InFolder) -> Folder {
    match folder {
        InFolder::ToAccept => Folder::ToAccept,
        InFolder::Registered => Folder::Registered,
        InFolder::InProgress => Folder::InProgress,
        InFolder::Overdue => Folder::Overdue,
        InFolder::Completed => Folder::Completed,
        InFolder::Returned => Folder::Returned,
        InFolder::Unreadable => Folder::Unreadable,
        InFolder::Duplicates => Folder::Duplicates,
    }
}

fn out_folder(folder: OutFolder) -> Folder {
    match folder {
        OutFolder::Drafts => Folder::Drafts,
        OutFolder::ToSign => Folder::ToSign,
        OutFolder::Signed => Folder::Signed,
        OutFolder::ToNumber => Folder::ToNumber,
        OutFolder::ToSend => Folder::ToSend,
        OutFolder::SendTrouble => Folder::SendTrouble,
        OutFolder::Tracking => Folder::Tracking,
    }
}
