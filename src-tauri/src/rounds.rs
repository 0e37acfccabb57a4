//! What runs by itself while the window is open: exchange with the axis, and the hand-over folder.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use trien_app::App;

use crate::notices::Notices;

/// Between exchanges with the axis; what waits for a status waits no longer than this.
const AXIS: Duration = Duration::from_secs(300);
/// Between looks into the hand-over folder: listing it is cheap, and the other desk is a person.
const FOLDER: Duration = Duration::from_secs(15);

/// Asks for an exchange soon: something was put into the outbox.
#[derive(Clone)]
pub struct Nudge(Sender<()>);

impl Nudge {
    /// Something waits to leave.
    pub fn now(&self) {
        // Nobody listens where the profile could not be opened; then nothing waits either.
        let _ = self.0.send(());
    }
}

/// Starts the rounds of a profile. They end with the process.
pub fn start(app: Option<Arc<App>>, notices: Arc<Notices>) -> Nudge {
    let (sender, asked) = channel();
    if let Some(app) = app {
        std::thread::spawn(move || turn(&app, &notices, &asked));
    }
    Nudge(sender)
}

fn turn(app: &App, notices: &Notices, asked: &Receiver<()>) {
    let axis = app.profile().axis.is_some();
    let folder = app.profile().handover_folder.is_some();
    if axis && let Err(error) = app.sync_directory() {
        tracing::info!(%error, "the directory of organs stays as it was");
    }
    let mut due = Instant::now();
    loop {
        if folder {
            match app.handover_in() {
                Ok(report) => notices.of_handover(&report),
                Err(error) => tracing::info!(%error, "nothing was taken from the hand-over folder"),
            }
        }
        // What was signed while the stick was out goes back as soon as it is in.
        if folder && let Err(error) = app.handover_out() {
            tracing::info!(%error, "what is signed was not handed back");
        }
        if axis && Instant::now() >= due {
            match app.sync_now() {
                Ok(report) => notices.of_sync(&report),
                Err(error) => tracing::info!(%error, "the exchange failed; it is tried again"),
            }
            due = Instant::now() + AXIS;
        }
        match asked.recv_timeout(FOLDER) {
            Ok(()) => {
                // Several acts in a row are one exchange.
                while asked.try_recv().is_ok() {}
                due = Instant::now();
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}
