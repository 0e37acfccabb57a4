//! HTTP: the client of the document axis (VXP), and of the services that certificates name.
//!
//! Knows how to ask and how to tell what an answer is worth; knows nothing of what a package means.
//! Every call returns a value with the axis's clock, or one of the closed set of [`AxisError`]s,
//! whose [`AxisError::fate`] says whether trying again is right, useless or dangerous.

mod axis;
mod departure;
mod error;
mod fetch;
mod head;
mod identity;
mod parcel;
mod place;
mod rows;
mod transport;
pub mod vxp;

pub use axis::{Ack, Answered, AxisClient};
pub use error::{AxisError, Fate, Refusal};
pub use fetch::{FetchError, Fetcher, Vouched};
pub use identity::{Identity, IdentityKey, Scheme};
pub use parcel::Parcel;
pub use place::local_address;
pub use rows::{Agency, NewAgency, ReceivedRow, SentRow, Unit};
pub use transport::{AxisConfig, Proxy, Sizes, Timeouts};
pub use vxp::MessageType;
