//! A renderer on the real worker and the real PDFium, and small hostile files.
#![allow(dead_code)] // Each test program uses its own part.
#![allow(clippy::unwrap_used, clippy::expect_used)] // A helper that fails fails its test.

use std::io::Write;
use std::path::{Path, PathBuf};

use trien_render::{Limits, Picture, RenderConfig, Renderer, WorkerCommand, find_pdfium};

/// Two pages: the first with a signature appearance (red), a filled field (blue) and a stamp (green), each
/// 100 × 50 points at y = 300; the second turned by 90° with its media box off the origin.
pub fn document() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/van-ban.pdf")
}

pub fn worker() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_trien-render-worker"))
}

pub fn config(limits: Limits) -> RenderConfig {
    RenderConfig {
        worker: WorkerCommand {
            program: worker(),
            arguments: Vec::new(),
        },
        pdfium: find_pdfium(&[]).expect("`cargo xtask setup` fetches PDFium"),
        limits,
    }
}

pub fn renderer() -> Renderer {
    Renderer::start(config(Limits::default())).unwrap()
}

pub fn whole(page: u32, scale: f32) -> Picture {
    Picture {
        page,
        scale,
        clip: None,
    }
}

/// A picture that can be asked for its colours.
pub struct Pixels {
    pub width: u32,
    pub rgb: Vec<u8>,
}

impl Pixels {
    pub fn of(png: &[u8]) -> Pixels {
        let decoder = png::Decoder::new(std::io::Cursor::new(png));
        let mut reader = decoder.read_info().unwrap();
        let mut rgb = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut rgb).unwrap();
        assert_eq!(info.color_type, png::ColorType::Rgb);
        Pixels {
            width: info.width,
            rgb,
        }
    }

    pub fn at(&self, x: u32, y: u32) -> [u8; 3] {
        let start = 3 * (y * self.width + x) as usize;
        self.rgb[start..start + 3].try_into().unwrap()
    }

    /// How many dark pixels a box holds.
    pub fn ink(&self, x0: f64, y0: f64, x1: f64, y1: f64) -> usize {
        let across = x0 as u32..x1.ceil() as u32;
        let dark = |y| {
            let row = across.clone().filter(move |x| self.at(*x, y)[0] < 128);
            row.count()
        };
        (y0 as u32..y1.ceil() as u32).map(dark).sum()
    }
}

/// A one-page PDF from the page's content and further objects, numbered from 5.
pub fn pdf(content: &str, resources: &str, more: &[Vec<u8>]) -> Vec<u8> {
    let page = format!(
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << {resources} >> /Contents 4 0 R >>"
    );
    let mut objects = vec![
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        page.into_bytes(),
        stream("", content.as_bytes()),
    ];
    objects.extend_from_slice(more);
    let mut out = b"%PDF-1.7\n".to_vec();
    let mut offsets = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        offsets.push(out.len());
        writeln!(out, "{} 0 obj", index + 1).unwrap();
        out.extend_from_slice(object);
        out.extend_from_slice(b"\nendobj\n");
    }
    let (start, size) = (out.len(), objects.len() + 1);
    writeln!(out, "xref\n0 {size}\n0000000000 65535 f ").unwrap();
    for offset in offsets {
        writeln!(out, "{offset:010} 00000 n ").unwrap();
    }
    writeln!(
        out,
        "trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF"
    )
    .unwrap();
    out
}

pub fn stream(dictionary: &str, data: &[u8]) -> Vec<u8> {
    let mut out = format!("<< {dictionary} /Length {} >>\nstream\n", data.len()).into_bytes();
    out.extend_from_slice(data);
    out.extend_from_slice(b"\nendstream");
    out
}

/// Forms that each draw the next one ten times, twenty deep: 10^20 rectangles.
pub fn endless() -> Vec<u8> {
    let form = |next: Option<usize>| {
        let (resources, content) = match next {
            Some(next) => (
                format!("/Resources << /XObject << /N {next} 0 R >> >>"),
                "/N Do ".repeat(10),
            ),
            None => (String::new(), "0 0 1 1 re f".to_owned()),
        };
        let dictionary = format!("/Type /XObject /Subtype /Form /BBox [0 0 595 842] {resources}");
        stream(&dictionary, content.as_bytes())
    };
    let mut forms: Vec<_> = (6..26).map(|next| form(Some(next))).collect();
    forms.push(form(None));
    pdf("/N Do", "/XObject << /N 5 0 R >>", &forms)
}

/// A page of `count` small rectangles, which PDFium keeps as that many objects; the file itself is small.
pub fn crowded(count: usize) -> Vec<u8> {
    let content = "0 0 1 1 re f\n".repeat(count);
    let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(content.as_bytes()).unwrap();
    let form = "/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Filter /FlateDecode";
    let form = stream(form, &packer.finish().unwrap());
    pdf("/N Do", "/XObject << /N 5 0 R >>", &[form])
}
