//! Bad files, and workers that hang or die: each costs a page and gives one clear error.

#![allow(clippy::unwrap_used)] // A helper that fails fails its test.

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use support::{config, document, renderer, whole, worker};
use trien_render::{Limits, Picture, PixelRect, RenderError, Renderer, WorkerCommand};

fn written(folder: &tempfile::TempDir, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    path
}

#[test]
fn bad_files_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let renderer = renderer();
    let text = written(&folder, "a.pdf", "Không phải PDF".as_bytes());
    assert_eq!(renderer.open(&text), Err(RenderError::NotAPdf));
    let empty = written(&folder, "b.pdf", b"");
    assert_eq!(renderer.open(&empty), Err(RenderError::NotAPdf));
    let locked = document().with_file_name("co-mat-khau.pdf");
    assert_eq!(renderer.open(&locked), Err(RenderError::Encrypted));
    let missing = folder.path().join("c.pdf");
    let error = renderer.open(&missing).unwrap_err();
    assert!(matches!(error, RenderError::Unreadable { path, .. } if path == missing));
    let error = renderer.open(folder.path()).unwrap_err();
    assert!(
        matches!(error, RenderError::NotAPdf | RenderError::Unreadable { .. }),
        "{error}"
    );
    assert_eq!(renderer.open(&document()).unwrap().pages.len(), 2);
}

#[test]
fn pages_and_pictures_that_cannot_be_are_refused() {
    let renderer = renderer();
    let error = renderer.text(&document(), 2).unwrap_err();
    assert_eq!(error, RenderError::NoSuchPage { page: 2, pages: 2 });
    let error = renderer.text(&document(), u32::MAX).unwrap_err();
    assert!(matches!(error, RenderError::NoSuchPage { .. }));
    let error = renderer.render(&document(), &whole(0, 50.0)).unwrap_err();
    assert!(matches!(error, RenderError::TooLarge { .. }), "{error}");
    for scale in [0.0, -1.0, f32::NAN, f32::INFINITY] {
        let error = renderer.render(&document(), &whole(0, scale)).unwrap_err();
        assert!(matches!(error, RenderError::Refused { .. }), "{scale}");
    }
    // A small part of a page scaled beyond what PDFium can count.
    let clip = Some(PixelRect {
        x: u32::MAX - 1,
        y: 0,
        width: 1,
        height: 1,
    });
    let far = Picture {
        page: 0,
        scale: 1e9,
        clip,
    };
    let error = renderer.render(&document(), &far).unwrap_err();
    assert!(matches!(error, RenderError::TooLarge { .. }));
}

#[test]
fn a_page_without_end_is_given_up_and_the_next_one_drawn() {
    let folder = tempfile::tempdir().unwrap();
    let endless = written(&folder, "a.pdf", &support::endless());
    let time = Duration::from_secs(2);
    // More memory than the page can take in its time, so that the clock is what stops it.
    let limits = Limits {
        time,
        memory: 8 << 30,
        workers: 1,
        ..Limits::default()
    };
    let renderer = Renderer::start(config(limits)).unwrap();
    let start = Instant::now();
    let error = renderer.render(&endless, &whole(0, 1.0)).unwrap_err();
    assert_eq!(error, RenderError::TimedOut { limit: time });
    assert!(start.elapsed() >= time);
    assert!(renderer.render(&document(), &whole(0, 1.0)).is_ok());
}

#[test]
fn a_page_that_eats_memory_dies_alone() {
    let folder = tempfile::tempdir().unwrap();
    let crowded = written(&folder, "a.pdf", &support::crowded(2_000_000));
    let limits = Limits {
        memory: 64 << 20,
        workers: 1,
        ..Limits::default()
    };
    let renderer = Renderer::start(config(limits)).unwrap();
    let error = renderer.render(&crowded, &whole(0, 1.0)).unwrap_err();
    assert!(matches!(error, RenderError::Crashed { .. }), "{error}");
    assert!(renderer.render(&document(), &whole(0, 1.0)).is_ok());
}

/// A renderer with one worker that leaves its process id in a file when it starts.
fn traced(pid: &Path, limits: Limits) -> Renderer {
    let mut config = config(limits);
    let script = format!(
        "env > {0}.env; echo $$ > {0}; exec {1}",
        pid.display(),
        worker().display()
    );
    config.worker = WorkerCommand {
        program: "/bin/sh".into(),
        arguments: vec!["-c".into(), script.into()],
    };
    Renderer::start(config).unwrap()
}

fn kill(pid: &Path) {
    let id = fs::read_to_string(pid).unwrap();
    let killed = Command::new("kill").args(["-9", id.trim()]).status();
    assert!(killed.unwrap().success());
}

#[test]
fn a_worker_that_was_killed_idle_is_replaced_unnoticed() {
    let folder = tempfile::tempdir().unwrap();
    let pid = folder.path().join("pid");
    let limits = Limits {
        workers: 1,
        ..Limits::default()
    };
    let renderer = traced(&pid, limits);
    let first = renderer.render(&document(), &whole(0, 1.0)).unwrap();
    kill(&pid);
    assert_eq!(renderer.render(&document(), &whole(0, 1.0)), Ok(first));
}

#[test]
fn a_worker_that_dies_over_its_first_page_is_reported() {
    let folder = tempfile::tempdir().unwrap();
    let endless = written(&folder, "a.pdf", &support::endless());
    let pid = folder.path().join("pid");
    let limits = Limits {
        workers: 1,
        ..Limits::default()
    };
    let renderer = traced(&pid, limits);
    let result = thread::scope(|scope| {
        let drawing = scope.spawn(|| renderer.render(&endless, &whole(0, 1.0)));
        while !fs::read_to_string(&pid).is_ok_and(|id| id.ends_with('\n')) {
            thread::sleep(Duration::from_millis(10));
        }
        thread::sleep(Duration::from_millis(300));
        kill(&pid);
        drawing.join().unwrap()
    });
    let error = result.unwrap_err();
    let died = matches!(&error, RenderError::Crashed { status } if status.contains("signal: 9"));
    // On a very slow machine the kill may come before the greeting.
    assert!(
        died || matches!(error, RenderError::Start { .. }),
        "{error}"
    );
    assert!(renderer.render(&document(), &whole(0, 1.0)).is_ok());
}

#[test]
fn a_worker_gets_no_environment() {
    let folder = tempfile::tempdir().unwrap();
    let pid = folder.path().join("pid");
    let renderer = traced(&pid, Limits::default());
    renderer.open(&document()).unwrap();
    let seen = fs::read_to_string(folder.path().join("pid.env")).unwrap();
    assert!(!seen.contains("CARGO_MANIFEST_DIR="), "{seen}");
    assert!(!seen.contains("HOME="), "{seen}");
}

#[test]
fn workers_and_libraries_that_are_not_there_are_named() {
    let mut missing = config(Limits::default());
    missing.pdfium = "/nowhere/libpdfium.so".into();
    let error = Renderer::start(missing).unwrap_err();
    assert!(matches!(error, RenderError::NoPdfium { .. }));

    let mut wrong = config(Limits::default());
    wrong.pdfium = document();
    let error = Renderer::start(wrong).unwrap().open(&document());
    assert!(matches!(error, Err(RenderError::Start { .. })), "{error:?}");

    let mut absent = config(Limits::default());
    absent.worker.program = "/nowhere/worker".into();
    let error = Renderer::start(absent).unwrap().open(&document());
    assert!(matches!(error, Err(RenderError::Start { .. })), "{error:?}");

    let mut mute = config(Limits::default());
    mute.worker.program = "/bin/true".into();
    let error = Renderer::start(mute).unwrap().open(&document());
    assert!(matches!(error, Err(RenderError::Start { .. })), "{error:?}");
}
