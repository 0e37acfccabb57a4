//! Reasons and warnings of the whole file, each once, the worst first.

use super::after::After;
use crate::report::{ChangeKind, Indication, Reason, SignatureKind};
use crate::verify::standing::Standing;

/// How bad something is for the whole file; the order is that of the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    Valid,
    Permitted,
    Indeterminate,
    Invalid,
}

/// Collects reasons and warnings, each once.
pub(super) struct Summary {
    pub rank: Rank,
    reasons: Vec<(Rank, Reason)>,
    warnings: Vec<Reason>,
}

impl Default for Summary {
    fn default() -> Self {
        Self {
            rank: Rank::Valid,
            reasons: Vec::new(),
            warnings: Vec::new(),
        }
    }
}

impl Summary {
    /// Records a reason and how bad it is.
    pub fn reason(&mut self, rank: Rank, reason: Reason) {
        self.rank = self.rank.max(rank);
        if !self.reasons.iter().any(|(_, known)| *known == reason) {
            self.reasons.push((rank, reason));
        }
    }

    /// Records what a careful reader is told.
    pub fn warning(&mut self, reason: Reason) {
        if !self.warnings.contains(&reason) {
            self.warnings.push(reason);
        }
    }

    /// Takes over all that is known of one signature.
    pub fn take(&mut self, standing: &Standing, after: &After) {
        let judged = &standing.judged;
        judged
            .warnings
            .iter()
            .chain(&after.warnings)
            .for_each(|warning| self.warning(warning.clone()));
        // A timestamp that fails costs its time, not the signatures.
        if standing.placed.kind == SignatureKind::Timestamp {
            return judged
                .failures
                .iter()
                .for_each(|failure| self.warning(failure.clone()));
        }
        let rank = match judged.indication {
            Indication::TotalPassed => Rank::Valid,
            Indication::Indeterminate => Rank::Indeterminate,
            Indication::TotalFailed => Rank::Invalid,
        };
        self.rank = self.rank.max(rank);
        judged
            .failures
            .iter()
            .for_each(|failure| self.reason(rank, failure.clone()));
        after
            .reasons
            .iter()
            .for_each(|(rank, reason)| self.reason(*rank, reason.clone()));
        if matches!(
            after.widest,
            ChangeKind::Sign | ChangeKind::FormFill | ChangeKind::Annotate
        ) {
            self.rank = self.rank.max(Rank::Permitted);
        }
    }

    /// The worst reasons first.
    pub fn finish(mut self) -> (Vec<Reason>, Vec<Reason>) {
        self.reasons
            .sort_by_key(|(rank, _)| std::cmp::Reverse(*rank));
        (
            self.reasons.into_iter().map(|(_, reason)| reason).collect(),
            self.warnings,
        )
    }
}
