//! Named points at which a test kills the process, to prove that the next start goes on.
//!
//! Only debug builds have them; a released program has nothing here.

/// Kills the process when the environment variable `TRIEN_KILL_AT` names this point, or, as
/// `name:n`, when it is reached for the n-th time.
#[cfg(debug_assertions)]
pub fn point(name: &'static str) {
    use std::collections::HashMap;
    use std::sync::{Mutex, OnceLock, PoisonError};

    static PLAN: OnceLock<Option<(String, usize)>> = OnceLock::new();
    static REACHED: Mutex<Option<HashMap<&'static str, usize>>> = Mutex::new(None);

    let plan = PLAN.get_or_init(|| {
        let at = std::env::var("TRIEN_KILL_AT").ok()?;
        Some(match at.split_once(':') {
            Some((name, n)) => (name.to_owned(), n.parse().ok()?),
            None => (at, 1),
        })
    });
    let Some((wanted, wanted_time)) = plan else {
        return;
    };
    if wanted != name {
        return;
    }
    let mut reached = REACHED.lock().unwrap_or_else(PoisonError::into_inner);
    let times = reached.get_or_insert_default().entry(name).or_insert(0);
    *times += 1;
    if times == wanted_time {
        // SIGKILL leaves no chance to tidy up, as a power cut or an impatient user does.
        let pid = std::process::id().to_string();
        let _ = std::process::Command::new("kill")
            .args(["-9", &pid])
            .status();
        std::process::abort();
    }
}

/// Nothing in a released program.
#[cfg(not(debug_assertions))]
pub fn point(_: &'static str) {}
