//! The commands of the main window. Each is one use case; `tests` writes the bindings for the page.

pub mod changes;
pub mod drafts;
pub mod incoming;
pub mod outgoing;
pub mod reading;
pub mod setting_up;

use tauri::Wry;
use tauri_specta::{Builder, ErrorHandlingMode, collect_commands, collect_events};

use crate::host::ChangedEvent;
use crate::{notices, phrase, pin};

/// Every command and event, with its types.
pub fn builder() -> Builder<Wry> {
    Builder::new()
        .commands(collect_commands![
            setting_up::office,
            setting_up::choose_office,
            setting_up::set_up,
            setting_up::reopen,
            setting_up::give_axis_secret,
            reading::session,
            reading::list,
            reading::search,
            reading::document,
            reading::save_file,
            reading::mark_read,
            reading::register,
            reading::save_register,
            reading::organs,
            reading::tracking,
            reading::message_text,
            reading::file_pages,
            reading::verification,
            reading::changed_pages,
            incoming::accept,
            incoming::return_incoming,
            incoming::assign,
            incoming::start,
            incoming::complete,
            incoming::read_again,
            incoming::dismiss,
            incoming::return_message,
            incoming::sync_now,
            incoming::exchange_troubles,
            incoming::dismiss_trouble,
            drafts::choose_pdf,
            drafts::create_draft,
            drafts::make_copy,
            drafts::attach_files,
            drafts::detach,
            drafts::draft_form,
            drafts::replace_draft,
            drafts::signatories,
            drafts::hand_over,
            drafts::handover_in,
            drafts::take_signed,
            drafts::skip_signer,
            drafts::back_to_draft,
            drafts::return_draft,
            drafts::forward_draft,
            outgoing::sign_preview,
            outgoing::sign,
            outgoing::save_report,
            outgoing::seal_preview,
            outgoing::number_and_seal,
            outgoing::void_number,
            outgoing::place_preview,
            outgoing::nudge,
            outgoing::dispatch_preview,
            outgoing::dispatch,
            outgoing::settle,
            outgoing::retry,
            outgoing::give_up,
            changes::agree_change,
            changes::refuse_change,
            changes::admit_anyway,
            changes::recall,
            changes::update,
            changes::send_replacement,
            changes::take_back,
            notices::notices,
            notices::put_away_notice,
            phrase::phrase_request,
            phrase::phrase_submit,
            phrase::phrase_cancel,
            pin::pin_request,
            pin::pin_submit,
            pin::pin_cancel,
        ])
        .events(collect_events![ChangedEvent])
        .error_handling(ErrorHandlingMode::Throw)
        // Lengths and sizes are finite: the page need not ask whether a number is one.
        .semantic_types(
            specta_typescript::semantic::Configuration::empty().enable_lossless_floats(),
        )
        .disable_serde_phases()
}

#[cfg(test)]
mod tests;
