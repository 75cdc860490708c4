//! The code to scan (mã QR), as an SVG image that needs nothing from outside.

use std::fmt::Write;

use qrcode::{Color, EcLevel, QrCode};
use serde::Serialize;

use crate::sheet::printable;

/// White modules that a scanner needs around a code.
const QUIET_ZONE: usize = 4;

/// A code to scan and what stands under it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Qr {
    /// An SVG image, made of nothing but squares.
    pub svg: String,
    /// The same in letters, where there are any.
    pub reference: Option<String>,
}

impl Qr {
    /// The code for a text; nothing for an empty text or one too long for any code, over some two thousand bytes.
    pub(crate) fn new(content: &str, reference: Option<&str>) -> Option<Self> {
        if content.is_empty() {
            return None;
        }
        let code = QrCode::with_error_correction_level(content, EcLevel::M).ok()?;
        Some(Self { svg: svg(&code), reference: reference.map(printable) })
    }
}

/// Each run of dark modules in a row is one rectangle of a single path.
fn svg(code: &QrCode) -> String {
    let side = code.width() + 2 * QUIET_ZONE;
    let mut path = String::new();
    for (y, row) in code.to_colors().chunks(code.width()).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|left, right| left == right) {
            if run.first() == Some(&Color::Dark) {
                let length = run.len();
                // Writing to a String can't fail.
                let _ = write!(path, "M{} {}h{length}v1h-{length}z", x + QUIET_ZONE, y + QUIET_ZONE);
            }
            x += run.len();
        }
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\" role=\"img\" \
         aria-label=\"Mã QR tra cứu hồ sơ\"><path fill=\"#fff\" d=\"M0 0h{side}v{side}h-{side}z\"/><path d=\"{path}\"/></svg>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Paints the path of the image, four pixels a module, as far as this module writes it.
    fn paint(svg: &str) -> (usize, Vec<u8>) {
        let side: usize = svg.split("viewBox=\"0 0 ").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap();
        let mut pixels = vec![255; side * side * 16];
        let path = svg.rsplit("<path d=\"").next().unwrap().split('"').next().unwrap();
        for rectangle in path.split('M').skip(1) {
            let numbers: Vec<usize> =
                rectangle.split(|sign: char| !sign.is_ascii_digit()).filter_map(|number| number.parse().ok()).collect();
            for y in numbers[1] * 4..numbers[1] * 4 + 4 {
                for x in numbers[0] * 4..(numbers[0] + numbers[2]) * 4 {
                    pixels[y * side * 4 + x] = 0;
                }
            }
        }
        (side * 4, pixels)
    }

    #[test]
    fn a_scanner_reads_what_the_code_was_made_of() {
        for content in ["7F3K-9Q2M-XA", "https://motcua.example.vn/tra-cuu?ma=H50.12-261121-0001&khoa=7F3K-9Q2M-XA"] {
            let (side, pixels) = paint(&Qr::new(content, None).unwrap().svg);
            let mut image = rqrr::PreparedImage::prepare_from_greyscale(side, side, |x, y| pixels[y * side + x]);
            let grids = image.detect_grids();
            assert_eq!(grids.len(), 1);
            assert_eq!(grids[0].decode().unwrap().1, content);
        }
    }

    #[test]
    fn a_text_no_code_can_hold_has_none() {
        assert_eq!(Qr::new("", None), None);
        assert_eq!(Qr::new(&"x".repeat(5_000), None), None);
    }
}
