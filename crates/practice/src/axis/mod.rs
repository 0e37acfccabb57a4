//! The practice axis: the server side of VXP, on loopback, for training and tests.
//!
//! It routes and keeps, and never invents: every status in its queues was sent by a receiver's
//! program. Its `ledger.jsonl` is the witness of what was sent how often. Clients that are not ours
//! must be able to use it, so it forgives what the public SDK does on the wire.

mod codes;
mod error;
mod faults;
mod functions;
mod index;
mod ledger;
mod listener;
mod package;
mod registry;
mod reply;
mod server;
mod units;
mod wire;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

pub use error::AxisError;
pub use faults::{Fault, Rule};
pub use ledger::{LEDGER, QueuedCopy, SendLine, queues};
pub use registry::{Agency, Registry, System};

/// How an axis is started.
#[derive(Debug, Clone)]
pub struct AxisOptions {
    /// Where to listen; loopback only, port 0 takes a free one.
    pub listen: SocketAddr,
    /// Where its registry, ledger and packages are; it goes on from what it finds there.
    pub folder: PathBuf,
    /// Whether `getSentEdocList` answers without a DocId. No real axis is known to.
    pub list_sent_without_id: bool,
    /// Whether packages are delivered written anew, as real axes do: empty elements go, and a
    /// signature over the XML does not survive. Off, the text around the axis's own trace is as sent.
    pub rewrite: bool,
}

impl AxisOptions {
    /// An axis on a free port over a folder with a registry (see [`Registry::save`]).
    pub fn new(folder: &Path) -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            folder: folder.to_owned(),
            list_sent_without_id: false,
            rewrite: false,
        }
    }
}

/// A running axis.
#[derive(Debug)]
pub struct Axis {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

/// How long open calls may take to end when the axis stops.
const FAREWELL: Duration = Duration::from_secs(2);

impl Axis {
    /// Starts an axis on the current tokio runtime.
    pub async fn start(options: AxisOptions) -> Result<Self, AxisError> {
        if !options.listen.ip().is_loopback() {
            return Err(AxisError::NotLoopback {
                address: options.listen,
            });
        }
        let server = server::Server::open(&options)?;
        let deaf = |e: std::io::Error| AxisError::Listen {
            address: options.listen,
            reason: e.to_string(),
        };
        let listener = TcpListener::bind(options.listen).await.map_err(deaf)?;
        let address = listener.local_addr().map_err(deaf)?;
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(server::serve(listener, server, stopped));
        Ok(Self {
            address,
            stop,
            task,
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The base address for clients.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Stops it. Everything it answered for is on disk already.
    pub async fn stop(self) {
        let _ = self.stop.send(());
        let _ = tokio::time::timeout(FAREWELL, self.task).await;
    }

    /// Runs until the process ends.
    pub async fn wait(self) {
        let _open = self.stop;
        let _ = self.task.await;
    }
}
