//! What the worker denies itself.

use std::io;

/// Limits this process: `memory` bytes of address space beyond what it holds now, no file written, no core
/// file, and death with its parent. The limit counts from now because a program's own
/// libraries weigh differently in each shell.
#[cfg(target_os = "linux")]
pub fn apply(memory: u64) -> io::Result<()> {
    use rustix::process::{Resource, Signal, set_parent_process_death_signal};

    limit(Resource::As, address_space()?.saturating_add(memory))?;
    limit(Resource::Fsize, 0)?;
    limit(Resource::Core, 0)?;
    set_parent_process_death_signal(Some(Signal::KILL))?;
    Ok(())
}

/// Other systems have their own means; the parent's time limit holds everywhere.
#[cfg(not(target_os = "linux"))]
pub fn apply(_memory: u64) -> io::Result<()> {
    Ok(())
}

#[cfg(target_os = "linux")]
fn limit(resource: rustix::process::Resource, bytes: u64) -> io::Result<()> {
    let both = rustix::process::Rlimit {
        current: Some(bytes),
        maximum: Some(bytes),
    };
    Ok(rustix::process::setrlimit(resource, both)?)
}

/// The address space held now, in bytes: the first figure of `/proc/self/statm`, in pages.
#[cfg(target_os = "linux")]
fn address_space() -> io::Result<u64> {
    let statm = std::fs::read_to_string("/proc/self/statm")?;
    let pages = statm.split_ascii_whitespace().next();
    let pages: Option<u64> = pages.and_then(|pages| pages.parse().ok());
    let page = rustix::param::page_size() as u64;
    pages
        .and_then(|pages| pages.checked_mul(page))
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, statm))
}
