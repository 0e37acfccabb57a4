//! The practice axis, PKI and tokens, each run from its folder.

use std::fs;
use std::path::Path;

use serde_json::json;
use time::OffsetDateTime;
use trien_app::{AppError, ErrorCode, Result};
use trien_practice::axis::{Axis, AxisOptions, Registry};
use trien_practice::pki::softtoken::{KeyKind, SoftHsm, TokenFolder, installed_module};
use trien_practice::pki::{
    Certificate, CertificateOrder, CrlReason, PkiServer, PracticeCa, Revocation, Subject,
};

use crate::args::{PracticeCommand, Token};
use crate::disk::{self, failed};
use crate::{office, output};

mod faults;

pub use faults::{internal, of_axis, of_pki};

/// The Security Officer's PIN of practice tokens; nobody's secrets are on them.
const SO_PIN: &str = "87654321";
/// A practice certificate lives as long as those of the civil service: three years.
const VALID_DAYS: i64 = 3 * 365;
/// The file in the axis's folder that keeps its port.
const PORT: &str = "port";

/// Runs a command; what it returns is the exit code.
pub fn run(command: PracticeCommand, json: bool) -> Result<u8> {
    match command {
        PracticeCommand::Axis {
            folder,
            queues: true,
            ..
        } => queues(&folder, json)?,
        PracticeCommand::Axis {
            folder,
            port,
            list_sent_without_id,
            rewrite,
            queues: false,
        } => {
            let options = AxisOptions {
                list_sent_without_id,
                rewrite,
                ..AxisOptions::new(&folder)
            };
            axis(options, port, json)?;
        }
        PracticeCommand::Directory { folder, units } => directory(&folder, units, json)?,
        PracticeCommand::Pki {
            folder,
            revoke,
            serve,
        } => pki(&folder, revoke.as_deref(), serve, json)?,
        PracticeCommand::Office { folder, port } => office::make(&folder, port, json)?,
        PracticeCommand::Token(token) => make_token(&token, json)?,
    }
    Ok(0)
}

/// Runs the axis until it is stopped, and says where it listens as soon as it does.
fn axis(options: AxisOptions, port: Option<u16>, json: bool) -> Result<()> {
    let folder = options.folder.clone();
    let kept = || {
        fs::read_to_string(folder.join(PORT))
            .ok()
            .and_then(|text| text.trim().parse().ok())
    };
    let runtime = tokio::runtime::Runtime::new().map_err(|e| failed(&folder, &e))?;
    let running = runtime.block_on(start_with(options, port.or_else(kept).unwrap_or(0)))?;
    let told = json!({ "endpoint": running.endpoint() });
    output::result(&told, json, |_| vec![running.endpoint()]);
    runtime.block_on(running.wait());
    Ok(())
}

/// What waits for whom, and how often what was sent: read beside a running axis.
fn queues(folder: &Path, json: bool) -> Result<()> {
    let queues = trien_practice::axis::queues(folder).map_err(faults::of_axis)?;
    output::result(&queues, json, |queues| {
        let line = |copy: &trien_practice::axis::QueuedCopy| {
            format!(
                "{} {} {} → {} {} {}",
                copy.at, copy.messagetype, copy.from, copy.to, copy.document_id, copy.status
            )
        };
        queues.iter().map(line).collect()
    });
    Ok(())
}

/// Fills an axis's directory with made-up organs of a country's size.
fn directory(folder: &Path, units: u32, json: bool) -> Result<()> {
    let mut registry = Registry::load(folder).map_err(faults::of_axis)?;
    registry.fill(units);
    registry.save(folder).map_err(faults::of_axis)?;
    output::result(&json!({ "units": registry.directory.len() }), json, |_| {
        Vec::new()
    });
    Ok(())
}

/// Starts the axis over a folder that has a registry.
pub async fn start(folder: &Path, port: u16) -> Result<Axis> {
    start_with(AxisOptions::new(folder), port).await
}

async fn start_with(mut options: AxisOptions, port: u16) -> Result<Axis> {
    options.listen.set_port(port);
    Axis::start(options).await.map_err(faults::of_axis)
}

/// Keeps the axis's port in its folder, so that it comes back where the profiles look for it.
pub fn keep_port(folder: &Path, port: u16) -> Result<()> {
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(folder.join(PORT), port.to_string()))
        .map_err(|e| failed(folder, &e))
}

fn pki(folder: &Path, revoke: Option<&Path>, serve: Option<u16>, json: bool) -> Result<()> {
    let now = OffsetDateTime::now_utc();
    let address = serve.map(|port| format!("http://127.0.0.1:{port}/pki"));
    let ca = if folder.join("ca.json").exists() {
        PracticeCa::open(folder)
    } else {
        PracticeCa::create(folder, address.as_deref(), now)
    };
    let ca = ca.map_err(faults::of_pki)?;
    if let Some(path) = revoke {
        let certificate = read_certificate(path)?;
        let serial = certificate.tbs_certificate.serial_number;
        let revocation = Revocation {
            serial,
            date: now,
            reason: CrlReason::KeyCompromise,
        };
        ca.revoke(&revocation, now).map_err(faults::of_pki)?;
    }
    ca.publish_crls(now).map_err(faults::of_pki)?;
    if let Some(port) = serve {
        return serve_pki(folder, &ca, port, json);
    }
    output::result(&json!({ "folder": folder }), json, |_| {
        vec![folder.display().to_string()]
    });
    Ok(())
}

/// Serves the CA until it is stopped, and says where as soon as it does.
fn serve_pki(folder: &Path, ca: &PracticeCa, port: u16, json: bool) -> Result<()> {
    let runtime = tokio::runtime::Runtime::new().map_err(|e| failed(folder, &e))?;
    let running = runtime
        .block_on(PkiServer::start(folder, port))
        .map_err(faults::of_pki)?;
    ca.move_to(&running.endpoint()).map_err(faults::of_pki)?;
    let told = json!({ "endpoint": running.endpoint() });
    output::result(&told, json, |_| vec![running.endpoint()]);
    runtime.block_on(running.wait());
    Ok(())
}

/// Makes one token; this process must have been started with the folder's SoftHSM configuration.
fn make_token(token: &Token, json: bool) -> Result<()> {
    let now = OffsetDateTime::now_utc();
    let folder = TokenFolder::prepare(&token.folder).map_err(faults::of_pki)?;
    let pin = std::env::var(&token.pin_env)
        .map_err(|_| AppError::new(ErrorCode::BadArgument, token.pin_env.clone()))?;
    let ca = PracticeCa::open(&token.ca).map_err(faults::of_pki)?;
    let module = installed_module()
        .ok_or_else(|| AppError::new(ErrorCode::TokenModuleMissing, "SoftHSM2"))?;
    let hsm = SoftHsm::open(&module, &folder).map_err(faults::of_pki)?;
    let soft = hsm
        .new_token(&token.label, SO_PIN, &pin)
        .map_err(faults::of_pki)?;
    let subject = match &token.title {
        Some(title) => Subject::person(&token.name, title, &token.organ, "Mẫu Sơn"),
        None => Subject::organisation(&token.name, "Mẫu Sơn"),
    };
    let order = if token.expired {
        CertificateOrder::expired(subject, now)
    } else {
        CertificateOrder::valid_for(subject, VALID_DAYS, now)
    };
    let kind = match token.p256 {
        true => KeyKind::P256,
        false => KeyKind::Rsa2048,
    };
    let certificate = hsm
        .issue(&soft, &pin, kind, &ca, &order)
        .map_err(faults::of_pki)?;
    disk::write(&token.out, pem(&certificate)?.as_bytes())?;
    output::result(
        &json!({ "token": soft.label, "serial": soft.serial }),
        json,
        |_| vec![soft.label.clone()],
    );
    Ok(())
}

fn pem(certificate: &Certificate) -> Result<String> {
    use der::EncodePem;
    certificate
        .to_pem(der::pem::LineEnding::LF)
        .map_err(faults::internal)
}

fn read_certificate(path: &Path) -> Result<Certificate> {
    use der::DecodePem;
    let text = disk::read(path)?;
    Certificate::from_pem(text)
        .map_err(|e| AppError::new(ErrorCode::BadArgument, format!("{}: {e}", path.display())))
}
