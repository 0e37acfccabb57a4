//! The first page of a long document, from three starting points.

use std::path::{Path, PathBuf};
use std::time::Instant;

use trien_render::{Picture, RenderConfig, Renderer, WorkerCommand, find_pdfium};

use crate::Result;
use crate::figures::{Bar, Figures, Rounds, Sample};
use crate::peers::{self, Python};

/// A page as wide as a pane of the window at usual screens.
const DPI: u32 = 150;

/// From nothing, with a worker that never saw the file, and with the file open.
pub fn measure(figures: &mut Figures, file: &Path, python: Option<&Python>) -> Result<()> {
    let pdfium = match find_pdfium(&[]) {
        Ok(pdfium) => pdfium,
        Err(error) => {
            figures.skip("first page", &error.to_string());
            return Ok(());
        }
    };
    let config = RenderConfig {
        worker: WorkerCommand::find()?,
        pdfium,
        limits: trien_render::Limits {
            workers: 1,
            ..Default::default()
        },
    };
    let name = "first page of 20 MB, 200 pages";

    let mut rounds = Rounds::new(format!("{name}: worker started for it"), "pdftoppm", None);
    rounds.run(
        || timed(|| draw(&Renderer::start(config.clone())?, file)),
        Some(|| peers::pdftoppm(file, DPI)),
    )?;
    figures.add(rounds);

    let renderer = Renderer::start(config)?;
    draw(&renderer, file)?;
    let copies = copies(file)?;
    let mut unseen = copies.iter();
    let python = python.filter(|python| {
        let there = python.has("pypdfium2");
        if !there {
            figures.skip("first page beside pypdfium2", "pypdfium2 is not installed");
        }
        there
    });
    let mut rounds = Rounds::new(
        format!("{name}: worker running, file new to it"),
        "pypdfium2, no PNG",
        None,
    );
    rounds.run(
        || {
            let file = unseen.next().ok_or("too few copies")?;
            timed(|| draw(&renderer, file))
        },
        python.map(|python| || python.page(file, DPI, 5)),
    )?;
    figures.add(rounds);

    let mut rounds = Rounds::new(format!("{name}: file open"), "", Some(Bar::Millis(25.0)));
    rounds.alone(|| timed(|| draw(&renderer, file)))?;
    figures.add(rounds);
    for copy in copies {
        std::fs::remove_file(copy)?;
    }
    Ok(())
}

/// A worker knows an open file by its path.
fn copies(file: &Path) -> Result<Vec<PathBuf>> {
    let copy = |number: usize| {
        let copy = file.with_extension(format!("{number}.pdf"));
        std::fs::copy(file, &copy)?;
        Ok(copy)
    };
    (0..5).map(copy).collect()
}

fn draw(renderer: &Renderer, file: &Path) -> Result<()> {
    let picture = Picture {
        page: 0,
        scale: DPI as f32 / 72.0,
        clip: None,
    };
    let drawn = renderer.render(file, &picture)?;
    match drawn.png.is_empty() {
        true => Err("an empty picture".into()),
        false => Ok(()),
    }
}

fn timed(work: impl FnOnce() -> Result<()>) -> Result<Sample> {
    let started = Instant::now();
    work()?;
    Ok(Sample {
        seconds: started.elapsed().as_secs_f64(),
        peak_kib: None,
    })
}
