//! The command line as a host: PINs from a descriptor, a variable or a prompt.

use std::io::Read;

use time::OffsetDateTime;
use trien_app::host::{Asked, FinalTry, Pin, PinEntry, Secret};
use trien_app::view::{PinRequest, PinView};
use trien_app::{Changed, Host, PinAnswer};
use zeroize::Zeroizing;

use crate::args::PinArgs;

/// The variable with the pass-phrase of the profile's sealed file.
const PASS_PHRASE: &str = "TRIEN_PASS_PHRASE";
/// A secret is at most this long: a certificate with its issuers and its key as PEM has some ten thousand letters.
const SECRET_MAX: u64 = 64 * 1024;

/// The command line.
#[derive(Debug, Default)]
pub struct CommandLine {
    pin: PinArgs,
}

impl CommandLine {
    /// A command line that takes the PIN from where the arguments say.
    pub fn with(pin: &PinArgs) -> Self {
        Self { pin: pin.clone() }
    }

    fn typed(&self, request: &PinRequest) -> Option<Pin> {
        if let Some(descriptor) = self.pin.pin_fd {
            return read_descriptor(descriptor).map(Pin::new);
        }
        if let Some(name) = &self.pin.pin_env {
            return std::env::var(name).ok().map(Pin::new);
        }
        let what = format!(
            "{} – {} ({})",
            request.act.vi,
            request.documents.join("; "),
            request.holder
        );
        rpassword::prompt_password(format!("{what}\nPIN: "))
            .ok()
            .filter(|pin| !pin.is_empty())
            .map(Pin::new)
    }
}

impl Host for CommandLine {
    fn now(&self) -> OffsetDateTime {
        OffsetDateTime::now_utc()
    }

    fn ask_pin(&self, request: &PinRequest) -> Option<PinAnswer> {
        let final_try = if self.pin.confirm_last_try {
            FinalTry::Confirmed
        } else {
            FinalTry::Refuse
        };
        let entry = match request.pin {
            PinView::OnDevice => PinEntry::OnDevice,
            _ => PinEntry::Typed(self.typed(request)?),
        };
        Some(PinAnswer { entry, final_try })
    }

    fn pass_phrase(&self, asked: Asked) -> Option<Secret> {
        if let Ok(given) = std::env::var(PASS_PHRASE) {
            return Some(Secret::from(given));
        }
        let prompt = match asked {
            Asked::ToMakeFile => {
                "Máy không có kho khóa. Đặt mật khẩu cho tệp khóa của hồ sơ (không ai khôi phục được mật khẩu đã quên): "
            }
            Asked::ToOpenFile => "Mật khẩu tệp khóa của hồ sơ: ",
        };
        rpassword::prompt_password(prompt)
            .ok()
            .filter(|given| !given.is_empty())
            .map(Secret::from)
    }

    fn changed(&self, _: Changed) {}
}

/// Reads a PIN from a file descriptor that the caller opened, up to its end or the first line end.
pub fn read_descriptor(descriptor: i32) -> Option<String> {
    let text = Zeroizing::new(read_secret(descriptor)?);
    text.lines()
        .next()
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
}

/// Reads a secret from a file descriptor that the caller opened: all of it, since a key as PEM has many lines, but
/// for the last line end, which belongs to whoever wrote it.
#[cfg(unix)]
pub fn read_secret(descriptor: i32) -> Option<String> {
    let file = std::fs::File::open(format!("/dev/fd/{descriptor}")).ok()?;
    let mut text = Zeroizing::new(String::new());
    file.take(SECRET_MAX).read_to_string(&mut text).ok()?;
    Some(text.trim_end_matches(['\r', '\n']).to_owned())
}

#[cfg(not(unix))]
pub fn read_secret(_: i32) -> Option<String> {
    None
}
