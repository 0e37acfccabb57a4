//! The plan: what is to go wrong, and when.

use serde::Deserialize;

/// Everything that is to differ from SoftHSM2. The empty plan changes nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
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
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
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
    /// Pulls the token and puts it back into another slot: sessions and login are closed, the old slot is gone.
    pub move_token: bool,
    /// Ends the process, as a driver does that crashes.
    pub crash: bool,
    /// Answers so (`CKR_…` or `0x…`) without asking SoftHSM2.
    pub returns: Option<String>,
}

/// The flags of `CK_TOKEN_INFO` about the user PIN.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
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

impl Fault {
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
        let fault = &plan.faults[0];
        assert_eq!(fault.returns.as_deref(), Some("CKR_DEVICE_REMOVED"));
        assert!(!fault.strikes(1) && fault.strikes(2) && !fault.strikes(3));
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
