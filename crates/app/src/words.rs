//! The words of files, so that documents are found by what is in them and in their attachments.

use std::fs::File;
use std::io::{Read, Seek};
use std::path::Path;
use std::time::{Duration, Instant};

use trien_store::SEARCH_TEXT_MAX;

use crate::app::App;

/// Text of this many pages is searchable: the longest administrative documents have some 200.
const PAGES_MAX: u32 = 200;
/// A package's words may hold up the queue for this long; what was not read by then is not found, and nothing else.
const READING_MAX: Duration = Duration::from_secs(10);

impl App {
    /// The words of one document's files together, each kind as it can be read; empty where none can be.
    pub(crate) fn words_of<'p>(&self, files: impl IntoIterator<Item = &'p Path>) -> String {
        let until = Instant::now() + READING_MAX;
        let mut words = String::new();
        for file in files {
            if words.len() >= SEARCH_TEXT_MAX || Instant::now() >= until {
                break;
            }
            words.push_str(&self.words_of_one(file, until));
            words.push('\n');
        }
        words
    }

    fn words_of_one(&self, file: &Path, until: Instant) -> String {
        let mut head = Vec::new();
        let opened = File::open(file).and_then(|mut file| {
            file.by_ref().take(1024).read_to_end(&mut head)?;
            file.rewind()?;
            Ok(file)
        });
        match opened {
            Ok(_) if trien_edxml::is_pdf(&head) => self.words_of_pdf(file, until),
            Ok(zip) if head.starts_with(b"PK") => trien_edxml::words(zip, SEARCH_TEXT_MAX),
            _ => String::new(),
        }
    }

    fn words_of_pdf(&self, file: &Path, until: Instant) -> String {
        let Ok(renderer) = self.renderer() else {
            return String::new();
        };
        let pages = renderer
            .open(file)
            .map_or(0, |info| info.pages.len() as u32)
            .min(PAGES_MAX);
        let mut words = String::new();
        for page in 0..pages {
            if words.len() >= SEARCH_TEXT_MAX || Instant::now() >= until {
                break;
            }
            if let Ok(text) = renderer.text(file, page) {
                words.push_str(&text.plain());
                words.push('\n');
            }
        }
        words
    }
}
