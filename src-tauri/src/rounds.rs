//! What runs by itself while the window is open: exchange with the axis, and the hand-over folder.

use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use trien_app::schedule::{Schedule, Work};
use trien_app::{App, ErrorCode};

use crate::notices::Notices;

/// Between looks at the schedule: as often as the most frequent work is due, so that a machine that woke from sleep
/// goes on at once.
const LOOK: Duration = Duration::from_secs(15);

/// What runs by itself. Commands ask it for an exchange soon, where they put something into the outbox.
pub struct Rounds {
    notices: Arc<Notices>,
    asked: Sender<()>,
    /// Taken by the thread that begins.
    asks: Mutex<Option<Receiver<()>>>,
}

impl Rounds {
    /// Nothing runs yet; what is asked for meanwhile is done by the first round.
    pub fn new(notices: Arc<Notices>) -> Self {
        let (asked, asks) = channel();
        Self {
            notices,
            asked,
            asks: Mutex::new(Some(asks)),
        }
    }

    /// Starts the rounds of the profile that was opened; only the first call does. They end with the process.
    pub fn begin(&self, app: Arc<App>) {
        let mut asks = self.asks.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(asks) = asks.take() {
            let notices = Arc::clone(&self.notices);
            let beside = (Arc::clone(&app), Arc::clone(&notices));
            std::thread::spawn(move || turn(&app, &notices, &asks));
            // A share that hangs may hold whoever looks into it for ever, and must not hold the exchange.
            std::thread::spawn(move || serve_folder(&beside.0, &beside.1));
        }
    }

    /// Something waits to leave.
    pub fn now(&self) {
        // Where no profile is open nobody listens, and nothing waits either.
        let _ = self.asked.send(());
    }
}

fn turn(app: &App, notices: &Notices, asked: &Receiver<()>) {
    let mut schedule = Schedule::starting(app.now());
    loop {
        match app.alarms() {
            Ok(alarms) => notices.of_alarms(&alarms),
            Err(error) => tracing::info!(%error, "what nears its limit is not known"),
        }
        for work in app.due(&mut schedule) {
            carry_out(work, app, notices);
            if let Err(error) = app.did(work, &mut schedule) {
                tracing::info!(%error, "when the next round will be was not noted");
            }
        }
        match asked.recv_timeout(LOOK) {
            Ok(()) => {
                // Several acts in a row are one exchange.
                while asked.try_recv().is_ok() {}
                schedule.want(Work::Exchange, app.now());
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

fn carry_out(work: Work, app: &App, notices: &Notices) {
    let axis = app.profile().axis.is_some();
    match work {
        Work::Directory if axis => {
            if let Err(error) = app.sync_directory() {
                tracing::info!(%error, "the directory of organs stays as it was");
            }
        }
        Work::Exchange if axis => match app.sync_by_itself() {
            Ok(report) => notices.of_sync(&report),
            Err(error) => tracing::info!(%error, "the exchange failed; it is tried again"),
        },
        // The folder has a thread of its own.
        Work::Folder | Work::Directory | Work::Exchange => {}
    }
}

/// Looks into the hand-over folder as often as the schedule wants it.
fn serve_folder(app: &App, notices: &Notices) {
    let Some(folder) = &app.profile().handover_folder else {
        return;
    };
    let mut schedule = Schedule::starting(app.now());
    loop {
        if schedule.due(app.now()).contains(&Work::Folder) {
            look_into(folder, app, notices);
            schedule.did(Work::Folder, app.now());
        }
        std::thread::sleep(LOOK);
    }
}

/// Takes in what lies in the hand-over folder, and puts there what was signed while the stick was out.
fn look_into(folder: &Path, app: &App, notices: &Notices) {
    let looked = app.handover_in().and_then(|report| {
        notices.of_handover(&report);
        app.handover_out()
    });
    if let Err(error) = &looked {
        tracing::info!(%error, "the hand-over folder was not served");
    }
    let missing = looked
        .err()
        .filter(|error| error.code == ErrorCode::HandoverFolderMissing);
    notices.of_folder(
        &folder.display().to_string(),
        missing.map(|error| error.view()),
    );
}
