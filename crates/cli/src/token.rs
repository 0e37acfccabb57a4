//! `trien token`: what is plugged in, and what is wrong with it.

use trien_app::Host;
use trien_app::doctor::{self, Found};

use crate::args::TokenCommand;
use crate::host::CommandLine;
use crate::output;

/// Runs a command; it has no way to fail: what is wrong is what it tells.
pub fn run(command: TokenCommand, json: bool) {
    let now = CommandLine::default().now();
    match command {
        TokenCommand::List { module } => output::result(&doctor::look(module, now), json, list),
        TokenCommand::Doctor { module } => {
            output::result(&doctor::look(module, now), json, |found| {
                let tell = |text: &trien_app::view::Text| format!("{}\n  {}", text.vi, text.en);
                found.findings.iter().map(tell).collect()
            });
        }
    }
}

fn list(found: &Found) -> Vec<String> {
    let mut lines = Vec::new();
    for module in &found.modules {
        lines.push(format!("{} {}", module.path.display(), module.vendor));
        lines.extend(
            module
                .problem
                .iter()
                .map(|(title, _)| format!("  ! {}", title.vi)),
        );
        for token in &module.tokens {
            let (label, serial) = (&token.label, &token.serial);
            lines.push(format!(
                "  {label} ({serial}, {}): PIN {}",
                token.model, token.pin
            ));
            let certificates = token.certificates.iter();
            lines.extend(certificates.map(|c| {
                let until = format!("{} ({} ngày)", c.not_after, c.days_left);
                format!(
                    "    {} – {} – {}, đến {until}, --key-id {}",
                    c.holder, c.organization, c.issuer, c.key_id
                )
            }));
        }
    }
    lines
}
