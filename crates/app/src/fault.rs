//! Named points at which a test kills the process, to prove that the next start goes on.
//!
//! Only debug builds have them; a released program has nothing here.

/// Aborts the process when the environment variable `TRIEN_KILL_AT` names this point.
#[cfg(debug_assertions)]
pub(crate) fn point(name: &str) {
    if std::env::var("TRIEN_KILL_AT").is_ok_and(|at| at == name) {
        // SIGKILL leaves no chance to tidy up, as a power cut or an impatient user does.
        let pid = std::process::id().to_string();
        let _ = std::process::Command::new("kill")
            .args(["-9", &pid])
            .status();
        std::process::abort();
    }
}

#[cfg(not(debug_assertions))]
pub(crate) fn point(_: &str) {}
