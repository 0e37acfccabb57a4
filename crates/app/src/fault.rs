//! Named points of the use cases at which a test kills the process; see [`trien_store::fault`].

pub(crate) use trien_store::fault::point;
