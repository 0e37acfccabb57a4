//! What parent and worker say to each other over the worker's standard input and output.
//!
//! A frame is two 32-bit big-endian lengths, a JSON header of the first length, and raw bytes of the second.
//! The parent reads its worker's answers as it would a stranger's: a PDF may have taken it over.

use std::io::{self, Read, Write};
use std::path::PathBuf;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::error::RenderError;
use crate::geometry::{PageGeometry, PageSize, PixelRect};
use crate::text::PageText;

/// A header holds at most a page's text: [`MAX_CHARS`] characters at about 150 bytes of JSON each.
pub const MAX_HEADER: usize = 32 << 20;

/// More characters than the densest A3 page of a real document holds, by a factor of ten.
pub const MAX_CHARS: u64 = 200_000;

/// More pages than a real document has; PDFium itself takes any number that a page tree claims.
pub const MAX_PAGES: u64 = 20_000;

/// The first frame to a worker.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Setup {
    /// PDFium's library.
    pub pdfium: PathBuf,
    /// Address space in bytes that the worker may take beyond what it starts with.
    pub memory: u64,
    /// The largest picture, in pixels.
    pub pixels: u64,
}

/// One thing asked of a worker.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Request {
    /// How many pages, and how large.
    Open { path: PathBuf },
    /// How a page lies.
    Page { path: PathBuf, page: u32 },
    /// A page's picture.
    Render {
        path: PathBuf,
        page: u32,
        scale: f32,
        clip: Option<PixelRect>,
    },
    /// A page's text.
    Text { path: PathBuf, page: u32 },
}

/// One answer of a worker.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Reply {
    /// PDFium is loaded and the limits are set.
    Ready,
    /// To [`Request::Open`].
    Document { pages: Vec<PageSize> },
    /// To [`Request::Page`].
    Page(PageGeometry),
    /// To [`Request::Render`]; the frame's raw bytes are the PNG.
    Picture { width: u32, height: u32 },
    /// To [`Request::Text`].
    Text(PageText),
    /// To anything.
    Failed(RenderError),
}

/// Writes one frame and flushes it.
pub fn write_frame<H: Serialize>(to: &mut impl Write, header: &H, body: &[u8]) -> io::Result<()> {
    let header = serde_json::to_vec(header)?;
    let too_long = |_| io::Error::from(io::ErrorKind::InvalidInput);
    let header_len = u32::try_from(header.len()).map_err(too_long)?;
    let body_len = u32::try_from(body.len()).map_err(too_long)?;
    to.write_all(&header_len.to_be_bytes())?;
    to.write_all(&body_len.to_be_bytes())?;
    to.write_all(&header)?;
    to.write_all(body)?;
    to.flush()
}

/// Reads one frame; `None` where the other side is gone. The body is at most `max_body` bytes.
pub fn read_frame<H: DeserializeOwned>(
    from: &mut impl Read,
    max_body: usize,
) -> io::Result<Option<(H, Vec<u8>)>> {
    let mut lengths = [0_u8; 8];
    match from.read_exact(&mut lengths) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        other => other?,
    }
    let [a, b, c, d, e, f, g, h] = lengths;
    let header = read_bounded(from, u32::from_be_bytes([a, b, c, d]), MAX_HEADER)?;
    let body = read_bounded(from, u32::from_be_bytes([e, f, g, h]), max_body)?;
    Ok(Some((serde_json::from_slice(&header)?, body)))
}

fn read_bounded(from: &mut impl Read, len: u32, limit: usize) -> io::Result<Vec<u8>> {
    let len = len as usize;
    if len > limit {
        let reason = format!("a part of {len} bytes, the limit is {limit}");
        return Err(io::Error::new(io::ErrorKind::InvalidData, reason));
    }
    let mut bytes = vec![0; len];
    from.read_exact(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_comes_back_as_it_went() {
        let mut wire = Vec::new();
        let header = Reply::Picture {
            width: 3,
            height: 4,
        };
        write_frame(&mut wire, &header, b"png").unwrap();
        let mut from = wire.as_slice();
        let (reply, body): (Reply, _) = read_frame(&mut from, 3).unwrap().unwrap();
        assert!(matches!(
            reply,
            Reply::Picture {
                width: 3,
                height: 4
            }
        ));
        assert_eq!(body, b"png");
        assert!(read_frame::<Reply>(&mut from, 3).unwrap().is_none());
    }

    #[test]
    fn an_oversized_or_torn_frame_is_an_error() {
        let mut wire = Vec::new();
        write_frame(&mut wire, &Reply::Ready, b"four").unwrap();
        assert!(read_frame::<Reply>(&mut wire.as_slice(), 3).is_err());
        let torn = &wire[..wire.len() - 1];
        assert!(read_frame::<Reply>(&mut &*torn, 4).is_err());
        let liar = [0xff; 8];
        assert!(read_frame::<Reply>(&mut liar.as_slice(), 4).is_err());
    }
}
