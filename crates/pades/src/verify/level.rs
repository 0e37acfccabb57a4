//! The PAdES baseline level that a signature reaches (ETSI EN 319 142-1 clause 6.3).

use super::standing::Standing;
use crate::report::{Level, SignatureKind};

/// Each level stands on the one below; what is there but not trusted counts for none.
pub fn of(standing: &Standing, all: &[Standing]) -> Level {
    let (placed, judged) = (&standing.placed, &standing.judged);
    let is_baseline = placed.subfilter == "ETSI.CAdES.detached"
        && judged.intact
        && judged.names_certificate
        && judged.brings_certificate
        && judged.dated;
    if !is_baseline {
        return Level::Other;
    }
    let Some(stamp) = &judged.trusted else {
        return Level::BB;
    };
    if !judged.stored || !stamp.stored {
        return Level::BT;
    }
    let is_archived = all.iter().any(|other| {
        other.placed.kind == SignatureKind::Timestamp
            && other.judged.trusted.is_some()
            && other.placed.revision > placed.revision
            && other.signs_store
    });
    if is_archived { Level::BLTA } else { Level::BLT }
}
