//! The profile, the axis and the token: what stands around every view.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::{Folder, Text};
use crate::error::ErrorView;

/// Whose desk a profile is; it decides the face of the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Lãnh đạo: *Chờ ký*, one document, three buttons.
    Leader,
    /// Văn thư: receives, numbers, seals, dispatches.
    Clerk,
}

/// The desk that an office file would make.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct OfficeView {
    /// Whose desk.
    pub role: Role,
    /// The office.
    pub organ_name: String,
    /// Its identifier on the axis.
    pub organ_id: String,
    /// The person at the desk.
    pub person: String,
    /// Whether it is for practice only.
    pub training: bool,
    /// Base URL of the axis; `None` for a desk that does not exchange and needs no secret.
    pub axis: Option<String>,
}

/// Everything that the frame of the window shows.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct SessionView {
    /// Whose desk.
    pub role: Role,
    /// The office, `UBND xã An Hòa`.
    pub organ_name: String,
    /// Its identifier on the axis.
    pub organ_id: String,
    /// The person at the desk.
    pub person: String,
    /// A practice profile: the window wears *TẬP HUẤN*.
    pub training: bool,
    /// The folders of this face with their counts.
    pub folders: Vec<FolderView>,
    /// The axis.
    pub sync: SyncView,
    /// The token.
    pub token: TokenView,
    /// The folder through which desks hand packages over, `None` until it is chosen.
    pub handover_folder: Option<String>,
}

/// A folder and how much is in it.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct FolderView {
    /// Which.
    pub folder: Folder,
    /// How many documents; counting stops at 1000.
    pub count: u32,
    /// Whether someone has to look: overdue, failed, unreadable.
    pub attention: bool,
    /// How many of them near their limit for sending, are met with silence or came back.
    pub alarms: u32,
}

/// What a person should look at before it is too late.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct AlarmView {
    /// The document.
    pub about: String,
    /// What.
    pub told: ErrorView,
}

/// The axis as the foot of the window tells it.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct SyncView {
    /// When the last exchange succeeded.
    pub last: Option<String>,
    /// When the next one is due.
    pub next: Option<String>,
    /// Whether one runs now, here or in another program.
    pub running: bool,
    /// Whether the last one was killed before its end; the next one goes on from there.
    pub interrupted: bool,
    /// Why the last one failed.
    pub error: Option<ErrorView>,
    /// Packages waiting to leave.
    pub waiting: u32,
    /// Sends whose answer was lost and which wait for a decision.
    pub unclear: u32,
    /// Our clock minus the axis's, seconds.
    pub clock_skew: Option<i32>,
    /// The warning where that is five minutes or more.
    pub clock_warning: Option<Text>,
    /// Messages that need a person and belong to no document's way.
    pub troubles: u32,
}

/// The token chip.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct TokenView {
    /// Whether a token with the profile's certificate is in.
    pub present: bool,
    /// Whose certificate: common name.
    pub holder: String,
    /// The holder's organisation.
    pub organization: String,
    /// Last day of validity.
    pub not_after: Option<String>,
    /// Days left; negative once expired.
    pub days_left: Option<i32>,
    /// What the token says of its PIN.
    pub pin: PinView,
    /// One sentence where something is wrong: no module, no token, no certificate.
    pub problem: Option<Text>,
}

/// What PKCS#11 tells of a PIN: flags, never a count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum PinView {
    /// Nothing special, or not known.
    Ok,
    /// Entered wrong before.
    EnteredWrongBefore,
    /// One last try.
    LastTry,
    /// Locked.
    Locked,
    /// Asked on the device's own pad.
    OnDevice,
}

/// What the PIN window shows, and all that it knows.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct PinRequest {
    /// What will be signed: subjects, in order.
    pub documents: Vec<String>,
    /// What the signature does, `Ký` or `Cấp số 412 và đóng dấu`.
    pub act: Text,
    /// The certificate's common name.
    pub holder: String,
    /// The holder's organisation.
    pub organization: String,
    /// Last day of validity.
    pub not_after: String,
    /// What the token says of its PIN.
    pub pin: PinView,
    /// The token's label.
    pub token: String,
}
