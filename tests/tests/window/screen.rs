//! Pictures of the screen for the eye, taken from the X server's own frame buffer: what a person sees, the
//! PIN window over the main one. WebDriver's own screenshots wait without end for a page that has nothing
//! new to paint.

use std::fs::{self, File};
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Names the folder in which Xvfb keeps its frame buffer (`-fbdir`).
const FOLDER: &str = "TRIEN_SCREEN";
/// What a page shows is on the screen two frames after it was drawn; a loaded machine is slow.
const SETTLE: Duration = Duration::from_millis(800);
/// The fields of an XWD header, each a big-endian `u32`, by their place.
const HEADER_SIZE: usize = 0;
const BYTES_PER_LINE: usize = 12;
const COLORS: usize = 19;
/// A colour of the map takes this many bytes.
const COLOR: usize = 12;
/// Blue, green, red and a spare byte.
const PIXEL: usize = 4;

/// Keeps the upper left part of the screen beside the test's target folder.
pub async fn keep(name: &str, width: usize, height: usize) {
    tokio::time::sleep(SETTLE).await;
    let folder = std::env::var_os(FOLDER).expect("TRIEN_SCREEN names Xvfb's -fbdir");
    let screen = fs::read(PathBuf::from(folder).join("Xvfb_screen0")).unwrap();
    let pixels = part(&screen, width, height);
    let to = Path::new(env!("CARGO_TARGET_TMPDIR")).join("window");
    fs::create_dir_all(&to).unwrap();
    let file = File::create(to.join(format!("{name}.png"))).unwrap();
    let mut png = png::Encoder::new(BufWriter::new(file), width as u32, height as u32);
    png.set_color(png::ColorType::Rgb);
    png.write_header()
        .unwrap()
        .write_image_data(&pixels)
        .unwrap();
}

fn part(screen: &[u8], width: usize, height: usize) -> Vec<u8> {
    let field = |at: usize| {
        let bytes = screen[4 * at..4 * at + 4].try_into().unwrap();
        u32::from_be_bytes(bytes) as usize
    };
    let start = field(HEADER_SIZE) + field(COLORS) * COLOR;
    let lines = screen[start..].chunks(field(BYTES_PER_LINE)).take(height);
    let pixels = lines.flat_map(|line| line.chunks(PIXEL).take(width));
    pixels
        .flat_map(|pixel| [pixel[2], pixel[1], pixel[0]])
        .collect()
}
