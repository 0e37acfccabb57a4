//! What is plugged in, and what is wrong with it, in sentences that a clerk can read out on the telephone.

use std::path::PathBuf;

use serde::Serialize;
use time::OffsetDateTime;
use trien_domain::calendar::{signing_time, vietnam_day};
use trien_pades::path::Certificate;
use trien_token::{Module, PinState, Platform, TokenInfo, known_modules};

use crate::error::{AppError, ErrorCode};
use crate::view::Text;

/// Days before its end at which a certificate is told to be renewed: the office needs weeks to get a new one.
const REMIND_DAYS: [i64; 4] = [60, 30, 7, 1];

/// What was found, module by module.
#[derive(Debug, Clone, Serialize)]
pub struct Found {
    /// The modules that are installed, or were named.
    pub modules: Vec<FoundModule>,
    /// What to know and to do, the gravest first.
    pub findings: Vec<Text>,
}

/// A PKCS#11 module.
#[derive(Debug, Clone, Serialize)]
pub struct FoundModule {
    /// Vendor or authority, empty for one that was named by hand.
    pub vendor: String,
    /// Where it lies.
    pub path: PathBuf,
    /// Why it cannot be used, in words and as its loader says it.
    pub problem: Option<(Text, String)>,
    /// The tokens in it.
    pub tokens: Vec<FoundToken>,
}

/// A token.
#[derive(Debug, Clone, Serialize)]
pub struct FoundToken {
    /// Its serial number.
    pub serial: String,
    /// Its label.
    pub label: String,
    /// Its maker and model.
    pub model: String,
    /// What it says of its PIN: `ok`, `entered_wrong_before`, `last_try`, `locked`, `not_set`.
    pub pin: &'static str,
    /// The PIN is entered on the device.
    pub pad: bool,
    /// Certificates to sign with.
    pub certificates: Vec<FoundCertificate>,
}

/// A certificate that signs documents.
#[derive(Debug, Clone, Serialize)]
pub struct FoundCertificate {
    /// CN.
    pub holder: String,
    /// O.
    pub organization: String,
    /// Who issued it (RFC 4514).
    pub issuer: String,
    /// Until when, Vietnam time.
    pub not_after: String,
    /// Days left; negative where it has expired.
    pub days_left: i64,
    /// SHA-256, by which profiles name it.
    pub sha256: String,
    /// `CKA_ID` in hex, by which `--key-id` names its key.
    pub key_id: String,
}

/// Looks at one module, or at all that are known and installed. No PIN is asked and none is tried.
pub fn look(module: Option<PathBuf>, now: OffsetDateTime) -> Found {
    let places = match module {
        Some(path) => vec![(String::new(), path)],
        None => known_modules(Platform::current())
            .into_iter()
            .filter(trien_token::KnownModule::is_installed)
            .map(|known| (known.vendor, known.path))
            .collect(),
    };
    let modules: Vec<_> = places
        .into_iter()
        .map(|(vendor, path)| look_at(vendor, path, now))
        .collect();
    let findings = findings(&modules);
    Found { modules, findings }
}

fn look_at(vendor: String, path: PathBuf, now: OffsetDateTime) -> FoundModule {
    let tokens = Module::open(&path).and_then(|module| {
        let seen = module.snapshot()?;
        let tokens = seen.tokens.iter();
        tokens.map(|info| describe(&module, info, now)).collect()
    });
    let (tokens, problem) = match tokens {
        Ok(tokens) => (tokens, None),
        Err(error) => {
            let detail = error.to_string();
            (
                Vec::new(),
                Some((AppError::from(error).code.title(), detail)),
            )
        }
    };
    FoundModule {
        vendor,
        path,
        problem,
        tokens,
    }
}

fn describe(
    module: &Module,
    info: &TokenInfo,
    now: OffsetDateTime,
) -> trien_token::Result<FoundToken> {
    let stored = module.certificates(&info.id)?;
    let signing = stored.iter().filter(|stored| stored.signs_documents());
    let cards = signing.filter_map(|stored| {
        let certificate = Certificate::from_der(&stored.der).ok()?;
        Some(card(&certificate, &stored.id, now))
    });
    Ok(FoundToken {
        serial: info.id.0.clone(),
        label: info.label.clone(),
        model: format!("{} {}", info.manufacturer, info.model),
        pin: match info.pin_state {
            PinState::Ok => "ok",
            PinState::CountLow => "entered_wrong_before",
            PinState::FinalTry => "last_try",
            PinState::Locked => "locked",
            PinState::NotSet => "not_set",
        },
        pad: info.protected_auth_path,
        certificates: cards.collect(),
    })
}

fn card(certificate: &Certificate, key_id: &[u8], now: OffsetDateTime) -> FoundCertificate {
    let (_, not_after) = certificate.validity();
    FoundCertificate {
        holder: certificate.common_name().unwrap_or_default(),
        organization: certificate.organization().unwrap_or_default(),
        issuer: certificate.x509().tbs_certificate.issuer.to_string(),
        not_after: signing_time(not_after),
        days_left: (vietnam_day(not_after) - vietnam_day(now)).whole_days(),
        sha256: certificate.sha256(),
        key_id: hex::encode(key_id),
    }
}

/// What a certificate's holder should be told of its end; `None` while it is far.
pub(crate) fn reminder(holder: &str, days_left: i64) -> Option<Text> {
    if days_left < 0 {
        return Some(Text::new(
            format!("Chứng thư của {holder} đã hết hạn {} ngày", -days_left),
            format!(
                "The certificate of {holder} expired {} days ago",
                -days_left
            ),
        ));
    }
    let nearest = REMIND_DAYS.iter().rev().find(|days| days_left <= **days)?;
    Some(Text::new(
        format!(
            "Chứng thư của {holder} còn {days_left} ngày (nhắc ở mốc {nearest} ngày); đề nghị cấp lại ngay"
        ),
        format!(
            "The certificate of {holder} has {days_left} days left (reminder of {nearest} days); ask for a new one now"
        ),
    ))
}

fn findings(modules: &[FoundModule]) -> Vec<Text> {
    let mut told = Vec::new();
    if modules.is_empty() {
        told.push(Text::new(
            "Máy chưa cài trình điều khiển của thiết bị ký số nào mà Triện biết. Cài trình điều khiển của nơi cấp thiết bị, hoặc chỉ rõ tệp bằng --module.",
            "No driver of a signing token that Triện knows is installed. Install the one of whoever issued the token, or name its file by --module.",
        ));
    }
    for module in modules {
        if let Some((title, detail)) = &module.problem {
            let path = module.path.display();
            told.push(Text::new(
                format!("{path}: {}. {detail}", title.vi),
                format!("{path}: {}. {detail}", title.en),
            ));
        }
    }
    let tokens = || modules.iter().flat_map(|module| &module.tokens);
    if !modules.is_empty() && tokens().next().is_none() {
        let absent = ErrorCode::TokenAbsent;
        told.push(Text::new(
            format!("{}. {}", absent.title().vi, absent.action().vi),
            format!("{}. {}", absent.title().en, absent.action().en),
        ));
    }
    for token in tokens() {
        let label = &token.label;
        let pin = match token.pin {
            "locked" => Some((
                "mã PIN đã khóa; nộp đề nghị khôi phục thiết bị (Nghị định 68/2024, Mẫu 06)",
                "the PIN is locked; ask its issuer to unlock it (Decree 68/2024, form 06)",
            )),
            "last_try" => Some((
                "chỉ còn một lần nhập mã PIN; nhập sai lần nữa là khóa",
                "one try of the PIN is left; a wrong one locks it",
            )),
            "entered_wrong_before" => Some((
                "đã có lần nhập sai mã PIN",
                "a wrong PIN was entered before",
            )),
            "not_set" => Some(("chưa đặt mã PIN", "no PIN was set yet")),
            _ => None,
        };
        told.extend(
            pin.map(|(vi, en)| Text::new(format!("{label}: {vi}"), format!("{label}: {en}"))),
        );
        if token.certificates.is_empty() {
            told.push(Text::new(
                format!("{label}: không có chứng thư để ký"),
                format!("{label}: no certificate to sign with"),
            ));
        }
        let reminders = token.certificates.iter();
        told.extend(reminders.filter_map(|c| reminder(&c.holder, c.days_left)));
    }
    if told.is_empty() {
        told.push(Text::new(
            "Thiết bị ký số sẵn sàng",
            "The signing token is ready",
        ));
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_is_told_of_from_sixty_days_before_its_end() {
        assert_eq!(reminder("UBND xã", 61).map(|text| text.vi), None);
        for (days, mark) in [
            (60, "60"),
            (31, "60"),
            (30, "30"),
            (7, "7"),
            (1, "1"),
            (0, "1"),
        ] {
            let told = reminder("UBND xã", days).unwrap();
            assert!(
                told.en.contains(&format!("of {mark} days")),
                "{days}: {}",
                told.en
            );
        }
        assert!(
            reminder("UBND xã", -3)
                .unwrap()
                .vi
                .contains("đã hết hạn 3 ngày")
        );
    }

    #[test]
    fn a_module_that_is_not_there_is_a_finding_and_no_error() {
        let missing = PathBuf::from("/nonexistent/libvendor.so");
        let found = look(Some(missing), OffsetDateTime::UNIX_EPOCH);
        assert!(found.modules[0].problem.is_some());
        assert!(found.findings[0].vi.contains("/nonexistent/libvendor.so"));
    }
}
