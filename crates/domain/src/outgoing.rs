//! A document of ours on its way from draft to dispatch.

/// Where an outgoing document stands in the office. Transport is a send's state, what the
/// receivers do with it their statuses: neither is mixed in here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OutgoingState {
    /// Dự thảo.
    Draft,
    /// Fields and signature fields stand in the file; nobody has signed.
    Prepared,
    /// Trình ký: with the leader (at the leader's desk, *chờ ký*).
    HandedOver,
    /// Trả lại: the leader gave it back with a reason.
    Returned,
    /// The leader has signed.
    Signed,
    /// A number is reserved for it.
    Numbered,
    /// Number, date and seal stand in the file.
    Sealed,
    /// Chờ gửi: a package of it waits or is on its way.
    WaitingSend,
    /// Every package of it was taken by the axis.
    Sent,
}

impl OutgoingState {
    /// Whether a document may go from this state to the next one.
    ///
    /// No number before the leader's signature, no seal before the number, no dispatch before the
    /// seal (Decree 30/2020 art. 15, 17 and 18). A returned document starts again as a draft, and so does a signed one
    /// whose signature cannot be sealed. A signed one is handed over again for a co-signer, and one with initials is prepared for the next signer. What was signed elsewhere
    /// comes in as signed.
    pub fn may_become(self, next: OutgoingState) -> bool {
        use OutgoingState::{
            Draft, HandedOver, Numbered, Prepared, Returned, Sealed, Sent, Signed, WaitingSend,
        };
        matches!(
            (self, next),
            (Draft, Prepared | Signed)
                | (Prepared, Draft | HandedOver | Signed)
                | (HandedOver, Signed | Returned | Prepared)
                | (Returned, Draft | Prepared)
                | (Signed, Draft | Numbered | HandedOver)
                | (Numbered, Sealed | Signed)
                | (Sealed, WaitingSend)
                | (WaitingSend, Sent | Sealed)
                | (Sent, WaitingSend)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::OutgoingState::*;

    #[test]
    fn signature_number_seal_and_dispatch_keep_their_order() {
        assert!(
            !Prepared.may_become(Numbered),
            "no number before a signature"
        );
        assert!(!Signed.may_become(Sealed), "no seal before the number");
        assert!(
            !Numbered.may_become(WaitingSend),
            "no dispatch before the seal"
        );
        for (now, next) in [
            (Draft, Prepared),
            (Prepared, HandedOver),
            (HandedOver, Signed),
            (Signed, Numbered),
            (Numbered, Sealed),
            (Sealed, WaitingSend),
            (WaitingSend, Sent),
        ] {
            assert!(now.may_become(next));
        }
    }

    #[test]
    fn a_sealed_document_is_never_a_draft_again() {
        for state in [Sealed, WaitingSend, Sent] {
            assert!(!state.may_become(Draft) && !state.may_become(Signed));
        }
    }
}
