//! The practice axis as a process of its own.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};

use serde_json::Value;

use crate::Programs;

/// A running practice axis; it ends with this value.
#[derive(Debug)]
pub struct Axis {
    child: Child,
}

impl Axis {
    /// Starts it on a port and waits until it listens; `None` where it ends at once, because the port is taken.
    ///
    /// # Panics
    /// Where `trien` cannot be started.
    pub fn start(folder: &Path, port: u16) -> Option<Axis> {
        let mut command = Programs::find().command();
        command.args(["--json", "practice", "axis"]).arg(folder);
        command.args(["--port", &port.to_string()]);
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("trien starts");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("its output is a pipe");
        let _ = BufReader::new(stdout).read_line(&mut line);
        let told: Value = serde_json::from_str(&line).unwrap_or_default();
        let axis = Axis { child };
        told.get("endpoint").is_some().then_some(axis)
    }
}

impl Drop for Axis {
    /// Killed, not asked: what it answered for is on disk.
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
