//! Packages from the axis's answer to the disk: many small ones together, and one large one in pieces.
//!
//! What an office does per document beside this, judging signatures and reading text, has figures of its own.

use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use trien_edxml::{
    Attachment, Files, Limits, Message, read_from, write_document, write_document_to,
};
use trien_net::vxp::EdocAnswer;
use trien_net::{AxisClient, AxisConfig, MessageType, Parcel, Proxy};
use trien_store::{Batch, Findings, NewIncoming, NewRaw, RawId, Store, Writing};

use crate::Result;
use crate::figures::{Bar, Figures, Rounds};
use crate::subject;

/// A package whose document all others are made of.
const SAMPLE: &str = include_str!("../../../../crates/edxml/tests/golden/document.edxml");
/// Small packages, as many as wait after a holiday at a large office.
const SMALL: u32 = 10_000;
/// As `app` takes them up.
const BATCH: u32 = 50;
/// What arrives at once from a socket.
const PIECE: usize = 64 << 10;
/// Bytes of the large package's PDF: base64 makes 60 MB of them.
const LARGE: usize = 45_000_000;

/// Receives and sends, each beside the least that has to be done.
pub fn measure(figures: &mut Figures, folder: &Path) -> Result<()> {
    let small = folder.join("small");
    let mut rounds = Rounds::new(
        format!("{SMALL} small packages received, all durable"),
        "the same bytes in one file, synced after every 50",
        None,
    );
    rounds.run(
        || anew(&small, || subject::task("receive", folder, &small)),
        Some(|| anew(&small, || subject::task("receive-raw", folder, &small))),
    )?;
    figures.add(rounds);
    prepare_large(folder)?;
    let bar = Some(Bar::RatioWithin {
        ratio: 1.5,
        peak_mib: 64.0,
    });
    let large = folder.join("large");
    let mut rounds = Rounds::new(
        "a package of 60 MB received".into(),
        "its base64 and SHA-256, both layers",
        bar,
    );
    rounds.run(
        || anew(&large, || subject::task("receive-large", folder, &large)),
        Some(|| subject::task("digest-large", folder, &large)),
    )?;
    figures.add(rounds);
    let mut rounds = Rounds::new(
        "a document of 45 MB sent".into(),
        "its base64, SHA-256 and the loopback",
        None,
    );
    rounds.run(
        || anew(&large, || subject::task("send-large", folder, &large)),
        Some(|| subject::task("send-raw", folder, &large)),
    )?;
    figures.add(rounds);
    Ok(())
}

/// Each run starts with an empty folder.
fn anew<T>(folder: &Path, task: impl FnOnce() -> Result<T>) -> Result<T> {
    let _ = fs::remove_dir_all(folder);
    fs::create_dir_all(folder)?;
    task()
}

/// The measured process's task of this name, or none.
pub fn run(task: &str, source: &Path, folder: &Path) -> Option<Result<Duration>> {
    Some(match task {
        "receive" => receive(folder),
        "receive-raw" => raw_file(folder),
        "receive-large" => receive_large(source, folder),
        "digest-large" => digest_large(source),
        "send-large" => send_large(source, folder),
        "send-raw" => send_raw(source),
        _ => return None,
    })
}

/// Package `n`: the sample under another number, with a small file.
fn small(n: u32) -> Vec<u8> {
    let number = format!("<edXML:CodeNumber>{n}<");
    let sample = SAMPLE.replace("<edXML:CodeNumber>125<", &number);
    sample
        .replace("125/UBND-VP", &format!("{n}/UBND-VP"))
        .into_bytes()
}

fn now() -> OffsetDateTime {
    OffsetDateTime::now_utc()
}

struct Kept<'k, 'b>(&'k mut Batch<'b>);

impl Files for Kept<'_, '_> {
    type File = Writing;

    fn create(&mut self) -> io::Result<Writing> {
        self.0.write().map_err(io::Error::other)
    }
}

/// The steps of `app`'s spine *in*, without axis and judging.
fn receive(folder: &Path) -> Result<Duration> {
    let store = Store::open(folder)?;
    let started = Instant::now();
    let mut admitted = 0;
    for first in (0..SMALL).step_by(BATCH as usize) {
        let mut files = store.blobs().batch();
        let mut new = Vec::new();
        for n in first..first + BATCH {
            new.push(message(n, files.put(&small(n))?.id)?);
        }
        files.settle()?;
        let kept = store.raw().keep_all(&new, now())?;
        let ids = kept
            .into_iter()
            .map(|raw| Ok(raw?.id))
            .collect::<Result<Vec<_>>>()?;
        let mut files = store.blobs().batch();
        let documents = new.iter().zip(&ids);
        let documents = documents
            .map(|(message, raw)| document(&store, message, *raw, &mut files))
            .collect::<Result<Vec<_>>>()?;
        files.settle()?;
        for one in store.incoming().admit_all(&documents, now())? {
            one?;
            admitted += 1;
        }
        store.raw().acked_all(&ids, now(), now())?;
    }
    let took = started.elapsed();
    match admitted {
        SMALL => Ok(took),
        _ => Err(format!("{admitted} of {SMALL} admitted").into()),
    }
}

fn message(n: u32, blob: trien_store::BlobId) -> Result<NewRaw> {
    Ok(NewRaw {
        organ: trien_domain::OrganId::new("H99.07").ok_or("an OrganId")?,
        axis_id: format!("copy-{n}"),
        message_type: "edoc".into(),
        blob,
    })
}

fn document(
    store: &Store,
    message: &NewRaw,
    raw: RawId,
    files: &mut Batch<'_>,
) -> Result<NewIncoming> {
    let mut package = File::open(store.blobs().path(&message.blob))?;
    let package = read_from(&mut package, &Limits::default(), &mut Kept(files))?;
    let Message::Document(facts) = package.message else {
        return Err("the sample is no document".into());
    };
    let mut attachments = Vec::new();
    for file in package.attachments {
        let name = file.file_name();
        let added = files.add(file.bytes)?;
        attachments.push(trien_store::Attachment {
            name,
            media_type: file.content_type,
            description: file.description,
            main: attachments.is_empty(),
            size: added.size,
            blob: added.id,
        });
    }
    Ok(NewIncoming {
        raw,
        facts: *facts,
        attachments,
        findings: Findings::default(),
        text: String::new(),
        arrived: files.put(message.axis_id.as_bytes())?.id,
        same_code_anyway: false,
    })
}

/// The same bytes in one file: the least that a disk can do.
fn raw_file(folder: &Path) -> Result<Duration> {
    let started = Instant::now();
    let mut file = File::create(folder.join("raw"))?;
    for n in 0..SMALL {
        file.write_all(&small(n))?;
        if n % BATCH == BATCH - 1 {
            file.sync_all()?;
        }
    }
    Ok(started.elapsed())
}

/// The PDF, the package around it, and the axis's answer around that.
fn prepare_large(folder: &Path) -> Result<()> {
    let mut pdf = b"%PDF-1.7\n".to_vec();
    let mut state = 1_u32;
    pdf.resize_with(LARGE, || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    });
    fs::write(folder.join("large.pdf"), &pdf)?;
    let Message::Document(facts) =
        trien_edxml::read(SAMPLE.as_bytes(), &Limits::default())?.message
    else {
        return Err("the sample is no document".into());
    };
    let package = write_document(
        &facts,
        &[Attachment::of_pdf("vb.pdf", "Văn bản chính", pdf)],
        now(),
    );
    fs::write(folder.join("large.edxml"), &package)?;
    let mut answer = BufWriter::new(File::create(folder.join("large.json"))?);
    answer.write_all(br#"{"status":"OK","ErrorCode":"0","ErrorDesc":"Thanh cong","data":""#)?;
    answer.write_all(STANDARD.encode(&package).as_bytes())?;
    answer.write_all(b"\"}")?;
    Ok(answer.flush()?)
}

fn pieces(path: &Path, mut take: impl FnMut(&[u8]) -> Result<()>) -> Result<()> {
    let mut file = File::open(path)?;
    let mut piece = vec![0; PIECE];
    loop {
        match file.read(&mut piece)? {
            0 => return Ok(()),
            read => take(piece.get(..read).unwrap_or_default())?,
        }
    }
}

fn receive_large(source: &Path, folder: &Path) -> Result<Duration> {
    let store = Store::open(folder)?;
    let started = Instant::now();
    let mut files = store.blobs().batch();
    let mut answer = EdocAnswer::new(128 << 20, files.write()?);
    pieces(&source.join("large.json"), |piece| Ok(answer.push(piece)?))?;
    let package = files.add(answer.finish(200)?)?;
    files.settle()?;
    let message = message(1, package.id)?;
    let kept = store.raw().keep(&message, now())?;
    let mut files = store.blobs().batch();
    let document = document(&store, &message, kept.id, &mut files)?;
    files.settle()?;
    store.incoming().admit(&document, now())?;
    let took = started.elapsed();
    match document.attachments.first().map(|file| file.size) {
        Some(size) if size == LARGE as u64 => Ok(took),
        size => Err(format!("the file has {size:?} bytes").into()),
    }
}

/// The axis's base64 and the package's hash, the attachment's base64 and its hash, in pieces and to nowhere.
fn digest_large(source: &Path) -> Result<Duration> {
    let started = Instant::now();
    for path in ["large.json", "large.edxml"] {
        let mut hash = Sha256::new();
        let mut bytes = vec![0; PIECE];
        let mut digits = Vec::with_capacity(2 * PIECE);
        pieces(&source.join(path), |piece| {
            let text = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
            // Only the first and the last piece hold anything but digits.
            match piece.first().is_some_and(text) && piece.last().is_some_and(text) {
                true => digits.extend_from_slice(piece),
                false => digits.extend(piece.iter().filter(|byte| text(byte))),
            }
            let whole = digits.len() / 4 * 4;
            let (now, rest) = digits.split_at(whole);
            let size = STANDARD.decode_slice(now, &mut bytes).unwrap_or(0);
            hash.update(bytes.get(..size).unwrap_or_default());
            digits = rest.to_vec();
            Ok(())
        })?;
        std::hint::black_box(hash.finalize());
    }
    Ok(started.elapsed())
}

fn send_large(source: &Path, folder: &Path) -> Result<Duration> {
    let store = Store::open(folder)?;
    let sealed = store
        .blobs()
        .put_from(File::open(source.join("large.pdf"))?)?
        .0;
    let Message::Document(facts) =
        trien_edxml::read(SAMPLE.as_bytes(), &Limits::default())?.message
    else {
        return Err("the sample is no document".into());
    };
    let (endpoint, axis) = sink()?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let mut config = AxisConfig::new(&endpoint, "vxp.test.01");
    config.proxy = Proxy::Direct;
    let client = AxisClient::new(config, "secret".to_owned().into())?;
    let started = Instant::now();
    let (main, _) = store.blobs().open_verified(&sealed)?;
    let mut batch = store.blobs().batch();
    let mut package = batch.write()?;
    let mut files = [Attachment::of_pdf("vb.pdf", "Văn bản chính", main)];
    write_document_to(&mut package, &facts, &mut files, now())?;
    let package = batch.add(package)?;
    batch.settle()?;
    let (bytes, size) = store.blobs().open_verified(&package.id)?;
    let parcel = Parcel::new(*package.id.sha256(), size, bytes);
    let sent = client.send_edoc("H99.15", &[], MessageType::Document, parcel, now());
    runtime.block_on(sent)?;
    let took = started.elapsed();
    axis.join().map_err(|_| "the axis failed")??;
    Ok(took)
}

/// The same bytes encoded, hashed once and written to a socket.
fn send_raw(source: &Path) -> Result<Duration> {
    let (endpoint, axis) = sink()?;
    let started = Instant::now();
    let mut hash = Sha256::new();
    let mut stream = std::net::TcpStream::connect(endpoint.trim_start_matches("http://"))?;
    let size = LARGE.div_ceil(3) * 4;
    write!(stream, "POST / HTTP/1.1\r\nContent-Length: {size}\r\n\r\n")?;
    let mut file = File::open(source.join("large.pdf"))?;
    let (mut piece, mut digits) = (vec![0; PIECE / 4 * 3], String::new());
    loop {
        let read = file.read(&mut piece)?;
        digits.clear();
        STANDARD.encode_string(piece.get(..read).unwrap_or_default(), &mut digits);
        hash.update(&digits);
        stream.write_all(digits.as_bytes())?;
        if read == 0 {
            break;
        }
    }
    std::hint::black_box(hash.finalize());
    // To its end: an answer that is left unread is a reset to who sends it.
    stream.read_to_end(&mut Vec::new())?;
    let took = started.elapsed();
    axis.join().map_err(|_| "the axis failed")??;
    Ok(took)
}

type Sink = std::thread::JoinHandle<io::Result<()>>;

/// An axis that takes one request of any size and says yes.
fn sink() -> Result<(String, Sink)> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let endpoint = format!("http://{}", listener.local_addr()?);
    let axis = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept()?;
        let (mut head, mut byte) = (Vec::new(), [0]);
        while !head.ends_with(b"\r\n\r\n") {
            stream.read_exact(&mut byte)?;
            head.push(byte[0].to_ascii_lowercase());
        }
        let head = String::from_utf8_lossy(&head).into_owned();
        let length = head
            .split("content-length: ")
            .nth(1)
            .and_then(|rest| rest.lines().next());
        let length: u64 = length
            .and_then(|length| length.parse().ok())
            .unwrap_or_default();
        io::copy(&mut Read::take(&mut stream, length), &mut io::sink())?;
        let answer = r#"{"status":"OK","ErrorCode":"0","DocId":"1"}"#;
        write!(
            stream,
            "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{answer}",
            answer.len()
        )
    });
    Ok((endpoint, axis))
}
