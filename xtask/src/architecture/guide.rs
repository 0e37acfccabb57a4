//! `ARCHITECTURE.md` against the tree: a guide that names what is gone sends strangers astray.

use std::fs;
use std::path::Path;

use crate::error::Error;

/// Every path, and every function behind `::`, that the guide names and the tree does not have.
pub fn findings(root: &Path) -> Result<Vec<String>, Error> {
    let path = root.join("ARCHITECTURE.md");
    let text = fs::read_to_string(&path).map_err(Error::io(&path))?;
    let mut found = Vec::new();
    for (file, function) in named(&text) {
        let path = root.join(file);
        if !path.exists() {
            found.push(format!("ARCHITECTURE.md names {file}, which is not there"));
        } else if let Some(function) = function {
            let code = fs::read_to_string(&path).map_err(Error::io(&path))?;
            if !defines(&code, function) {
                found.push(format!(
                    "ARCHITECTURE.md names {function} in {file}, which has no such function"
                ));
            }
        }
    }
    Ok(found)
}

/// The paths in a text's `code`, each with the function that follows `::`.
pub fn named(text: &str) -> Vec<(&str, Option<&str>)> {
    let code = text.split('`').skip(1).step_by(2);
    let paths = code.filter(|span| span.contains('/') && is_path(span));
    paths
        .map(|span| match span.split_once("::") {
            Some((file, function)) => (file, Some(function)),
            None => (span, None),
        })
        .collect()
}

/// Whether a file has a function of this name.
pub fn defines(code: &str, function: &str) -> bool {
    let call = format!("fn {function}(");
    let generic = format!("fn {function}<");
    code.contains(&call) || code.contains(&generic)
}

/// No spaces, wildcards or schemes: what is left is meant as a place in the tree.
fn is_path(span: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-:".contains(c);
    span.chars().all(plain) && !span.contains("://")
}
