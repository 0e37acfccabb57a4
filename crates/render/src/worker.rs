//! The child's side: reads requests from standard input, answers on standard output, holds PDFium.

#[cfg(target_os = "linux")]
mod confinement;
mod engine;
mod limits;
mod picture;

use std::io::{self, BufReader, BufWriter, Write};
use std::process::ExitCode;

use pdfium_render::prelude::Pdfium;

use crate::error::RenderError;
use crate::protocol::{Reply, Request, Setup, read_frame, write_frame};

/// Serves one parent until it closes the pipe. A shell calls this first thing in `main` when its first
/// argument is [`crate::WORKER_ARGUMENT`], before it reads settings or starts threads.
pub fn worker_main() -> ExitCode {
    let mut from = BufReader::new(io::stdin().lock());
    let mut to = BufWriter::new(io::stdout().lock());
    match serve(&mut from, &mut to) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE, // The pipe broke: there is nobody to tell.
    }
}

fn serve(from: &mut impl io::Read, to: &mut impl Write) -> io::Result<()> {
    let Some((setup, _)) = read_frame::<Setup>(from, 0)? else {
        return Ok(());
    };
    let pdfium = match prepare(&setup) {
        Ok(pdfium) => pdfium,
        Err(error) => return write_frame(to, &Reply::Failed(error), &[]),
    };
    write_frame(to, &Reply::Ready, &[])?;
    let mut engine = engine::Engine::new(&pdfium, setup.pixels);
    while let Some((request, _)) = read_frame::<Request>(from, 0)? {
        let answer = engine.answer(&request);
        let (reply, body) = answer.unwrap_or_else(|error| (Reply::Failed(error), Vec::new()));
        write_frame(to, &reply, &body)?;
    }
    Ok(())
}

/// Loads PDFium, then gives away what the process will not need, before the first hostile byte.
fn prepare(setup: &Setup) -> Result<Pdfium, RenderError> {
    let failed = |reason: String| RenderError::Start { reason };
    let bindings =
        Pdfium::bind_to_library(&setup.pdfium).map_err(|error| failed(error.to_string()))?;
    let pdfium = Pdfium::new(bindings);
    limits::apply(setup.memory).map_err(|error| failed(format!("limits: {error}")))?;
    #[cfg(target_os = "linux")]
    confinement::confine().map_err(failed)?;
    Ok(pdfium)
}
