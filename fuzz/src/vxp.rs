//! What is fuzzed of the axis's answers: whatever the body is, it is a value or an error, and the same however it arrives.
//! The fuzzer calls this, and so does a test of `net` with every file of the committed corpus.

use trien_net::vxp::{EdocAnswer, answer};
use trien_net::{Agency, SentRow, Unit};

/// Far below the documented bound, so that it is passed.
const PACKAGE_MAX: usize = 64 << 10;

/// An answer's body, as the answer of each function.
pub fn answers(data: &[u8]) {
    for http in [200, 503] {
        let _ = answer::verdict(http, data);
    }
    let _ = answer::received(200, data);
    let _ = answer::list::<SentRow>(200, data);
    let _ = answer::list::<Agency>(200, data);
    let _ = answer::list::<Unit>(200, data);
    let _ = (answer::sent(200, data), answer::count(200, data));
    let whole = package(data, data.len().max(1));
    if let Ok(bytes) = &whole {
        assert!(bytes.len() <= PACKAGE_MAX);
    }
    for size in [1, 7] {
        assert_eq!(package(data, size).ok(), whole.as_ref().ok().cloned());
    }
}

fn package(data: &[u8], size: usize) -> Result<Vec<u8>, trien_net::AxisError> {
    let mut answer = EdocAnswer::new(PACKAGE_MAX, Vec::new());
    for piece in data.chunks(size) {
        answer.push(piece)?;
    }
    answer.finish(200)
}
