//! Finding chains from a certificate to a trust anchor.

use std::ops::ControlFlow;

use super::{Certificate, Sources};

/// Longest chain; the government's have three certificates, PKITS' longest seven.
const MAX_CHAIN: usize = 10;
/// Most signatures checked in one search; a cross-certified mesh would need exponentially many.
const MAX_CHECKS: usize = 200;

/// Calls `take` with each chain `leaf … anchor` whose signatures hold, depth first, until it breaks or
/// the budget is spent. What it gives is the longest chain that reached no anchor, for asking further.
pub fn chains<'a>(
    leaf: &'a Certificate,
    sources: &Sources<'a>,
    is_anchor: impl Fn(&Certificate) -> bool,
    take: &mut dyn FnMut(&[&'a Certificate]) -> ControlFlow<()>,
) -> Vec<&'a Certificate> {
    let mut search = Search {
        sources,
        candidates: sources.certificates().collect(),
        is_anchor: &is_anchor,
        take,
        checks: 0,
        dead_end: Vec::new(),
    };
    let _ = search.extend(&mut vec![leaf]);
    search.dead_end
}

struct Search<'a, 's> {
    sources: &'s Sources<'a>,
    candidates: Vec<&'a Certificate>,
    is_anchor: &'s dyn Fn(&Certificate) -> bool,
    take: &'s mut dyn FnMut(&[&'a Certificate]) -> ControlFlow<()>,
    checks: usize,
    dead_end: Vec<&'a Certificate>,
}

impl<'a> Search<'a, '_> {
    fn extend(&mut self, chain: &mut Vec<&'a Certificate>) -> ControlFlow<()> {
        let Some(last) = chain.last().copied() else {
            return ControlFlow::Break(());
        };
        if (self.is_anchor)(last) {
            return (self.take)(chain);
        }
        if chain.len() > self.dead_end.len() {
            self.dead_end.clone_from(chain);
        }
        if chain.len() >= MAX_CHAIN {
            return ControlFlow::Continue(());
        }
        for index in 0..self.candidates.len() {
            let Some(candidate) = self.candidates.get(index).copied() else {
                break;
            };
            if candidate.subject() != last.issuer() || chain.contains(&candidate) {
                continue;
            }
            if self.checks >= MAX_CHECKS || !self.sources.may_check(candidate.key()) {
                return ControlFlow::Break(());
            }
            self.checks += 1;
            if last.verify_issued_by(candidate).is_ok() {
                chain.push(candidate);
                let flow = self.extend(chain);
                chain.pop();
                flow?;
            }
        }
        ControlFlow::Continue(())
    }
}
