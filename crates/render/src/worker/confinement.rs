//! What the worker can no longer do once PDFium is loaded, on Linux: start a program, change or create a file,
//! reach the network, or look into another process. It can still read files, for fonts and documents.
//!
//! Both mechanisms bind the calling thread and its children, and a worker has but one thread.

use std::collections::BTreeMap;

use landlock::{
    ABI, Access, AccessFs, AccessNet, CompatLevel, Compatible, Ruleset, RulesetAttr, RulesetError,
    Scope,
};
use seccompiler::{BpfProgram, SeccompAction, SeccompFilter, apply_filter};

/// System calls that PDFium has no use for and a hijacked worker would want.
const REFUSED_CALLS: &[i64] = &[
    // The network, and sockets of other programs.
    libc::SYS_socket,
    libc::SYS_socketpair,
    libc::SYS_io_uring_setup,
    // Other processes.
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_pidfd_getfd,
    // The kernel's key rings, and its favourite holes.
    libc::SYS_keyctl,
    libc::SYS_add_key,
    libc::SYS_request_key,
    libc::SYS_bpf,
    libc::SYS_perf_event_open,
    libc::SYS_userfaultfd,
];

/// Confines the calling thread for good. Landlock does as much as the kernel knows of it (Debian 12: files;
/// later kernels: TCP and signals too); the filter of system calls is there on every kernel that we support.
pub fn confine() -> Result<(), String> {
    files().map_err(|error| format!("landlock: {error}"))?;
    calls().map_err(|error| format!("seccomp: {error}"))
}

fn files() -> Result<(), RulesetError> {
    // Rights are taken away by handling them and granting them nowhere. Reading is not handled.
    let changing = AccessFs::from_write(ABI::V5) | AccessFs::Execute;
    Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(changing)?
        .handle_access(AccessNet::from_all(ABI::V5))?
        .scope(Scope::from_all(ABI::V6))?
        .create()?
        .restrict_self()?;
    Ok(())
}

fn calls() -> Result<(), seccompiler::Error> {
    let refused = REFUSED_CALLS.iter().map(|call| (*call, Vec::new()));
    let filter = SeccompFilter::new(
        refused.collect::<BTreeMap<_, _>>(),
        SeccompAction::Allow,
        SeccompAction::Errno(libc::EPERM as u32),
        std::env::consts::ARCH.try_into()?,
    )?;
    let program: BpfProgram = filter.try_into()?;
    apply_filter(&program)
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind::PermissionDenied;
    use std::net::{TcpStream, UdpSocket};
    use std::process::Command;
    use std::{fs, thread};

    use super::*;

    #[test]
    fn a_confined_thread_reads_files_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        fs::write(&path, b"here").unwrap();
        // The test's own thread stays free.
        let confined = thread::spawn(move || {
            confine().unwrap();
            assert_eq!(fs::read(&path).unwrap(), b"here");
            let refused = |what: &str, result: std::io::Result<()>| {
                let kind = result.map_err(|error| error.kind());
                assert_eq!(kind, Err(PermissionDenied), "{what}");
            };
            refused("write", fs::write(&path, b"gone"));
            refused("create", fs::write(path.with_extension("new"), b""));
            refused("delete", fs::remove_file(&path));
            refused("rename", fs::rename(&path, path.with_extension("new")));
            refused("tcp", TcpStream::connect("127.0.0.1:9").map(drop));
            refused("udp", UdpSocket::bind("127.0.0.1:0").map(drop));
            refused("run", Command::new("/bin/true").status().map(drop));
        });
        confined.join().unwrap();
        fs::write(folder.path().join("a"), b"free").unwrap();
    }
}
