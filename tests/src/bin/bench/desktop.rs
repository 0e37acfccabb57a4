//! The window: from its start to the painted list, and the memory of all its processes with one PDF open.
//!
//! `TRIEN_DESKTOP` names the program; it runs on a screen of its own, driven by WebKit's driver, over a practice
//! office whose clerk has received what waited on the axis. The page cache is warm and the driver's own start is counted in.

mod driver;
mod memory;

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rand::Rng;
use trien_tests::Office;

use crate::Result;
use crate::figures::{Bar, Figures, Rounds, Sample};
use driver::Driver;

/// Names the desktop program; without it nothing is measured here.
const PROGRAM: &str = "TRIEN_DESKTOP";
/// Resolves with the time when rows of the list have been painted: the second frame after they are there.
const LIST_PAINTED: &str = r#"
    const [done] = arguments;
    const look = () => document.querySelector('[data-pane="list"] [role="option"]')
        ? requestAnimationFrame(() => requestAnimationFrame(() => done(Date.now())))
        : requestAnimationFrame(look);
    look();"#;
/// Resolves when the first document, which opens by itself, has been drawn.
const FIRST_DRAWN: &str = r#"
    const [done] = arguments;
    const look = () => [...document.querySelectorAll('.page > img')].some((img) => img.naturalWidth > 0)
        ? done(true)
        : requestAnimationFrame(look);
    look();"#;
/// Opens the last document, and resolves with the milliseconds from the click until its first page has been painted.
const PAGE_PAINTED: &str = r#"
    const [done] = arguments;
    const drawn = (known) => [...document.querySelectorAll('.page > img')]
        .filter((img) => img.naturalWidth > 0 && !known.includes(img.src)).map((img) => img.src);
    const until = (there, then) => there() ? then() : requestAnimationFrame(() => until(there, then));
    const known = drawn([]);
    const start = performance.now();
    [...document.querySelectorAll('[data-pane="list"] [role="option"]')].at(-1).click();
    until(() => drawn(known).length > 0,
        () => requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - start))));"#;
/// Memory is counted when start-up work has ended.
const SETTLE: Duration = Duration::from_secs(2);

/// Measures, or says why not.
pub fn measure(figures: &mut Figures) -> Result<()> {
    let what = "start and memory of the window";
    let Some(program) = std::env::var_os(PROGRAM).map(PathBuf::from) else {
        figures.skip(what, "TRIEN_DESKTOP names no program");
        return Ok(());
    };
    let office = Office::new();
    let clerk = office.clerk();
    clerk.ok(["sync"]);
    let screen = Screen::open()?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let mut start = Rounds::new(
        "window: start to painted list (warm page cache)".into(),
        "",
        Some(Bar::Millis(1000.0)),
    );
    let mut memory = Rounds::new(
        "window: click to another PDF painted; memory of all processes (PSS) with one open".into(),
        "",
        Some(Bar::Mib(260.0)),
    );
    let mut opened = Vec::new();
    start.alone(|| {
        let driver = Driver::start(&screen.display)?;
        let (painted, with_pdf) = runtime.block_on(one_round(&driver, &program, clerk.data()))?;
        opened.push(with_pdf);
        Ok(painted)
    })?;
    let mut opened = opened.into_iter();
    memory.alone(|| opened.next().ok_or_else(|| "a round without memory".into()))?;
    figures.add(start);
    figures.add(memory);
    Ok(())
}

async fn one_round(driver: &Driver, program: &Path, desk: &Path) -> Result<(Sample, Sample)> {
    let started = now_millis();
    let window = driver.open(program, desk).await?;
    let painted = window.execute_async(LIST_PAINTED, Vec::new()).await?;
    let painted = painted.as_f64().ok_or("no time of the list")?;
    window.execute_async(FIRST_DRAWN, Vec::new()).await?;
    tokio::time::sleep(SETTLE).await;
    let memory = memory::of_tree(desk)?;
    let page = window.execute_async(PAGE_PAINTED, Vec::new()).await?;
    let page = page.as_f64().ok_or("no time of the page")?;
    window.close().await?;
    Ok((
        Sample {
            seconds: (painted - started) / 1000.0,
            peak_kib: None,
        },
        Sample {
            seconds: page / 1000.0,
            peak_kib: Some(memory),
        },
    ))
}

fn now_millis() -> f64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.map_or(0.0, |now| now.as_secs_f64() * 1000.0)
}

/// A port below the range from which the system gives ports to others.
pub(crate) fn port() -> u16 {
    rand::rngs::OsRng.gen_range(20_000..30_000)
}

/// An X server that nobody looks at.
struct Screen {
    server: Child,
    display: String,
}

impl Screen {
    fn open() -> Result<Self> {
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "1280x800x24"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let number = first_line(&mut server)?;
        Ok(Self {
            server,
            display: format!(":{}", number.trim()),
        })
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        end(&mut self.server);
    }
}

/// A server tells with its first line that it is ready.
fn first_line(child: &mut Child) -> Result<String> {
    let output = child.stdout.take().ok_or("no output")?;
    let mut line = String::new();
    BufReader::new(output).read_line(&mut line)?;
    match line.is_empty() {
        true => Err("a server ended before it was ready".into()),
        false => Ok(line),
    }
}

fn end(child: &mut Child) {
    // It may have ended by itself.
    let _ = child.kill();
    let _ = child.wait();
}
