//! See `targets::difference`.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../src/targets.rs"]
#[allow(dead_code)] // Each fuzzer drives one target.
mod targets;

fuzz_target!(|data: &[u8]| targets::difference(data));
