//! Sends and deliveries: one send is one package on its way, with one delivery per recipient.

/// Where a send stands. Transport only: what the receiver does with it is a status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SendState {
    /// Written, waiting for its time.
    Waiting,
    /// The try was counted and the bytes may be leaving; found after a crash it is *chưa rõ*.
    Sending,
    /// The axis took it and gave it an identifier.
    Sent,
    /// Chưa rõ: the answer was lost. It is never resent by itself; evidence or the clerk settles it.
    Unclear,
    /// Needs a person: refused for a reason that a retry does not change, or tried for too long.
    Failed,
}

impl SendState {
    /// Whether a send may go from this state to the next one.
    pub fn may_become(self, next: SendState) -> bool {
        use SendState::{Failed, Sending, Sent, Unclear, Waiting};
        matches!(
            (self, next),
            (Waiting, Sending | Failed)
                | (Sending, Sent | Waiting | Unclear | Failed)
                | (Unclear, Sent | Failed | Waiting)
                | (Failed, Waiting)
        )
    }

    /// Whether a loop may take it up without asking anyone.
    pub fn is_due_by_itself(self) -> bool {
        self == Self::Waiting
    }
}

/// Where one recipient's copy stands on the axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DeliveryState {
    /// Not yet known to be on the axis.
    Pending,
    /// On the axis, waiting for the receiver to fetch it.
    OnAxis,
    /// The receiver's system fetched and acknowledged it, or a status of theirs proves it.
    Fetched,
    /// The receiver's system reported that it could not take it.
    Failed,
}

impl DeliveryState {
    /// Whether a copy may go from this state to the next one; a state may skip what was not seen.
    pub fn may_become(self, next: DeliveryState) -> bool {
        use DeliveryState::{Failed, Fetched, OnAxis, Pending};
        matches!(
            (self, next),
            (Pending, OnAxis | Fetched | Failed) | (OnAxis, Fetched | Failed) | (Failed, Fetched)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unclear_send_is_never_taken_up_by_itself() {
        assert!(SendState::Waiting.is_due_by_itself());
        for state in [
            SendState::Sending,
            SendState::Sent,
            SendState::Unclear,
            SendState::Failed,
        ] {
            assert!(!state.is_due_by_itself());
        }
    }

    #[test]
    fn what_was_sent_stays_sent() {
        for next in [
            SendState::Waiting,
            SendState::Sending,
            SendState::Unclear,
            SendState::Failed,
        ] {
            assert!(!SendState::Sent.may_become(next));
        }
    }

    #[test]
    fn a_fetched_copy_never_goes_back() {
        for next in [
            DeliveryState::Pending,
            DeliveryState::OnAxis,
            DeliveryState::Failed,
        ] {
            assert!(!DeliveryState::Fetched.may_become(next));
        }
    }
}
