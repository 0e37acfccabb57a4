//! The plan: what is to go wrong, and when.

use std::{fs, io, path::Path};

use serde::{Deserialize, Serialize};

/// Everything that is to differ from SoftHSM2. The empty plan changes nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Plan {
    /// What happens at which call.
    pub faults: Vec<Fault>,
    /// The user-PIN flags that every token shows, instead of its own.
    pub pin_flags: Option<Vec<PinFlag>>,
    /// Every token has a pad of its own, on which this PIN is typed.
    pub pad_pin: Option<String>,
}

/// Something that happens at one call, or from one call on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Fault {
    /// `C_Sign`, say; or `*`, which counts the calls of all functions.
    pub function: String,
    /// Which call, from 1, counted since the plan was last changed; 0 is as 1.
    pub call: u64,
    /// At this call and every later one.
    pub and_after: bool,
    /// Waits so long before anything else.
    pub delay_ms: u64,
    /// Pulls the token: for good, until a plan without this fault is read.
    pub lose_token: bool,
    /// Answers so (`CKR_…` or `0x…`) without asking SoftHSM2.
    pub returns: Option<String>,
}

/// The flags of `CK_TOKEN_INFO` about the user PIN.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PinFlag {
    /// `CKF_USER_PIN_COUNT_LOW`.
    CountLow,
    /// `CKF_USER_PIN_FINAL_TRY`.
    FinalTry,
    /// `CKF_USER_PIN_LOCKED`.
    Locked,
    /// `CKF_USER_PIN_TO_BE_CHANGED`.
    ToBeChanged,
    /// No `CKF_USER_PIN_INITIALIZED`.
    NotInitialized,
}

impl Plan {
    /// A plan of one fault.
    #[must_use]
    pub fn fault(fault: Fault) -> Self {
        Self {
            faults: vec![fault],
            ..Self::default()
        }
    }

    /// A plan that shows these flags.
    #[must_use]
    pub fn pin_flags(flags: &[PinFlag]) -> Self {
        Self {
            pin_flags: Some(flags.to_vec()),
            ..Self::default()
        }
    }

    /// Puts the plan in force for every process that follows the file.
    ///
    /// # Errors
    /// Where the file can't be written.
    pub fn write(&self, path: &Path) -> io::Result<()> {
        // Renamed into place, so that the shim never reads half a plan.
        let new = path.with_extension("new");
        fs::write(&new, serde_json::to_vec_pretty(self)?)?;
        fs::rename(&new, path)
    }
}

impl Fault {
    /// The n-th call of a function answers `returns`.
    #[must_use]
    pub fn at(function: &str, call: u64, returns: &str) -> Self {
        Self {
            function: function.to_owned(),
            call,
            returns: Some(returns.to_owned()),
            ..Self::default()
        }
    }

    /// Whether the fault strikes at this call of its function.
    pub(crate) fn strikes(&self, call: u64) -> bool {
        let planned = self.call.max(1);
        if self.and_after {
            call >= planned
        } else {
            call == planned
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_plan_can_be_read() {
        let plan: Plan = serde_json::from_str(
            r#"{ "faults": [ { "function": "C_Sign", "call": 2, "returns": "CKR_DEVICE_REMOVED" } ],
                 "pin_flags": ["COUNT_LOW", "FINAL_TRY"] }"#,
        )
        .unwrap();
        assert_eq!(plan.faults, [Fault::at("C_Sign", 2, "CKR_DEVICE_REMOVED")]);
        assert_eq!(
            plan.pin_flags,
            Some(vec![PinFlag::CountLow, PinFlag::FinalTry])
        );
    }

    #[test]
    fn a_misspelt_field_is_no_plan() {
        assert!(serde_json::from_str::<Plan>(r#"{ "fault": [] }"#).is_err());
    }
}
