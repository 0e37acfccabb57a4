//! A blue signature and a red seal on transparent ground, drawn by formula.

use std::sync::LazyLock;

/// A handwritten stroke, 2:1.
pub fn signature_png() -> Vec<u8> {
    static PNG: LazyLock<Vec<u8>> = LazyLock::new(|| png(300, 150, [20, 60, 170], in_stroke));
    PNG.clone()
}

/// Two rings and a star, 1:1.
pub fn seal_png() -> Vec<u8> {
    static PNG: LazyLock<Vec<u8>> = LazyLock::new(|| png(300, 300, [214, 20, 30], in_seal));
    PNG.clone()
}

/// Grey all over, as a scan is.
pub fn opaque() -> Vec<u8> {
    png(8, 8, [230, 230, 230], |_, _| true)
}

/// On a field of 600 × 300.
fn in_stroke(x: f64, y: f64) -> bool {
    let t = x / 600.0;
    let wave = 150.0 + 95.0 * (t * 19.0).sin() * (1.0 - 0.6 * t) + 25.0 * (t * 7.0).cos();
    let stroke = 5.0 + 3.0 * (t * 23.0).sin();
    let slope = 95.0 * 19.0 / 600.0 * (t * 19.0).cos() * (1.0 - 0.6 * t);
    (0.03..0.97).contains(&t) && (y - wave).abs() / (1.0 + slope * slope).sqrt() < stroke
}

/// On a field of 600 × 600.
fn in_seal(x: f64, y: f64) -> bool {
    let (dx, dy) = (x - 300.0, 300.0 - y);
    let radius = dx.hypot(dy);
    let ring = (282.0..298.0).contains(&radius) || (188.0..194.0).contains(&radius);
    ring || star(dx, dy, 110.0)
}

/// A five-pointed star: a point is inside where it lies above at least four of its five edges.
fn star(x: f64, y: f64, radius: f64) -> bool {
    let inner = radius * 0.309_017;
    let above = (0..5).filter(|k| {
        let angle = f64::from(*k).mul_add(std::f64::consts::TAU / 5.0, std::f64::consts::FRAC_PI_2);
        x * angle.cos() + y * angle.sin() < inner
    });
    above.count() >= 4
}

/// Four samples across and down in every pixel make its alpha; a pixel is two units of the field wide.
fn png(width: u32, height: u32, colour: [u8; 3], inside: fn(f64, f64) -> bool) -> Vec<u8> {
    let mut pixels = Vec::new();
    for (y, x) in (0..height).flat_map(|y| (0..width).map(move |x| (y, x))) {
        let hits = (0..16).filter(|k| {
            let (sx, sy) = (
                f64::from(k % 4) / 4.0 + 0.125,
                f64::from(k / 4) / 4.0 + 0.125,
            );
            inside(2.0 * (f64::from(x) + sx), 2.0 * (f64::from(y) + sy))
        });
        pixels.extend(colour);
        pixels.push((hits.count() * 255 / 16) as u8);
    }
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    encoder
        .write_header()
        .unwrap()
        .write_image_data(&pixels)
        .unwrap();
    bytes
}
