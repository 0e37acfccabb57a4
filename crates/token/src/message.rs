//! The messages between callers and a module's worker, and the line that they stand in.
//!
//! Requests and responses are plain data without handles or pointers: `wire` carries them to the
//! module's process and back.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU8, Ordering},
        mpsc::{self, Receiver, RecvTimeoutError, Sender},
    },
    time::{Duration, Instant},
};

use serde::{Deserialize, Serialize};

use crate::{
    FinalTry, Mechanism, PinEntry, Result, SignOrder, Snapshot, TokenCertificate, TokenError,
    TokenId,
};

/// How often a waiting caller looks whether the worker was given up meanwhile.
const TICK: Duration = Duration::from_millis(50);

/// The worker's name for one login.
pub(crate) type LoginId = u64;

#[derive(Debug)]
pub(crate) enum Request {
    Load,
    Snapshot,
    Certificates(TokenId),
    /// Whether the token's list of mechanisms has one.
    Offers {
        token: TokenId,
        mechanism: Mechanism,
    },
    Login {
        token: TokenId,
        entry: PinEntry,
        final_try: FinalTry,
    },
    Sign {
        login: LoginId,
        order: SignOrder,
    },
    Logout(LoginId),
    ShutDown,
}

impl Request {
    /// The step's name in a time-out.
    fn name(&self) -> &'static str {
        match self {
            Self::Load => "load",
            Self::Snapshot => "snapshot",
            Self::Certificates(_) => "certificates",
            Self::Offers { .. } => "mechanisms",
            Self::Login { .. } => "login",
            Self::Sign { .. } => "sign",
            Self::Logout(_) => "logout",
            Self::ShutDown => "shut down",
        }
    }
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Response {
    Snapshot(Snapshot),
    Certificates(Vec<TokenCertificate>),
    Offers(bool),
    LoggedIn(LoginId),
    Signature(Vec<u8>),
    Done,
}

/// The callers' end of the line.
pub(crate) struct Line {
    jobs: Sender<Job>,
    /// A call hung or the process died: nobody asks this worker again.
    abandoned: Arc<AtomicBool>,
    /// What ends the worker when it is given up.
    end: Box<dyn Fn() + Send + Sync>,
}

/// The worker's end of the line.
pub(crate) struct Jobs {
    jobs: Receiver<Job>,
    abandoned: Arc<AtomicBool>,
}

/// A line to a worker; `end` is called when it is given up, and must return at once.
pub(crate) fn line(end: impl Fn() + Send + Sync + 'static) -> (Line, Jobs) {
    let (sender, receiver) = mpsc::channel();
    let abandoned = Arc::new(AtomicBool::new(false));
    (
        Line {
            jobs: sender,
            abandoned: Arc::clone(&abandoned),
            end: Box::new(end),
        },
        Jobs {
            jobs: receiver,
            abandoned,
        },
    )
}

impl std::fmt::Debug for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Line")
            .field("abandoned", &self.is_abandoned())
            .finish_non_exhaustive()
    }
}

impl Line {
    /// Asks and waits: at most `queue` until the worker turns to it, then at most `run` for its answer.
    ///
    /// The two are apart because waiting behind a colleague's signature is no sign of a hanging module.
    pub(crate) fn ask(&self, request: Request, queue: Duration, run: Duration) -> Result<Response> {
        let during = request.name();
        let gone = || TokenError::Timeout {
            after: run,
            during: during.to_owned(),
        };
        if self.is_abandoned() {
            return Err(gone());
        }
        let (reply, answer) = mpsc::channel();
        let ticket = Arc::new(Ticket::default());
        let job = Job {
            request,
            ticket: Arc::clone(&ticket),
            reply,
        };
        self.jobs.send(job).map_err(|_| gone())?;

        let give_up = Instant::now() + queue;
        loop {
            match answer.recv_timeout(TICK) {
                Ok(Reply::Started) => break,
                Ok(Reply::Done(result)) => return result,
                Err(RecvTimeoutError::Disconnected) => return Err(gone()),
                Err(RecvTimeoutError::Timeout) if self.is_abandoned() && ticket.withdraw() => {
                    return Err(gone());
                }
                Err(RecvTimeoutError::Timeout)
                    if Instant::now() >= give_up && ticket.withdraw() =>
                {
                    return Err(TokenError::DeviceBusy {
                        reason: "the call before this one is still running".into(),
                    });
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
        match answer.recv_timeout(run) {
            Ok(Reply::Done(result)) => result,
            Ok(Reply::Started) | Err(RecvTimeoutError::Disconnected) => Err(gone()),
            Err(RecvTimeoutError::Timeout) => {
                self.abandon();
                Err(gone())
            }
        }
    }

    /// Has it carried out in any case, and waits a while for that; for what happens on drop.
    pub(crate) fn tell(&self, request: Request, wait: Duration) {
        let (reply, answer) = mpsc::channel();
        let ticket = Arc::default();
        if self
            .jobs
            .send(Job {
                request,
                ticket,
                reply,
            })
            .is_err()
            || self.is_abandoned()
        {
            // A worker that is gone, or will go, closes its sessions itself.
            return;
        }
        let until = Instant::now() + wait;
        // Nothing more can be done about a module that doesn't answer here.
        while let Ok(Reply::Started) =
            answer.recv_timeout(until.saturating_duration_since(Instant::now()))
        {}
    }

    /// Nobody asks this worker again.
    pub(crate) fn abandon(&self) {
        self.abandoned.store(true, Ordering::SeqCst);
        (self.end)();
    }

    pub(crate) fn is_abandoned(&self) -> bool {
        self.abandoned.load(Ordering::SeqCst)
    }
}

impl Jobs {
    /// Serves until all callers are gone or a call took so long that its caller gave up.
    pub(crate) fn serve(self, mut handle: impl FnMut(Request) -> Result<Response>) {
        for job in &self.jobs {
            if !job.ticket.start() {
                continue;
            }
            let _ = job.reply.send(Reply::Started);
            let result = handle(job.request);
            if matches!(result, Err(TokenError::WorkerDied { .. })) {
                self.abandoned.store(true, Ordering::SeqCst);
            }
            let _ = job.reply.send(Reply::Done(result));
            if self.abandoned.load(Ordering::SeqCst) {
                return;
            }
        }
    }
}

struct Job {
    request: Request,
    ticket: Arc<Ticket>,
    reply: Sender<Reply>,
}

enum Reply {
    Started,
    Done(Result<Response>),
}

/// Makes sure that a request is either carried out or withdrawn: a PIN whose caller has gone away
/// must not reach the token later.
#[derive(Debug, Default)]
struct Ticket(AtomicU8);

const WAITING: u8 = 0;
const STARTED: u8 = 1;
const WITHDRAWN: u8 = 2;

impl Ticket {
    fn start(&self) -> bool {
        self.leave_waiting(STARTED)
    }

    fn withdraw(&self) -> bool {
        self.leave_waiting(WITHDRAWN)
    }

    fn leave_waiting(&self, to: u8) -> bool {
        self.0
            .compare_exchange(WAITING, to, Ordering::SeqCst, Ordering::SeqCst)
            .is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{sync::mpsc::channel, thread};

    const LONG: Duration = Duration::from_secs(20);

    #[test]
    fn a_request_that_waited_too_long_is_withdrawn_and_never_carried_out() {
        let (line, jobs) = line(|| {});
        let line = Arc::new(line);
        let (entered, is_in) = channel();
        let (release, may_go) = channel::<()>();
        let worker = thread::spawn(move || {
            let mut seen = Vec::new();
            jobs.serve(|request| {
                seen.push(request.name());
                if matches!(request, Request::Snapshot) {
                    entered.send(()).unwrap();
                    may_go.recv().unwrap();
                }
                Ok(Response::Done)
            });
            seen
        });
        let slow = {
            let line = Arc::clone(&line);
            thread::spawn(move || line.ask(Request::Snapshot, LONG, LONG))
        };
        is_in.recv().unwrap();
        let late = line.ask(Request::Load, Duration::from_millis(1), LONG);
        assert!(
            matches!(late, Err(TokenError::DeviceBusy { .. })),
            "{late:?}"
        );
        release.send(()).unwrap();
        slow.join().unwrap().unwrap();
        drop(line);
        assert_eq!(worker.join().unwrap(), ["snapshot"]);
    }

    #[test]
    fn a_call_without_an_answer_gives_the_worker_up() {
        let (line, jobs) = line(|| {});
        let (release, may_go) = channel::<()>();
        let worker = thread::spawn(move || {
            jobs.serve(|_| {
                may_go.recv().unwrap();
                Ok(Response::Done)
            });
        });
        let hung = line.ask(Request::Snapshot, LONG, Duration::from_millis(1));
        assert!(matches!(hung, Err(TokenError::Timeout { .. })), "{hung:?}");
        assert!(line.is_abandoned());
        let next = line.ask(Request::Snapshot, LONG, LONG);
        assert!(matches!(next, Err(TokenError::Timeout { .. })), "{next:?}");
        release.send(()).unwrap();
        worker.join().unwrap();
    }
}
