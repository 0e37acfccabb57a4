//! See `edxml::attachment`.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../src/edxml.rs"]
#[allow(dead_code)] // Each fuzzer drives one target.
mod edxml;

fuzz_target!(|data: &[u8]| edxml::attachment(data));
