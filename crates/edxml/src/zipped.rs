//! Zips: those that came, read without believing what they say of themselves, and the wrapper of one file that we make.

use std::io::{Read, Seek, Write};

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use rawzip::{
    CompressionMethod, Error, RECOMMENDED_BUFFER_SIZE, ReaderAt, ZipArchive,
    ZipArchiveEntryWayfinder, ZipArchiveWriter,
};

/// Bytes of a name that are looked at: what file systems take.
const NAME_MAX: usize = 255;

/// A file in a zip, as its directory tells.
pub(crate) struct Entry {
    /// Its path, as text; a name, never a path of ours.
    pub(crate) name: String,
    pub(crate) is_dir: bool,
    deflated: bool,
    place: ZipArchiveEntryWayfinder,
}

/// Finds the directory, from the end.
pub(crate) fn open<R: Read + Seek>(file: R) -> Result<ZipArchive<impl ReaderAt>, Error> {
    ZipArchive::from_seekable(file, &mut vec![0; RECOMMENDED_BUFFER_SIZE])
}

/// The first entries, at most so many: a directory may have millions.
pub(crate) fn entries<R: ReaderAt>(
    archive: &ZipArchive<R>,
    most: usize,
) -> Result<Vec<Entry>, Error> {
    let mut buffer = vec![0; RECOMMENDED_BUFFER_SIZE];
    let mut records = archive.entries(&mut buffer);
    let mut found = Vec::new();
    while found.len() < most
        && let Some(record) = records.next_entry()?
    {
        let path = record.file_path();
        let name: &[u8] = path.as_ref();
        found.push(Entry {
            name: String::from_utf8_lossy(name.get(..NAME_MAX).unwrap_or(name)).into_owned(),
            is_dir: record.is_dir(),
            deflated: record.compression_method() == CompressionMethod::DEFLATE,
            place: record.wayfinder(),
        });
    }
    Ok(found)
}

/// What is in an entry. Its end is an error where size or CRC are others than the directory's, as they are of what is
/// encrypted or compressed otherwise.
pub(crate) fn expanded<'a, R: ReaderAt>(
    archive: &'a ZipArchive<R>,
    entry: &Entry,
) -> Result<Box<dyn Read + 'a>, Error> {
    let found = archive.get_entry(entry.place)?;
    let bytes = found.reader();
    Ok(match entry.deflated {
        true => Box::new(found.verifying_reader(DeflateDecoder::new(bytes))),
        false => Box::new(found.verifying_reader(bytes)),
    })
}

/// A zip of one file.
pub(crate) fn of_one(name: &str, bytes: &[u8]) -> Result<Vec<u8>, Error> {
    let mut archive = ZipArchiveWriter::new(Vec::new());
    let (mut entry, config) = archive
        .new_file(name)
        .compression_method(CompressionMethod::DEFLATE)
        .start()?;
    let mut out = config.wrap(DeflateEncoder::new(&mut entry, Compression::default()));
    out.write_all(bytes)?;
    let (encoder, descriptor) = out.finish()?;
    encoder.finish()?;
    entry.finish(descriptor)?;
    archive.finish()
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;
    use std::time::{Duration, Instant};

    use super::*;

    #[test]
    fn a_wrapper_gives_back_what_was_put_in() {
        let zip = of_one("bảng kê.csv", b"a;b\n").unwrap();
        let archive = open(Cursor::new(&zip)).unwrap();
        let entries = entries(&archive, 9).unwrap();
        assert_eq!(entries[0].name, "bảng kê.csv");
        let mut back = Vec::new();
        let mut read = expanded(&archive, &entries[0]).unwrap();
        read.read_to_end(&mut back).unwrap();
        assert_eq!((entries.len(), back.as_slice()), (1, &b"a;b\n"[..]));
    }

    /// An end of a directory that promises as many files as the format has room for, again and again.
    #[test]
    fn ends_of_directories_are_not_followed_one_after_the_other() {
        let one = of_one("a", b"a").unwrap();
        let mut zip = one[..one.len() - 22].to_vec();
        let mut end = one[one.len() - 22..].to_vec();
        end[8..12].fill(0xff);
        for _ in 0..100_000 {
            zip.extend_from_slice(&end);
        }
        let started = Instant::now();
        let listed = open(Cursor::new(&zip)).and_then(|archive| Ok(entries(&archive, 2)?.len()));
        assert!(listed.is_err() || listed.is_ok_and(|entries| entries <= 2));
        assert!(started.elapsed() < Duration::from_secs(1));
    }
}
