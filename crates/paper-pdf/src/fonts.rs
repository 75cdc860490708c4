//! The fonts a form is set in. Official papers are in Times New Roman (Decree 30/2020/NĐ-CP, Annex I); Liberation Serif has its measures
//! and stands on most servers. Libertinus Serif is inside the program for those that lack it.

use std::fs;

use typst::foundations::Bytes;
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use walkdir::WalkDir;

/// Where Unix systems keep fonts.
const DIRECTORIES: [&str; 2] = ["/usr/share/fonts", "/usr/local/share/fonts"];

pub(crate) struct Fonts {
    pub(crate) book: LazyHash<FontBook>,
    pub(crate) fonts: Vec<Font>,
}

impl Fonts {
    /// Liberation Serif as far as the machine has it, then the embedded ones.
    pub(crate) fn of_machine() -> Self {
        let files = DIRECTORIES.iter().flat_map(WalkDir::new).filter_map(Result::ok).filter(|file| {
            let name = file.file_name().to_string_lossy();
            name.starts_with("LiberationSerif-") && name.ends_with(".ttf")
        });
        // A font that can't be read is as good as one that is not there.
        let found = files.filter_map(|file| fs::read(file.path()).ok()).flat_map(|data| Font::iter(Bytes::new(data)));
        Self::new(found.chain(embedded()).collect())
    }

    /// The embedded ones alone: the same page on every machine.
    pub(crate) fn embedded() -> Self {
        Self::new(embedded().collect())
    }

    fn new(fonts: Vec<Font>) -> Self {
        Self { book: LazyHash::new(FontBook::from_fonts(&fonts)), fonts }
    }
}

fn embedded() -> impl Iterator<Item = Font> {
    typst_assets::fonts().flat_map(|data| Font::iter(Bytes::new(data)))
}
