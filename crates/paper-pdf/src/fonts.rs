//! The fonts a form is set in. Official papers are in Times New Roman (Decree 30/2020/NĐ-CP, Annex I); Liberation Serif has its measures
//! and stands on most servers. Libertinus Serif is inside the program for those that lack it.

use std::fs;
use std::path::Path;

use typst::foundations::Bytes;
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use walkdir::WalkDir;

/// Where Unix systems keep fonts.
pub(crate) const DIRECTORIES: [&str; 2] = ["/usr/share/fonts", "/usr/local/share/fonts"];

pub(crate) struct Fonts {
    pub(crate) book: LazyHash<FontBook>,
    pub(crate) fonts: Vec<Font>,
}

impl Fonts {
    /// Liberation Serif as far as it lies under these directories, then the embedded fonts.
    pub(crate) fn under(directories: &[&Path]) -> Self {
        let files = directories.iter().flat_map(WalkDir::new).filter_map(Result::ok).filter(|file| {
            let name = file.file_name().to_string_lossy();
            name.starts_with("LiberationSerif-") && name.ends_with(".ttf")
        });
        // A font that can't be read is as good as one that is not there.
        let found = files.filter_map(|file| fs::read(file.path()).ok()).flat_map(|data| Font::iter(Bytes::new(data)));
        let fonts: Vec<Font> = found.filter(writes_vietnamese).chain(embedded()).collect();
        Self { book: LazyHash::new(FontBook::from_fonts(&fonts)), fonts }
    }
}

fn embedded() -> impl Iterator<Item = Font> {
    typst_assets::fonts().flat_map(|data| Font::iter(Bytes::new(data)))
}

/// Whether a font has the letters that only Vietnamese asks for: old versions of Liberation lack them, and a word set from two fonts is ugly.
fn writes_vietnamese(font: &Font) -> bool {
    "ẠẢẤẬẮẶẸẺẾỆỈỊỌỎỐỘỚỢỤỦỨỰỲỸạảấậắặẹẻếệỉịọỏốộớợụủứựỳỹĂăĐđĨĩŨũƠơƯư"
        .chars()
        .all(|letter| font.info().coverage.contains(letter.into()))
}
