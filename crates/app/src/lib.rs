//! What we do: receive, review, sign, number and seal, dispatch, hand over, synchronise.
//!
//! The three spines of the program are functions here, each a list of steps that fits on a screen:
//! `receive::App::receive_all` (in), `sign::App::sign` (sign), and
//! `number_and_seal::App::number_and_seal` with `dispatch::App::dispatch` (out). [`App`] is an open
//! profile; a shell is whatever implements [`Host`]. This crate owns the tokio runtime and knows no
//! shell, no SQL, no HTTP and no PKCS#11 by name.

mod acts;
pub mod administration;
mod app;
mod attachments;
mod book;
mod changes;
mod copies;
mod corner;
mod deadlines;
mod desk_token;
mod desks;
mod directory;
mod dispatch;
pub mod doctor;
mod drafts;
mod elsewhere;
pub mod error;
mod fault;
mod gate;
pub mod handover;
pub mod host;
mod ids;
pub mod judge;
mod layouts;
pub mod levels;
mod look_over;
mod nudges;
mod number_and_seal;
pub mod office_file;
pub mod online;
mod operations;
mod packing;
mod pdf;
pub mod placement;
pub mod plain;
mod prepare;
mod previews;
pub mod profile;
mod receive;
mod review;
mod saving;
pub mod schedule;
mod seal_scan;
mod secret_store;
mod show;
mod sign;
mod signers;
mod stamping;
mod statuses;
mod sync;
mod sync_state;
mod take_in;
pub mod trust;
pub mod view;
mod wire;
mod wire_key;
mod words;

pub use app::App;
pub use attachments::NewFile;
pub use directory::UnitForm;
pub use error::{AppError, ErrorCode, ErrorView, Result};
pub use host::{Changed, Host, PinAnswer};
pub use profile::Profile;

/// The words that shells need: civil days in Vietnam and how they are written, forms of copies.
pub use trien_domain::calendar;

/// The child side of a PKCS#11 module: a shell that is started with [`TOKEN_WORKER`] calls this and nothing
/// else.
pub use trien_token::{WORKER_ARGUMENT as TOKEN_WORKER, worker_main as token_worker};

/// Ends the token modules of this program; a shell calls it last.
pub fn shut_down() {
    trien_token::shut_down(std::time::Duration::from_secs(3));
}

/// The child side of the renderer: a shell that is started with [`RENDER_WORKER`] calls this and
/// nothing else.
pub use trien_render::{WORKER_ARGUMENT as RENDER_WORKER, worker_main as render_worker};
