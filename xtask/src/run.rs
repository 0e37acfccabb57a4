//! Tasks that start the programs.

use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::checks::{bundle, with_tools};
use crate::error::Error;
use crate::setup;
use crate::shell::{finish, run};
use crate::workspace::Workspace;

/// The desk that opens if none is named: the clerk's.
pub const CLERK: &str = "van-thu";
/// Every desk of the practice office.
const DESKS: [&str; 3] = [CLERK, "lanh-dao", "noi-nhan"];
/// Opens the practice profiles' sealed files where there is no key store. Nothing of value is behind it.
const PASS_PHRASE: (&str, &str) = ("TRIEN_PASS_PHRASE", "tap-huan");

/// Installs what is missing, builds, and opens a desk of the practice office in a window. Without a display it
/// says so and runs the demo.
pub fn office(workspace: &Workspace, desk: &str) -> Result<(), Error> {
    if !DESKS.contains(&desk) {
        let desks = DESKS.join(", ");
        return Err(Error::Usage(format!(
            "no desk is called {desk}; there are: {desks}"
        )));
    }
    setup::everything(workspace)?;
    bundle(workspace)?;
    run(workspace, "cargo", ["build", "--workspace", "--locked"])?;
    if !has_display() {
        println!("there is no display, so the window cannot open: running the demo instead");
        return judged(workspace, &workspace.target.join("demo"));
    }
    let office = workspace.target.join("practice");
    if !office.join("office.json").is_file() {
        let mut make = program(workspace, "trien");
        make.args(["practice", "office"]).arg(&office);
        finish(make)?;
    }
    let _axis = Axis::start(workspace, &office.join("truc"))?;
    for other in DESKS.iter().filter(|other| **other != desk) {
        println!("another desk, in another terminal: cargo xtask run --desk {other}");
    }
    println!("the PIN of every practice token is 12345678");
    let data = office.join(desk);
    let mut window = program(workspace, "trien-desktop");
    window.arg("--data").arg(&data);
    window.env("SOFTHSM2_CONF", data.join("token/softhsm2.conf"));
    finish(window)
}

/// The whole job, headless; it judges itself from the files that it leaves.
pub fn demo(workspace: &Workspace, folder: &Path) -> Result<(), Error> {
    setup::everything(workspace)?;
    let packages = ["trien", "trien-pkcs11-shim", "trien-tests"];
    let packages = packages.iter().flat_map(|name| ["--package", name]);
    let build = ["build", "--locked"].into_iter().chain(packages);
    run(workspace, "cargo", build)?;
    judged(workspace, folder)
}

/// The demo with programs that are built already.
pub fn judged(workspace: &Workspace, folder: &Path) -> Result<(), Error> {
    let mut demo = program(workspace, "demo");
    demo.arg("--out").arg(folder);
    finish(demo)
}

/// The figures, in the release profile; `options` are those of the bench itself.
pub fn bench(workspace: &Workspace, options: &[&str]) -> Result<(), Error> {
    setup::everything(workspace)?;
    bundle(workspace)?;
    // What the bench starts lies beside it: the workers of pages and tokens, `trien`, which makes the practice office, and the window.
    let packages = [
        "trien-render",
        "trien-token",
        "trien",
        "trien-pkcs11-shim",
        "trien-desktop",
        "trien-tests",
    ];
    let packages = packages.into_iter().flat_map(|name| ["--package", name]);
    let build = ["build", "--release", "--locked"].into_iter();
    run(workspace, "cargo", build.chain(packages))?;
    let mut command = Command::new(workspace.built("release", "bench"));
    command
        .args(options)
        .env("TRIEN_DESKTOP", workspace.built("release", "trien-desktop"));
    finish(with_tools(workspace, command))
}

/// A program of the development build, told where its tools are.
fn program(workspace: &Workspace, name: &str) -> Command {
    let mut command = with_tools(workspace, Command::new(workspace.built("debug", name)));
    command.env(PASS_PHRASE.0, PASS_PHRASE.1);
    command
}

/// The practice axis as a child; it ends with this value.
struct Axis {
    child: Child,
}

impl Axis {
    /// Starts it over its folder; `None` where it runs already, for another desk's window.
    fn start(workspace: &Workspace, folder: &Path) -> Result<Option<Axis>, Error> {
        if is_running(folder) {
            return Ok(None);
        }
        let mut command = program(workspace, "trien");
        command.args(["practice", "axis"]).arg(folder);
        let child = command.stdin(Stdio::null()).spawn();
        let child = child.map_err(|source| Error::Start {
            program: "trien".to_owned(),
            source,
        })?;
        Ok(Some(Axis { child }))
    }
}

/// The axis keeps its port in its folder, so that it comes back where the desks look for it.
fn is_running(folder: &Path) -> bool {
    let port = std::fs::read_to_string(folder.join("port")).ok();
    let port = port.and_then(|port| port.trim().parse::<u16>().ok());
    port.is_some_and(|port| TcpStream::connect(("127.0.0.1", port)).is_ok())
}

impl Drop for Axis {
    /// Killed, not asked: what it answered for is on disk.
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn has_display() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    set("DISPLAY") || set("WAYLAND_DISPLAY")
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn an_axis_runs_where_its_port_answers() {
        let folder = tempfile::tempdir().unwrap();
        assert!(!is_running(folder.path()));
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        std::fs::write(folder.path().join("port"), port.to_string()).unwrap();
        assert!(is_running(folder.path()));
        drop(listener);
        assert!(!is_running(folder.path()));
    }
}
