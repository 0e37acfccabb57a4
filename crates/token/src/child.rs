//! A module's worker process as its parent sees it.

use std::env;
use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};

use crate::message::{Jobs, Request, Response};
use crate::wire::{self, Answer, Setup};
use crate::{Result, TokenError};

/// The argument with which a program of ours is told to be a token worker and nothing else.
pub const WORKER_ARGUMENT: &str = "--token-worker";
/// What a worker has no use for: the pass-phrase of the profile's secrets.
const WITHHELD: &str = "TRIEN_PASS_PHRASE";

/// A process that can be ended from any thread, whatever its module is doing.
#[derive(Clone, Debug)]
pub(crate) struct Process(Arc<Mutex<Child>>);

impl Process {
    /// Ends it at once and waits for that. What it held of tokens is the system's to close.
    pub(crate) fn kill(&self) {
        let mut child = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = child.kill();
        let _ = child.wait();
    }

    /// How it ended, once its stream is closed.
    fn status(&self) -> String {
        self.kill();
        let mut child = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match child.wait() {
            Ok(status) => status.to_string(),
            Err(error) => error.to_string(),
        }
    }
}

/// A started worker: its process, and the two ends of its stream.
pub(crate) struct Worker {
    pub(crate) process: Process,
    from: Box<dyn Read + Send>,
    to: Box<dyn Write + Send>,
}

impl Worker {
    /// Starts a worker for one module; the module is loaded by the first request.
    pub(crate) fn start(module: &Path) -> io::Result<Self> {
        let mut worker = spawn()?;
        let setup = Setup {
            module: module.to_owned(),
        };
        wire::write(&mut worker.to, &setup, None)?;
        Ok(worker)
    }

    /// Carries requests to the process until all callers are gone, or one gave up and had it killed.
    pub(crate) fn serve(mut self, jobs: Jobs) {
        jobs.serve(|request| self.ask(request));
        self.process.kill();
    }

    fn ask(&mut self, request: Request) -> Result<Response> {
        let (asked, pin) = wire::apart(request);
        let answered = wire::write(&mut self.to, &asked, pin.as_ref())
            .and_then(|()| wire::read::<Answer>(&mut self.from));
        drop(pin);
        match answered {
            Ok(Some((answer, None))) => answer,
            Ok(_) | Err(_) => Err(TokenError::WorkerDied {
                status: self.process.status(),
            }),
        }
    }
}

/// The small worker program where it lies beside this one or in the folder above (cargo's `deps`), else this program
/// itself with [`WORKER_ARGUMENT`].
fn program() -> io::Result<(PathBuf, Vec<OsString>)> {
    let own = env::current_exe()?;
    let name = format!("trien-token-worker{}", env::consts::EXE_SUFFIX);
    let folder = own.parent().unwrap_or(Path::new("."));
    let places = [folder.join(&name), folder.join("..").join(&name)];
    Ok(match places.into_iter().find(|place| place.is_file()) {
        Some(small) => (small, Vec::new()),
        None => (own, vec![WORKER_ARGUMENT.into()]),
    })
}

fn command() -> io::Result<Command> {
    let (program, arguments) = program()?;
    let mut command = Command::new(program);
    // The rest of the environment stays: drivers look there for their settings and for the reader's service.
    command.args(arguments).env_remove(WITHHELD);
    Ok(command)
}

/// One socket is both ends, on standard input: a driver that prints something does not write into the answers.
#[cfg(unix)]
fn spawn() -> io::Result<Worker> {
    use std::os::fd::OwnedFd;
    use std::os::unix::net::UnixStream;

    let (ours, theirs) = UnixStream::pair()?;
    let child = command()?
        .stdin(Stdio::from(OwnedFd::from(theirs)))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    Ok(Worker {
        process: Process(Arc::new(Mutex::new(child))),
        from: Box::new(ours.try_clone()?),
        to: Box::new(ours),
    })
}

/// Elsewhere two pipes, on standard input and output.
#[cfg(not(unix))]
fn spawn() -> io::Result<Worker> {
    let mut child = command()?
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let pipes = child.stdout.take().zip(child.stdin.take());
    let (from, to) = pipes.ok_or(io::ErrorKind::BrokenPipe)?;
    Ok(Worker {
        process: Process(Arc::new(Mutex::new(child))),
        from: Box::new(from),
        to: Box::new(to),
    })
}
