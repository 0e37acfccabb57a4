//! One worker process as its parent sees it.

use std::io::{self, BufReader};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::thread;
use std::time::Duration;

use crate::error::RenderError;
use crate::find::WorkerCommand;
use crate::protocol::{Reply, Request, Setup, read_frame, write_frame};

type Answer = io::Result<Option<(Reply, Vec<u8>)>>;

/// A running worker. Dropping it kills it.
pub struct Worker {
    process: Child,
    to: ChildStdin,
    from: Receiver<Answer>,
}

impl Worker {
    /// Starts a worker and waits until PDFium is loaded and the limits are set.
    pub fn start(
        command: &WorkerCommand,
        setup: &Setup,
        time: Duration,
    ) -> Result<Worker, RenderError> {
        let mut process = spawn(command).map_err(|error| RenderError::Start {
            reason: format!("{}: {error}", command.program.display()),
        })?;
        let pipes = (process.stdin.take(), process.stdout.take());
        let (Some(to), Some(from)) = pipes else {
            return Err(RenderError::Start {
                reason: "the worker has no pipes".into(),
            });
        };
        let from = listen(from, setup.pixels);
        let mut worker = Worker { process, to, from };
        let greeting = write_frame(&mut worker.to, setup, &[]);
        match worker.finish(greeting, time) {
            Ok((Reply::Ready, _)) => Ok(worker),
            Ok(_) => Err(RenderError::Start {
                reason: "the worker did not greet".into(),
            }),
            Err(error @ RenderError::Start { .. }) => Err(error),
            Err(error) => Err(RenderError::Start {
                reason: error.to_string(),
            }),
        }
    }

    /// Asks one thing. After [`is_fatal`] errors the worker must be dropped.
    pub fn ask(
        &mut self,
        request: &Request,
        time: Duration,
    ) -> Result<(Reply, Vec<u8>), RenderError> {
        let sent = write_frame(&mut self.to, request, &[]);
        self.finish(sent, time)
    }

    fn finish(
        &mut self,
        sent: io::Result<()>,
        time: Duration,
    ) -> Result<(Reply, Vec<u8>), RenderError> {
        if sent.is_err() {
            return Err(self.obituary());
        }
        match self.from.recv_timeout(time) {
            Ok(Ok(Some((Reply::Failed(error), _)))) => Err(error),
            Ok(Ok(Some(answer))) => Ok(answer),
            Ok(Ok(None)) => Err(self.obituary()),
            Ok(Err(error)) if error.kind() == io::ErrorKind::UnexpectedEof => Err(self.obituary()),
            Ok(Err(error)) => Err(RenderError::Protocol {
                reason: error.to_string(),
            }),
            Err(RecvTimeoutError::Timeout) => Err(RenderError::TimedOut { limit: time }),
            Err(RecvTimeoutError::Disconnected) => Err(self.obituary()),
        }
    }

    /// How the worker ended. It has closed its pipe, so it is dead or about to be.
    fn obituary(&mut self) -> RenderError {
        let _ = self.process.kill();
        let status = match self.process.wait() {
            Ok(status) => status.to_string(),
            Err(error) => error.to_string(),
        };
        RenderError::Crashed { status }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// True where the worker is of no more use: it is dead, still busy, or not to be trusted.
pub fn is_fatal(error: &RenderError) -> bool {
    matches!(
        error,
        RenderError::Crashed { .. } | RenderError::TimedOut { .. } | RenderError::Protocol { .. }
    )
}

/// The environment is withheld: it may hold secrets, and a worker needs none of it.
fn spawn(command: &WorkerCommand) -> io::Result<Child> {
    let mut process = Command::new(&command.program);
    process.args(&command.arguments).env_clear();
    if let Some(root) = std::env::var_os("SystemRoot") {
        process.env("SystemRoot", root); // Windows loads no library without it.
    }
    process
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
}

/// Reads the worker's answers on a thread of its own, because a pipe cannot be read with a time limit. The
/// thread ends with the pipe, that is with the worker.
fn listen(from: ChildStdout, pixels: u64) -> Receiver<Answer> {
    /// A PNG that does not compress is a little larger than its three bytes a pixel.
    const PNG_BYTES_PER_PIXEL: u64 = 4;
    const PNG_OVERHEAD: u64 = 64 << 10;
    let max_body = pixels * PNG_BYTES_PER_PIXEL + PNG_OVERHEAD;
    let max_body = usize::try_from(max_body).unwrap_or(usize::MAX);
    let (send, receive) = sync_channel(1);
    thread::spawn(move || {
        let mut from = BufReader::new(from);
        loop {
            let answer = read_frame(&mut from, max_body);
            let last = !matches!(answer, Ok(Some(_)));
            if send.send(answer).is_err() || last {
                break;
            }
        }
    });
    receive
}
