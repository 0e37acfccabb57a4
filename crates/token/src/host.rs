//! The worker's side: one process, one module, one request after the other.

use std::io::{self, Read, Write};
use std::process::{self, ExitCode};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::TokenError;
use crate::message::Request;
use crate::wire::{self, Answer, Asked, Setup};
use crate::worker::Worker;

/// How long a worker whose parent has gone may take to leave its module in order.
const LEAVE_WITHIN: Duration = Duration::from_secs(3);

/// Serves the parent on the stream that it gave, until it closes that. For a program that is started with
/// [`crate::WORKER_ARGUMENT`], which does nothing else.
#[must_use]
pub fn worker_main() -> ExitCode {
    match streams().and_then(|(from, to)| serve(from, to)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn serve(mut from: impl Read + Send + 'static, mut to: impl Write) -> io::Result<()> {
    let Some((Setup { module }, _)) = wire::read(&mut from)? else {
        return Ok(());
    };
    let mut worker = Worker::new(module);
    for request in requests(from) {
        let answer: Answer = match request {
            Some(request) => worker.handle(request),
            None => Err(TokenError::Device {
                function: "worker".to_owned(),
                ckr: "a request that is none".to_owned(),
            }),
        };
        wire::write(&mut to, &answer, None)?;
    }
    worker.close();
    Ok(())
}

/// Reads on a thread of its own, which notices that the parent has gone while a module hangs.
fn requests(mut from: impl Read + Send + 'static) -> mpsc::Receiver<Option<Request>> {
    let (send, receive) = mpsc::sync_channel(1);
    thread::spawn(move || {
        while let Ok(Some((asked, pin))) = wire::read::<Asked>(&mut from) {
            if send.send(wire::together(asked, pin)).is_err() {
                return;
            }
        }
        drop(send);
        thread::sleep(LEAVE_WITHIN);
        process::exit(1);
    });
    receive
}

#[cfg(unix)]
fn streams() -> io::Result<(impl Read + Send + 'static, impl Write)> {
    use std::os::fd::AsFd;
    use std::os::unix::net::UnixStream;

    let stream = UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?);
    Ok((stream.try_clone()?, stream))
}

#[cfg(not(unix))]
fn streams() -> io::Result<(impl Read + Send + 'static, impl Write)> {
    Ok((io::stdin(), io::stdout()))
}
