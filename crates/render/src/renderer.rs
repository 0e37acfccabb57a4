//! The parent's side: a handle that many threads may use, and a small pool of workers behind it.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use crate::child::{Worker, is_fatal};
use crate::error::RenderError;
use crate::find::WorkerCommand;
use crate::geometry::{PageGeometry, PageSize, PixelRect};
use crate::protocol::{Reply, Request, Setup};
use crate::text::PageText;

/// What one request and one worker may take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Time for one request. A scanned page takes 0.3 s, a heavy map a few seconds; whoever waits longer
    /// than 10 s has given up.
    pub time: Duration,
    /// Address space in bytes beyond what the worker starts with. A 600 dpi colour scan of an A4 page is
    /// 105 MB as pixels, held twice while it is scaled, beside a picture of 64 MB: 512 MB lets it through
    /// and stops a page that would take the machine down. Enforced on Linux.
    pub memory: u64,
    /// The largest picture in pixels: A4 at 5 times its size in points, or A3 at 3.5 times.
    pub pixels: u64,
    /// Worker processes: a second one keeps the window alive while the first is busy with a bad page.
    pub workers: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            time: Duration::from_secs(10),
            memory: 512 << 20,
            pixels: 16 << 20,
            workers: 2,
        }
    }
}

/// How to start a [`Renderer`].
#[derive(Debug, Clone)]
pub struct RenderConfig {
    /// The worker's program, usually [`WorkerCommand::find`].
    pub worker: WorkerCommand,
    /// PDFium's library, usually from [`crate::find_pdfium`].
    pub pdfium: PathBuf,
    /// The limits.
    pub limits: Limits,
}

/// A document as far as its first look tells.
#[derive(Debug, Clone, PartialEq)]
pub struct DocumentInfo {
    /// The size of every page as it is shown.
    pub pages: Vec<PageSize>,
}

/// Which picture is wanted.
#[derive(Debug, Clone, PartialEq)]
pub struct Picture {
    /// The page, counted from 0.
    pub page: u32,
    /// Pixels for each point: 1.0 is 72 dpi, 2.0 is 144 dpi.
    pub scale: f32,
    /// A part of the scaled page; all of it where `None`.
    pub clip: Option<PixelRect>,
}

/// A picture of a page, or of a part of it, with annotations and form fields as they look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PagePicture {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// The picture: an RGB PNG, packed for speed rather than size.
    pub png: Vec<u8>,
}

/// Draws and reads pages in worker processes. Cheap to clone; every call waits for its answer.
///
/// A document is named by its path. Workers keep the last few open and notice a file that has changed.
#[derive(Debug, Clone)]
pub struct Renderer {
    jobs: Sender<Job>,
}

impl Renderer {
    /// Starts the pool. Worker processes start with their first request, so an unused renderer costs nothing.
    pub fn start(config: RenderConfig) -> Result<Renderer, RenderError> {
        if !config.pdfium.is_file() {
            let looked_at = vec![config.pdfium];
            return Err(RenderError::NoPdfium { looked_at });
        }
        let (jobs, queue) = channel();
        let queue = Arc::new(Mutex::new(queue));
        for _ in 0..config.limits.workers.max(1) {
            let (config, queue) = (config.clone(), Arc::clone(&queue));
            // A worker is tied to the life of the thread that starts it, so each has a thread of its own.
            thread::spawn(move || serve(&config, &queue));
        }
        Ok(Renderer { jobs })
    }

    /// How many pages the document has and how large they are.
    pub fn open(&self, path: &Path) -> Result<DocumentInfo, RenderError> {
        let path = path.to_path_buf();
        match self.ask(Request::Open { path })? {
            (Reply::Document { pages }, _) => Ok(DocumentInfo { pages }),
            _ => Err(unexpected()),
        }
    }

    /// How a page lies on the screen.
    pub fn page(&self, path: &Path, page: u32) -> Result<PageGeometry, RenderError> {
        let path = path.to_path_buf();
        match self.ask(Request::Page { path, page })? {
            (Reply::Page(geometry), _) => Ok(geometry),
            _ => Err(unexpected()),
        }
    }

    /// Draws a page.
    pub fn render(&self, path: &Path, picture: &Picture) -> Result<PagePicture, RenderError> {
        if !(picture.scale.is_finite() && picture.scale > 0.0) {
            let reason = format!("the scale {} is no scale", picture.scale);
            return Err(RenderError::Refused { reason });
        }
        let request = Request::Render {
            path: path.to_path_buf(),
            page: picture.page,
            scale: picture.scale,
            clip: picture.clip,
        };
        match self.ask(request)? {
            (Reply::Picture { width, height }, png) => Ok(PagePicture { width, height, png }),
            _ => Err(unexpected()),
        }
    }

    /// Reads a page's text with the place of every character.
    pub fn text(&self, path: &Path, page: u32) -> Result<PageText, RenderError> {
        let path = path.to_path_buf();
        match self.ask(Request::Text { path, page })? {
            (Reply::Text(text), _) => Ok(text),
            _ => Err(unexpected()),
        }
    }

    fn ask(&self, request: Request) -> Result<(Reply, Vec<u8>), RenderError> {
        let (answer, receive) = sync_channel(1);
        let gone = || RenderError::Start {
            reason: "the worker's thread is gone".into(),
        };
        let sent = self.jobs.send(Job { request, answer });
        sent.map_err(|_| gone())?;
        receive.recv().map_err(|_| gone())?
    }
}

#[derive(Debug)]
struct Job {
    request: Request,
    answer: SyncSender<Result<(Reply, Vec<u8>), RenderError>>,
}

fn unexpected() -> RenderError {
    RenderError::Protocol {
        reason: "an answer to another question".into(),
    }
}

/// One worker's thread: takes jobs until the last handle is gone, then drops and so kills its worker.
fn serve(config: &RenderConfig, queue: &Mutex<Receiver<Job>>) {
    let mut worker = None;
    loop {
        let next = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = next else { break };
        let answer = answer(config, &mut worker, &job.request);
        // Whoever asked may have gone away meanwhile.
        let _ = job.answer.send(answer);
    }
}

/// Asks a worker, starting one where there is none. A worker that dies with earlier pages behind it may have
/// died of those, so the page is tried once more in a fresh one; a page that kills a fresh worker is guilty.
fn answer(
    config: &RenderConfig,
    slot: &mut Option<Worker>,
    request: &Request,
) -> Result<(Reply, Vec<u8>), RenderError> {
    loop {
        let fresh = slot.is_none();
        let mut worker = match slot.take() {
            Some(worker) => worker,
            None => start(config)?,
        };
        match worker.ask(request, config.limits.time) {
            Err(RenderError::Crashed { .. }) if !fresh => continue,
            Err(error) if is_fatal(&error) => return Err(error),
            other => {
                *slot = Some(worker);
                return other;
            }
        }
    }
}

fn start(config: &RenderConfig) -> Result<Worker, RenderError> {
    let setup = Setup {
        pdfium: config.pdfium.clone(),
        memory: config.limits.memory,
        pixels: config.limits.pixels,
    };
    Worker::start(&config.worker, &setup, config.limits.time)
}
