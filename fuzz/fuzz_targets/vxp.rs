//! See `vxp::answers`.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../src/vxp.rs"]
mod vxp;

fuzz_target!(|data: &[u8]| vxp::answers(data));
