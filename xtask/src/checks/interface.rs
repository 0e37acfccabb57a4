//! What the interface's own tools check.

use std::fs;
use std::process::Command;

use crate::error::Error;
use crate::shell::finish;
use crate::workspace::Workspace;

/// Scripts of `ui/package.json`, the bundle first: the window's program holds it, and a fault that one of the
/// others finds must not hide what the later steps would say.
const SCRIPTS: &[&str] = &["build", "lint", "check", "test"];

/// Bundle, lint, type check and tests. A script that `package.json` does not have is an error: a check that
/// went missing must not pass.
pub fn check(workspace: &Workspace) -> Result<(), Error> {
    let manifest = workspace.ui().join("package.json");
    let text = fs::read_to_string(&manifest).map_err(Error::io(&manifest))?;
    Error::if_any(missing(&text)?)?;
    for script in SCRIPTS {
        script_of(workspace, script)?;
    }
    Ok(())
}

/// Makes the bundle alone.
pub fn bundle(workspace: &Workspace) -> Result<(), Error> {
    script_of(workspace, "build")
}

fn script_of(workspace: &Workspace, script: &str) -> Result<(), Error> {
    let mut command = Command::new("npm");
    command
        .args(["run", "--silent", script])
        .current_dir(workspace.ui());
    finish(command)
}

fn missing(manifest: &str) -> Result<Vec<String>, Error> {
    let manifest: serde_json::Value = serde_json::from_str(manifest)
        .map_err(|error| Error::Unreadable(format!("ui/package.json: {error}")))?;
    let there = |script: &&&str| manifest.pointer(&format!("/scripts/{script}")).is_some();
    let missing = SCRIPTS.iter().filter(|script| !there(script));
    Ok(missing
        .map(|script| format!("ui/package.json has no script `{script}`"))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_that_went_missing_is_named() {
        let all = r#"{"scripts": {"lint": "1", "check": "2", "test": "3", "build": "4"}}"#;
        assert!(missing(all).unwrap().is_empty());
        let less = all.replace("\"test\"", "\"tests\"");
        assert_eq!(
            missing(&less).unwrap(),
            ["ui/package.json has no script `test`"]
        );
        assert!(missing("").is_err());
    }
}
