//! Commands on plain files.

use std::path::Path;
use std::time::Duration;

use serde_json::json;
use time::format_description::well_known::Rfc3339;
use time::{Date, OffsetDateTime};
use trien_app::levels::{self, Target, Tsa};
use trien_app::plain::{self, Marks, NewBox, Signers, TokenChoice};
use trien_app::{AppError, ErrorCode, Host, Result, judge, online, trust};

use crate::args::{
    Extend, FileCommand, Level, NumberAndSeal, PasswordArgs, Prepare, Revision, Sign, TokenArgs,
    TrustArgs, Verify,
};
use crate::disk::{self, place, read};
use crate::host::CommandLine;
use crate::output;

/// Runs a command; what it returns is the exit code.
pub fn run(command: FileCommand, json: bool) -> Result<u8> {
    match command {
        FileCommand::Verify(args) => verify(&args, json),
        FileCommand::Revision(args) => revision(&args, json).map(|()| 0),
        FileCommand::Prepare(args) => prepare(&args, json).map(|()| 0),
        FileCommand::Sign(args) => sign(&args, json).map(|()| 0),
        FileCommand::NumberAndSeal(args) => number_and_seal(&args, json).map(|()| 0),
        FileCommand::Extend(args) => extend(&args, json).map(|()| 0),
    }
}

/// `trien verify` always prints a report, also for what cannot be read (signing.md 3.7).
fn verify(args: &Verify, json: bool) -> Result<u8> {
    let trust = trust_of(&args.trust)?;
    let password = password(&args.password)?;
    let report = if args.online {
        online::verify_online(&args.file, trust, &password)?
    } else {
        plain::verify(&args.file, &trust, &password)
    };
    let code = judge::exit_code(&report);
    output::result(&report, json, |report| {
        let view = judge::verdict_view(report);
        let warnings = view.warnings.into_iter().map(|warning| warning.vi);
        std::iter::once(view.headline.vi)
            .chain(view.timeline.into_iter().map(|t| t.vi))
            .chain(warnings)
            .collect()
    });
    Ok(code)
}

fn revision(args: &Revision, json: bool) -> Result<()> {
    let password = password(&args.password)?;
    let bytes = place(&args.out, |beside| {
        plain::signed_revision(&args.file, &args.signature, &password, beside)
    })?;
    written(&args.out, bytes, json)
}

fn prepare(args: &Prepare, json: bool) -> Result<()> {
    let mark = args.mark.as_deref().map(read).transpose()?;
    let leader_aspect = mark.map(|png| plain::aspect(&png)).transpose()?;
    let marks = Marks {
        leader_aspect,
        seal_diameter_mm: args.seal_diameter,
    };
    let signers = Signers {
        leader: args.signer.clone(),
        initials: args.initials.clone(),
        co_signers: args.co_signers.clone(),
    };
    let draft = read(&args.file)?;
    let prepared = plain::prepare(&draft, &signers, &marks, &args.layout, &args.nudges)?;
    disk::write(&args.out, &prepared.pdf)?;
    let done = json!({
        "file": args.out,
        "bytes": prepared.pdf.len(),
        "layout": prepared.layout.key,
        "written_anew": prepared.written_anew,
    });
    output::result(&done, json, |_| {
        let anew = "Đã ghi lại tệp trước khi chuẩn bị: bảng tham chiếu của tệp gốc rời từng mảnh hoặc có hai bảng, có phần mềm không tin chữ ký trên tệp như vậy.";
        let told = prepared.written_anew.then(|| anew.to_owned());
        std::iter::once(args.out.display().to_string())
            .chain(told)
            .collect()
    });
    Ok(())
}

fn sign(args: &Sign, json: bool) -> Result<()> {
    let mark = plain::mark(args.mark.as_deref().map(read).transpose()?);
    let host = CommandLine::with(&args.token.pin);
    let at = args.at.as_deref().map(new_box).transpose()?;
    let signed = plain::sign(
        &read(&args.file)?,
        &name(&args.file),
        &choice(&args.token)?,
        plain::Signing {
            mark,
            at: at.as_ref(),
            nudges: &args.nudges,
            certify: args.certify,
            despite_name: args.despite_name,
        },
        &host,
    )?;
    write(&args.out, &signed, json)
}

fn new_box(text: &str) -> Result<NewBox> {
    let numbers: Vec<f64> = text
        .split(',')
        .filter_map(|number| number.trim().parse().ok())
        .collect();
    match numbers.as_slice() {
        [page, left, top, width, height] if *page >= 1.0 && page.fract() == 0.0 => Ok(NewBox {
            page: *page as usize,
            left: *left,
            top: *top,
            width: *width,
            height: *height,
        }),
        _ => Err(bad(format!("--at {text:?}: PAGE,X,Y,W,H"))),
    }
}

fn number_and_seal(args: &NumberAndSeal, json: bool) -> Result<()> {
    let format = time::macros::format_description!("[year]-[month]-[day]");
    let date = Date::parse(&args.date, format).map_err(|e| bad(format!("--date: {e}")))?;
    let mark = plain::mark(args.mark.as_deref().map(read).transpose()?);
    let host = CommandLine::with(&args.token.pin);
    let trust = trust_of(&args.trust)?;
    let act = plain::Numbering {
        number: args.number,
        date,
        mark,
        signer: args.signer.clone(),
        seal_diameter_mm: args.seal_diameter,
        after_certification: args.after_certification,
        nudges: args.nudges.clone(),
    };
    let sealed = plain::number_and_seal(
        &read(&args.file)?,
        &name(&args.file),
        act,
        &choice(&args.token)?,
        &trust,
        &host,
    )?;
    write(&args.out, &sealed, json)
}

fn extend(args: &Extend, json: bool) -> Result<()> {
    let target = match args.level {
        Level::T => Target::Timestamp,
        Level::Lt => Target::LongTerm,
        Level::Lta => Target::Archive,
    };
    let tsa = args.tsa.as_ref().map(|url| Tsa {
        url: url.clone(),
        patience: Duration::from_secs(args.patience),
    });
    let trust = trust_of(&args.trust)?;
    let extended = levels::extend(&read(&args.file)?, target, tsa.as_ref(), trust, args.online)?;
    write(&args.out, &extended, json)
}

fn trust_of(args: &TrustArgs) -> Result<trust::Trust> {
    let at = match &args.at {
        Some(text) => {
            OffsetDateTime::parse(text, &Rfc3339).map_err(|e| bad(format!("--at: {e}")))?
        }
        None => CommandLine::default().now(),
    };
    let places = trust::Places {
        roots: &args.roots,
        intermediates: &args.intermediates,
        crls: &args.crls,
        ocsps: &args.ocsps,
    };
    trust::load(places, at)
}

fn choice(args: &TokenArgs) -> Result<TokenChoice> {
    let certificate = args
        .cert
        .as_deref()
        .map(|path| plain::certificate(&read(path)?))
        .transpose()?;
    let key_id = args.key_id.as_deref().map(plain::key_id).transpose()?;
    Ok(TokenChoice {
        module: args.module.clone(),
        token: args.token.clone(),
        certificate,
        key_id,
    })
}

fn write(path: &Path, bytes: &[u8], json: bool) -> Result<()> {
    disk::write(path, bytes)?;
    written(path, bytes.len() as u64, json)
}

fn written(path: &Path, bytes: u64, json: bool) -> Result<()> {
    let done = json!({ "file": path, "bytes": bytes });
    output::result(&done, json, |_| vec![path.display().to_string()]);
    Ok(())
}

/// The password in the variable that was named; none where no variable was.
fn password(args: &PasswordArgs) -> Result<String> {
    let Some(name) = &args.variable else {
        return Ok(String::new());
    };
    std::env::var(name).map_err(|e| bad(format!("--password-env {name}: {e}")))
}

fn name(path: &Path) -> String {
    path.file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}

fn bad(why: String) -> AppError {
    AppError::new(ErrorCode::BadArgument, why)
}
