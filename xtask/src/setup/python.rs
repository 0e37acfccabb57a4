//! The Python environment that holds our judges: pyHanko and what it needs.

use crate::error::Error;
use crate::shell::run;
use crate::workspace::Workspace;

use super::{create_folder, is_current, set_current};

/// Makes the environment and installs `tests/judge/requirements.txt` into it. An environment of its own,
/// because Debian's Python takes no packages from elsewhere (PEP 668).
pub fn environment(workspace: &Workspace) -> Result<(), Error> {
    let python = workspace.python("python");
    if !python.is_file() {
        create_folder(&workspace.tools())?;
        let folder = workspace.tools().join("venv");
        run(
            workspace,
            "python3",
            ["-m".as_ref(), "venv".as_ref(), folder.as_os_str()],
        )?;
    }
    let wanted = workspace.root.join("tests/judge/requirements.txt");
    let stamp = workspace.tools().join("venv/requirements.sha256");
    if !wanted.is_file() || is_current(&wanted, &stamp)? {
        return Ok(());
    }
    let install = [
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--requirement",
    ];
    let arguments = install.iter().map(|word| word.as_ref());
    run(workspace, &python, arguments.chain([wanted.as_os_str()]))?;
    set_current(&wanted, &stamp)
}
