//! The trade's words and rules: organs, documents, numbers, statuses, deliveries, registers.
//!
//! Pure: no disk, no clock, no network, no serialisation. `now` is always an argument, and what
//! a rule decides depends on its arguments alone.

pub mod calendar;
mod copy;
pub mod delivery;
pub mod document;
pub mod limits;
pub mod number;
pub mod organ;
pub mod outgoing;
pub mod register;
pub mod secrecy;
pub mod status;
pub mod text;
pub mod training;
pub mod working;

pub use copy::CopyForm;
pub use delivery::{DeliveryState, SendState};
pub use document::{Code, DocumentFacts, DocumentId, Operation, Signatory, Urgency};
pub use number::{NumberState, Series};
pub use organ::{Organ, OrganId};
pub use outgoing::OutgoingState;
pub use status::{StatusCode, StatusMessage};
