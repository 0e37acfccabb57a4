//! The surroundings of a practice profile: SoftHSM reads its configuration from the environment,
//! once, so a process on such a profile must be started with it.

use std::path::Path;

/// SoftHSM's variable.
const CONF: &str = "SOFTHSM2_CONF";

/// Starts this program again with the profile's token where the profile brings one along.
pub fn enter(data: Option<&Path>) {
    let Some(conf) = data.map(|data| data.join("token/softhsm2.conf")) else {
        return;
    };
    if std::env::var_os(CONF).is_some() || !conf.is_file() {
        return;
    }
    again(&conf);
}

#[cfg(unix)]
fn again(conf: &Path) {
    use std::os::unix::process::CommandExt;
    let (Ok(program), Ok(conf)) = (std::env::current_exe(), conf.canonicalize()) else {
        return;
    };
    // Only returns where the program cannot be started; then the token is simply not found.
    let _ = std::process::Command::new(program)
        .args(std::env::args_os().skip(1))
        .env(CONF, conf)
        .exec();
}

#[cfg(not(unix))]
fn again(_: &Path) {}
