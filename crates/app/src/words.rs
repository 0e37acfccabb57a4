//! The words of files, so that documents are found by what is in them and in their attachments.

use std::fs::File;
use std::io::{Read, Seek};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use trien_domain::Operation;
use trien_edxml::Message;
use trien_store::{IncomingId, SEARCH_TEXT_MAX, Verdict};

use crate::app::App;
use crate::error::Result;

/// Text of this many pages is searchable: the longest administrative documents have some 200.
const PAGES_MAX: u32 = 200;
/// A package's words may hold up the queue for this long; what was not read by then is not found, and nothing else.
const READING_MAX: Duration = Duration::from_secs(10);

impl App {
    /// By what a document that came is found besides its row: the index keeps no text.
    pub(crate) fn searched_text(&self, document: IncomingId) -> Result<String> {
        let requests = self.store.changes().about(document)?;
        let agreed = requests.iter().rev().filter(|request| {
            request.operation == Operation::Update && request.decision == Some(Verdict::Agreed)
        });
        let mut versions: Vec<_> = agreed.filter_map(|request| request.package).collect();
        versions.push(document);
        self.text_of(&versions)
    }

    /// What only the packages of a document's versions say, the newest first, with names and text of the newest files.
    pub(crate) fn text_of(&self, versions: &[IncomingId]) -> Result<String> {
        let mut text = Vec::new();
        for version in versions {
            let raw = self.store.incoming().get(*version)?.raw;
            let package = self.store.raw().get(raw)?.message.blob;
            // What cannot be read any more is not found by this, and nothing else.
            if let Ok(Message::Document(facts)) = self.message_of(&package) {
                text.extend([facts.content, facts.staff.name, facts.typist]);
            }
        }
        for version in versions {
            let files = self.store.incoming().attachments(*version)?;
            if files.is_empty() {
                continue;
            }
            text.extend(files.iter().map(|file| file.name.clone()));
            let paths = files.iter().map(|file| self.store.blobs().path(&file.blob));
            let paths: Vec<PathBuf> = paths.collect();
            text.push(self.words_of(paths.iter().map(PathBuf::as_path)));
            break;
        }
        Ok(text.join("\n"))
    }

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
