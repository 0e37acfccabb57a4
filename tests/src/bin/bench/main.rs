//! The figures: what Triện costs, each beside a peer in the same run.
//!
//! Each round measures us and the peer one after the other, each in a fresh process, so that a busy machine slows
//! both; a figure is the median of five rounds, a ratio the median of the five rounds' ratios. What cannot be
//! measured here is said and counted as nothing.

#![allow(clippy::print_stdout, clippy::print_stderr)] // It is a shell: printing is its work.

mod corpus;
mod desktop;
mod figures;
mod office;
mod page;
mod peers;
mod receive;
mod search;
mod subject;
mod token;

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use corpus::{Corpus, Kind};
use figures::{Bar, Figures, Rounds};
use office::Office;
use peers::Python;
use trien_practice::pki::softtoken::installed_module;

/// Whatever goes wrong: a bench that fails says why and gives no figure.
type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

const USAGE: &str = "bench [--large] [--only GROUP] [--documents N] [--out FILE]
--large: files of 500 MB and an archive of 1,000,000 documents; --only: signing, receiving, searching or desktop;
--documents: how many the archive has that is searched, 50,000 if not said; --out: the figures as JSON";

/// What a small office gathers in ten years.
const DOCUMENTS: u32 = 50_000;
/// What an archive is built for.
const DOCUMENTS_LARGE: u32 = 1_000_000;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments.as_slice() {
        ["subject", rest @ ..] => subject::main(rest),
        options => Options::read(options).and_then(|options| all(&options)),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

struct Options {
    large: bool,
    only: Option<String>,
    documents: Option<u32>,
    out: Option<PathBuf>,
}

impl Options {
    fn read(arguments: &[&str]) -> Result<Self> {
        let mut options = Self {
            large: false,
            only: None,
            documents: None,
            out: None,
        };
        let mut rest = arguments;
        loop {
            rest = match rest {
                [] => return Ok(options),
                ["--large", rest @ ..] => {
                    options.large = true;
                    rest
                }
                ["--only", group, rest @ ..] => {
                    options.only = Some((*group).to_owned());
                    rest
                }
                ["--documents", n, rest @ ..] => {
                    options.documents = Some(n.parse()?);
                    rest
                }
                ["--out", file, rest @ ..] => {
                    options.out = Some(file.into());
                    rest
                }
                _ => return Err(USAGE.into()),
            };
        }
    }
}

fn all(options: &Options) -> Result<()> {
    let python = Python::find();
    let mut figures = Figures::new();
    if let Err(why) = &python {
        figures.skip("everything beside Python's modules", why);
    }
    let python = python.ok();
    let documents = options.documents.unwrap_or(match options.large {
        true => DOCUMENTS_LARGE,
        false => DOCUMENTS,
    });
    let wanted = |group: &str| options.only.as_ref().is_none_or(|only| only == group);
    if wanted("signing") {
        letters(&mut figures, options, python.as_ref())?;
    }
    let folder = tempfile::tempdir()?;
    if wanted("receiving") {
        receive::measure(&mut figures, folder.path())?;
    }
    if wanted("searching") {
        search::measure(&mut figures, folder.path(), documents, python.as_ref())?;
    }
    if wanted("desktop") {
        desktop::measure(&mut figures)?;
    }
    print!("{}", figures.markdown());
    if let Some(out) = &options.out {
        std::fs::write(out, serde_json::to_vec_pretty(&figures.json())?)?;
    }
    Ok(())
}

/// Signing, verifying and showing letters of several sizes.
fn letters(figures: &mut Figures, options: &Options, python: Option<&Python>) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let office = Office::create(&folder.path().join("pki"))?;
    let corpus = Corpus::new(folder.path(), &office);
    signing(figures, &corpus, &office, python)?;
    let sizes = [(Kind::Kb100, None), (Kind::Pages200, None)];
    issuing(figures, &corpus, &office, &sizes)?;
    batch(figures, &corpus, &office)?;
    token_batch(figures, &corpus, &office)?;
    verifying(figures, &corpus, &office, python)?;
    if options.large {
        large(figures, &corpus, &office, python)?;
    } else {
        figures.skip("500 MB", "asked for by --large");
    }
    page::measure(figures, &corpus.file(Kind::Pages200)?.draft, python)
}

/// Own work of one signature, the token's time left out on both sides.
fn signing(
    figures: &mut Figures,
    corpus: &Corpus<'_>,
    office: &Office,
    python: Option<&Python>,
) -> Result<()> {
    for (kind, bar) in [
        (Kind::Kb100, Some(Bar::Ratio(0.1))),
        (Kind::Kb500, Some(Bar::Millis(15.0))),
    ] {
        let file = corpus.file(kind)?;
        let mut rounds = Rounds::new(format!("sign {kind}, without token time"), "pyHanko", bar);
        rounds.run(
            || subject::sign(&file.prepared, office.folder(), kind.runs()),
            python.map(|python| || python.sign(&file.prepared, office.folder(), kind.peer_runs())),
        )?;
        figures.add(rounds);
    }
    Ok(())
}

/// Signing with the signed file written, beside copying and hashing it, and a batch.
fn issuing(
    figures: &mut Figures,
    corpus: &Corpus<'_>,
    office: &Office,
    kinds: &[(Kind, Option<Bar>)],
) -> Result<()> {
    for (kind, bar) in kinds {
        let prepared = corpus.file(*kind)?.prepared;
        let what = format!("sign and write {kind}, without token time");
        let mut rounds = Rounds::new(what, "copying and hashing it", *bar);
        rounds.run(
            || subject::issue(&prepared, office.folder(), kind.runs()),
            Some(|| subject::copy(&prepared, office.folder(), kind.runs())),
        )?;
        figures.add(rounds);
    }
    Ok(())
}

/// Own work for a batch. A token takes some 0.4 s a signature, so that 5 % of a batch's own time with it are 2 s.
fn batch(figures: &mut Figures, corpus: &Corpus<'_>, office: &Office) -> Result<()> {
    const TOKEN_MILLIS: f64 = 400.0;
    let prepared = corpus.file(Kind::Kb100)?.prepared;
    let bar = Bar::Millis(0.05 * TOKEN_MILLIS * subject::BATCH as f64);
    let what = format!(
        "batch of {} files of {}, own work",
        subject::BATCH,
        Kind::Kb100
    );
    let mut rounds = Rounds::new(what, "", Some(bar));
    rounds.alone(|| subject::batch(&prepared, office.folder()))?;
    figures.add(rounds);
    Ok(())
}

/// The same through a token, beside its signatures alone.
fn token_batch(figures: &mut Figures, corpus: &Corpus<'_>, office: &Office) -> Result<()> {
    if installed_module().is_none() {
        figures.skip("a batch through a token", "SoftHSM2 is not installed");
        return Ok(());
    }
    let prepared = corpus.file(Kind::Kb100)?.prepared;
    let what = format!(
        "batch of {} files of {}, through a token of {} ms a signature",
        subject::BATCH,
        Kind::Kb100,
        token::TOKEN_MS
    );
    let mut rounds = Rounds::new(what, "the token's signatures alone", Some(Bar::Ratio(1.05)));
    let alone = Cell::new(None);
    rounds.run(
        || {
            let (whole, part) = subject::token_batch(&prepared, office.folder())?;
            alone.set(Some(part));
            Ok(whole)
        },
        Some(|| alone.take().ok_or_else(|| "nothing was measured".into())),
    )?;
    figures.add(rounds);
    Ok(())
}

/// Leader and seal judged with chain, CRL and difference analysis; `pdfsig` checks the mathematics alone.
fn verifying(
    figures: &mut Figures,
    corpus: &Corpus<'_>,
    office: &Office,
    python: Option<&Python>,
) -> Result<()> {
    for (kind, bar) in [
        (Kind::Kb100, Some(Bar::Ratio(0.1))),
        (Kind::Kb500, Some(Bar::Millis(10.0))),
        (Kind::Pages200, Some(Bar::Ratio(0.2))),
    ] {
        let file = corpus.file(kind)?;
        beside_pyhanko(
            figures,
            kind,
            &file.sealed,
            "2 signatures",
            bar,
            office,
            python,
        )?;
    }
    let file = corpus.file(Kind::Kb500)?;
    let mut rounds = Rounds::new(
        format!("verify {}, 2 signatures, whole process", Kind::Kb500),
        "pdfsig -nocert",
        None,
    );
    rounds.run(
        || subject::verify_process(&file.sealed, office.folder()),
        Some(|| peers::pdfsig(&file.sealed)),
    )?;
    figures.add(rounds);
    Ok(())
}

fn beside_pyhanko(
    figures: &mut Figures,
    kind: Kind,
    file: &Path,
    what: &str,
    bar: Option<Bar>,
    office: &Office,
    python: Option<&Python>,
) -> Result<()> {
    let mut rounds = Rounds::new(format!("verify {kind}, {what}"), "pyHanko", bar);
    rounds.run(
        || subject::verify(file, office.folder(), kind.runs()),
        python.map(|python| || python.verify(file, office.folder(), kind.peer_runs())),
    )?;
    figures.add(rounds);
    Ok(())
}

/// The largest files, beside pyHanko and beside one SHA-256 of the file, which is the least there is to do.
fn large(
    figures: &mut Figures,
    corpus: &Corpus<'_>,
    office: &Office,
    python: Option<&Python>,
) -> Result<()> {
    let kind = Kind::Mb500;
    let file = corpus.file(kind)?;
    for (path, what) in [
        (&file.signed, "1 signature"),
        (&file.sealed, "2 signatures"),
    ] {
        beside_pyhanko(figures, kind, path, what, None, office, python)?;
        let mut rounds = Rounds::new(
            format!("verify {kind}, {what}"),
            "one SHA-256 of the file",
            Some(Bar::RatioWithin {
                ratio: 1.5,
                peak_mib: 60.0,
            }),
        );
        rounds.run(
            || subject::verify(path, office.folder(), kind.runs()),
            Some(|| subject::hash(path, kind.runs())),
        )?;
        figures.add(rounds);
    }
    let mut rounds = Rounds::new(
        format!("sign {kind}, without token time and without copying"),
        "one SHA-256 of the file",
        Some(Bar::RatioWithin {
            ratio: 1.5,
            peak_mib: 60.0,
        }),
    );
    rounds.run(
        || subject::sign(&file.prepared, office.folder(), kind.runs()),
        Some(|| subject::hash(&file.prepared, kind.runs())),
    )?;
    figures.add(rounds);
    let bar = Bar::RatioWithin {
        ratio: 1.5,
        peak_mib: 60.0,
    };
    issuing(figures, corpus, office, &[(kind, Some(bar))])
}
