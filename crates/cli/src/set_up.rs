//! Commands that make a desk ready for work.

use std::path::Path;
use std::sync::Arc;

use serde_json::json;
use trien_app::host::Secret;
use trien_app::{App, AppError, ErrorCode, Result};

use crate::args::{SecretArgs, SetUpCommand};
use crate::host::{self, CommandLine};
use crate::output;

/// Runs a command; what it returns is the exit code.
pub fn run(command: SetUpCommand, data: Option<&Path>, json: bool) -> Result<u8> {
    let data = data.ok_or_else(|| AppError::new(ErrorCode::BadArgument, "--data DIR"))?;
    let host = Arc::new(CommandLine::default());
    match command {
        SetUpCommand::SetUp { file } => {
            show(&App::set_up(&file, data, host)?, json);
        }
        SetUpCommand::Profile => show(&App::open(data, host)?, json),
        SetUpCommand::Secret(from) => {
            App::open(data, host)?.set_secret(from.entry.as_deref(), &secret(&from)?)?;
            output::result(&json!({ "done": true }), json, |_| {
                vec!["Đã lưu.".to_owned()]
            });
        }
    }
    Ok(0)
}

/// A profile holds names of secrets only, so all of it may be shown.
fn show(app: &App, json: bool) {
    output::result(app.profile(), json, |profile| {
        let mut lines = vec![
            format!("{} ({})", profile.organ.name, profile.organ.id),
            profile.person.full_name.clone(),
        ];
        lines.extend(profile.axis.as_ref().map(|axis| axis.endpoint.clone()));
        lines.extend(profile.training.then(|| "TẬP HUẤN".to_owned()));
        lines
    });
}

fn secret(from: &SecretArgs) -> Result<Secret> {
    let given = match (&from.secret_env, from.secret_fd) {
        (Some(name), _) => std::env::var(name).ok(),
        (None, Some(descriptor)) => host::read_secret(descriptor),
        (None, None) => {
            let what = match &from.entry {
                Some(entry) => format!("{entry}: "),
                None => "Khóa bí mật của hệ thống trên trục: ".to_owned(),
            };
            rpassword::prompt_password(what).ok()
        }
    };
    let none = || AppError::new(ErrorCode::BadArgument, "no secret given");
    given
        .filter(|text| !text.is_empty())
        .map(Secret::from)
        .ok_or_else(none)
}
