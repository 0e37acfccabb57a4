//! Words that must be absent from a member's sources.

use std::fs;
use std::path::{Path, PathBuf};

use super::table::ABSENCES;
use crate::error::Error;

/// Every line that holds a word forbidden in its folder; files that are all tests are left out.
pub fn findings(root: &Path) -> Result<Vec<String>, Error> {
    let mut found = Vec::new();
    for (folder, words, why) in ABSENCES {
        for path in rust_files(&root.join(folder))? {
            let text = fs::read_to_string(&path).map_err(Error::io(&path))?;
            let shown = path.strip_prefix(root).unwrap_or(&path);
            for (line, word) in forbidden(&text, words) {
                let place = format!("{}:{line}", shown.display());
                found.push(format!("{place} names `{word}`: {why}"));
            }
        }
    }
    Ok(found)
}

/// Lines from 1 that hold a word, up to the tests at the file's end; comments may name what is absent.
pub fn forbidden<'w>(text: &str, words: &[&'w str]) -> Vec<(usize, &'w str)> {
    let code = text.lines().enumerate();
    let code = code.take_while(|(_, line)| line.trim() != "#[cfg(test)]");
    let code = code.filter(|(_, line)| !line.trim_start().starts_with("//"));
    let hits = code.flat_map(|(number, line)| {
        let held = words.iter().filter(move |word| line.contains(**word));
        held.map(move |word| (number + 1, *word))
    });
    hits.collect()
}

fn rust_files(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut files = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(folder) = open.pop() {
        if !folder.is_dir() {
            continue;
        }
        for entry in fs::read_dir(&folder).map_err(Error::io(&folder))? {
            let path = entry.map_err(Error::io(&folder))?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let tests = name == "tests" || name == "tests.rs" || name == "bin";
            if path.is_dir() && !tests {
                open.push(path);
            } else if name.ends_with(".rs") && !tests {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}
