//! Certificate policies (RFC 5280 section 6.1, with the policy graph of RFC 9618).
//!
//! Any policy is acceptable to the caller and none is demanded, so all that can fail is a demand made
//! by an issuer. Then it is enough to know which policies are valid at the depth reached: one entry for
//! each, with what the next certificate may call it. That stays small where the tree of RFC 5280 grows
//! exponentially.

use std::collections::{BTreeMap, BTreeSet};

use der::asn1::ObjectIdentifier;
use x509_cert::ext::pkix::{
    CertificatePolicies, InhibitAnyPolicy, PolicyConstraints, PolicyMappings,
};

use super::Certificate;
use crate::report::ReasonCode;

const ANY_POLICY: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.32.0");
const BROKEN: ReasonCode = ReasonCode::ChainConstraint;

/// Checks the chain `leaf … anchor`; what the anchor says of policies is not looked at.
pub fn check(chain: &[&Certificate]) -> Result<(), ReasonCode> {
    let (_, path) = chain.split_last().ok_or(ReasonCode::ChainNotFound)?;
    let mut state = State::new(path.len());
    for (depth, certificate) in path.iter().enumerate().rev() {
        let is_leaf = depth == 0;
        state.policies(certificate, is_leaf)?;
        if is_leaf {
            state.wrap_up(certificate)?;
        } else {
            state.prepare(certificate)?;
        }
    }
    Ok(())
}

/// The state variables of RFC 5280 section 6.1.2; the counters say after how many more certificates
/// something is demanded or forbidden.
struct State {
    /// Valid policies, each with the names that the next certificate may use for it.
    valid: BTreeMap<ObjectIdentifier, BTreeSet<ObjectIdentifier>>,
    explicit: usize,
    mapping: usize,
    any: usize,
}

impl State {
    fn new(length: usize) -> Self {
        Self {
            valid: BTreeMap::from([(ANY_POLICY, BTreeSet::from([ANY_POLICY]))]),
            explicit: length + 1,
            mapping: length + 1,
            any: length + 1,
        }
    }

    /// Section 6.1.3 (d) to (f).
    fn policies(&mut self, certificate: &Certificate, is_leaf: bool) -> Result<(), ReasonCode> {
        let stated = certificate.extension::<CertificatePolicies>();
        let stated = stated.map_err(|_| BROKEN)?.map(|policies| policies.0);
        let mut next = BTreeMap::new();
        let mut add = |policy| next.insert(policy, BTreeSet::from([policy]));
        let named: BTreeSet<_> = stated
            .iter()
            .flatten()
            .map(|p| p.policy_identifier)
            .collect();
        for policy in named.iter().filter(|policy| **policy != ANY_POLICY) {
            let expected = self.valid.values().any(|names| names.contains(policy));
            if expected || self.valid.contains_key(&ANY_POLICY) {
                add(*policy);
            }
        }
        let any_counts = self.any > 0 || (!is_leaf && certificate.is_self_issued());
        if named.contains(&ANY_POLICY) && any_counts {
            self.valid.values().flatten().copied().for_each(|policy| {
                add(policy);
            });
        }
        self.valid = next;
        self.satisfied()
    }

    /// Section 6.1.4 (a), (b) and (h) to (j).
    fn prepare(&mut self, issuer: &Certificate) -> Result<(), ReasonCode> {
        self.map(issuer)?;
        if !issuer.is_self_issued() {
            self.explicit = self.explicit.saturating_sub(1);
            self.mapping = self.mapping.saturating_sub(1);
            self.any = self.any.saturating_sub(1);
        }
        let constraints = issuer.extension::<PolicyConstraints>();
        if let Some(constraints) = constraints.map_err(|_| BROKEN)? {
            lower(&mut self.explicit, constraints.require_explicit_policy);
            lower(&mut self.mapping, constraints.inhibit_policy_mapping);
        }
        let inhibited = issuer.extension::<InhibitAnyPolicy>();
        lower(
            &mut self.any,
            inhibited.map_err(|_| BROKEN)?.map(|skip| skip.0),
        );
        Ok(())
    }

    fn map(&mut self, issuer: &Certificate) -> Result<(), ReasonCode> {
        let mappings = issuer.extension::<PolicyMappings>().map_err(|_| BROKEN)?;
        let mut mapped: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        for mapping in mappings.iter().flat_map(|mappings| &mappings.0) {
            let (from, to) = (mapping.issuer_domain_policy, mapping.subject_domain_policy);
            if from == ANY_POLICY || to == ANY_POLICY {
                return Err(BROKEN);
            }
            mapped.entry(from).or_default().insert(to);
        }
        let has_any = self.valid.contains_key(&ANY_POLICY);
        for (policy, names) in mapped {
            if self.mapping == 0 {
                self.valid.remove(&policy);
            } else if has_any || self.valid.contains_key(&policy) {
                self.valid.insert(policy, names);
            }
        }
        Ok(())
    }

    /// Section 6.1.5 (a), (b) and (g).
    fn wrap_up(&mut self, leaf: &Certificate) -> Result<(), ReasonCode> {
        self.explicit = self.explicit.saturating_sub(1);
        let constraints = leaf.extension::<PolicyConstraints>();
        let demand = constraints.map_err(|_| BROKEN)?;
        if demand.is_some_and(|c| c.require_explicit_policy == Some(0)) {
            self.explicit = 0;
        }
        self.satisfied()
    }

    fn satisfied(&self) -> Result<(), ReasonCode> {
        if self.explicit > 0 || !self.valid.is_empty() {
            Ok(())
        } else {
            Err(BROKEN)
        }
    }
}

fn lower(counter: &mut usize, to: Option<u32>) {
    if let Some(to) = to.and_then(|to| usize::try_from(to).ok()) {
        *counter = (*counter).min(to);
    }
}
