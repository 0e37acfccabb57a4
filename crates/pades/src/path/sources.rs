//! Where certificates and revocation data come from.

use std::cell::Cell;
use std::rc::Rc;

use spki::SubjectPublicKeyInfoOwned;
use time::OffsetDateTime;

use super::algorithm::cost;
use super::{Certificate, Crl, Ocsp, PathError};
use crate::report::RevocationSource;

/// Certificates, lists and answers found in one place: a CMS, the security store, the network.
#[derive(Debug, Clone, Default)]
pub struct Material {
    /// Certificates, not trusted by themselves.
    pub certificates: Vec<Certificate>,
    /// Revocation lists; each is checked before use.
    pub crls: Vec<Crl>,
    /// OCSP answers; each is checked before use.
    pub ocsps: Vec<Ocsp>,
}

impl Material {
    /// Takes over what is not there yet.
    pub fn add(&mut self, more: &Material) {
        fn add<T: Clone + PartialEq>(to: &mut Vec<T>, more: &[T]) {
            for item in more {
                if to.len() >= MAX_MATERIAL {
                    return;
                }
                if !to.contains(item) {
                    to.push(item.clone());
                }
            }
        }
        add(&mut self.certificates, &more.certificates);
        add(&mut self.crls, &more.crls);
        add(&mut self.ocsps, &more.ocsps);
    }
}

/// What the caller trusts, and for which instant the judgement shall hold.
#[derive(Debug, Clone)]
pub struct Trust {
    /// Trust anchors, for signers and for timestamp authorities.
    pub roots: Vec<Certificate>,
    /// Further certificates for building chains; not trusted by themselves.
    pub intermediates: Vec<Certificate>,
    /// Revocation lists; each is checked before use.
    pub crls: Vec<Crl>,
    /// OCSP answers; each is checked before use.
    pub ocsps: Vec<Ocsp>,
    /// What was fetched for this judgement.
    pub online: Material,
    /// The instant of the judgement.
    pub at: OffsetDateTime,
}

impl Trust {
    /// Trusts nothing yet.
    pub fn new(at: OffsetDateTime) -> Self {
        Self {
            roots: Vec::new(),
            intermediates: Vec::new(),
            crls: Vec::new(),
            ocsps: Vec::new(),
            online: Material::default(),
            at,
        }
    }

    /// Adds trust anchors from a PEM or DER file.
    pub fn add_roots(&mut self, bytes: &[u8]) -> Result<(), PathError> {
        self.roots.extend(Certificate::read_all(bytes)?);
        Ok(())
    }

    /// Adds untrusted certificates for building chains from a PEM or DER file.
    pub fn add_intermediates(&mut self, bytes: &[u8]) -> Result<(), PathError> {
        self.intermediates.extend(Certificate::read_all(bytes)?);
        Ok(())
    }

    /// Adds revocation lists from a PEM or DER file.
    pub fn add_crls(&mut self, bytes: &[u8]) -> Result<(), PathError> {
        self.crls.extend(Crl::read_all(bytes)?);
        Ok(())
    }

    /// Adds OCSP answers from a PEM or DER file.
    pub fn add_ocsps(&mut self, bytes: &[u8]) -> Result<(), PathError> {
        self.ocsps.extend(Ocsp::read_all(bytes)?);
        Ok(())
    }
}

/// Most signatures that are checked for one document, counted as those of RSA keys of 2048 bits. A document with
/// thirteen signatures, each with its timestamp, needs some three hundred; one that brings thousands of lists by
/// thousands of authorities of one name would need millions.
const MAX_CHECKS: u32 = 3_000;
/// Most entries of lists and answers that are read for one document. The government's list has some hundred thousand,
/// and thirteen signatures with their timestamps ask for it some fifty times.
const MAX_READS: usize = 20_000_000;
/// What looking at a list or answer costs besides its entries, in entries.
const COST_OF_LIST: usize = 20;
/// Most certificates, lists and answers of one kind that a document brings; archives have some hundreds.
const MAX_MATERIAL: usize = 2_000;

/// Everything at hand for one judgement: what the caller gave, and what the document brought.
#[derive(Debug, Clone)]
pub struct Sources<'a> {
    /// What the caller gave.
    pub trust: &'a Trust,
    found: Vec<&'a Material>,
    checks: Rc<Cell<u32>>,
    reads: Rc<Cell<usize>>,
}

impl<'a> Sources<'a> {
    /// The caller's alone.
    pub fn new(trust: &'a Trust) -> Self {
        Self {
            trust,
            found: Vec::new(),
            checks: Rc::default(),
            reads: Rc::default(),
        }
    }

    /// These and what was found in one more place of the document.
    pub fn with(&self, material: &'a Material) -> Self {
        let mut more = self.clone();
        more.found.push(material);
        more
    }

    /// Counts one more check of a signature by this key; false when there were too many.
    pub(crate) fn may_check(&self, key: &SubjectPublicKeyInfoOwned) -> bool {
        let checks = self.checks.get();
        self.checks.set(checks.saturating_add(cost(key)));
        checks < MAX_CHECKS
    }

    /// Counts the reading of one list with so many entries; false when there were too many.
    pub(super) fn may_read(&self, entries: usize) -> bool {
        let reads = self.reads.get();
        let cost = entries.saturating_add(COST_OF_LIST);
        self.reads.set(reads.saturating_add(cost));
        reads < MAX_READS
    }

    /// Every certificate, the caller's first: a document cannot push them out of a budget.
    pub fn certificates(&self) -> impl Iterator<Item = &'a Certificate> + use<'a> {
        let trust = self.trust;
        let given = trust.roots.iter().chain(&trust.intermediates);
        let given = given.chain(&trust.online.certificates);
        let found: Vec<&'a Certificate> = self.found.iter().flat_map(|m| &m.certificates).collect();
        given.chain(found)
    }

    /// Every revocation list with its origin.
    pub fn crls(&self) -> Vec<(&'a Crl, RevocationSource)> {
        let given = self
            .trust
            .crls
            .iter()
            .map(|crl| (crl, RevocationSource::Crl));
        let online = &self.trust.online.crls;
        let online = online.iter().map(|crl| (crl, RevocationSource::Online));
        let found = self.found.iter().flat_map(|m| &m.crls);
        let found = found.map(|crl| (crl, RevocationSource::Dss));
        given.chain(online).chain(found).collect()
    }

    /// Every OCSP answer with its origin.
    pub fn ocsps(&self) -> Vec<(&'a Ocsp, RevocationSource)> {
        let given = self
            .trust
            .ocsps
            .iter()
            .map(|ocsp| (ocsp, RevocationSource::Ocsp));
        let online = &self.trust.online.ocsps;
        let online = online.iter().map(|ocsp| (ocsp, RevocationSource::Online));
        let found = self.found.iter().flat_map(|m| &m.ocsps);
        let found = found.map(|ocsp| (ocsp, RevocationSource::Dss));
        given.chain(online).chain(found).collect()
    }
}
