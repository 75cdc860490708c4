//! Prints forms to be looked at: `cargo run -p motcua-paper-pdf --example print -- OUT_DIRECTORY FORM.json …` writes an HTML page and a PDF
//! file of each, with the fonts of the machine or of the directory `FONTS`, and says how long the PDF took the first and the third time.

use std::error::Error;
use std::path::PathBuf;
use std::time::Instant;
use std::{env, fs};

use motcua_paper::Form;
use motcua_paper_pdf::Printer;

#[expect(clippy::print_stdout, reason = "it is a program for people")]
fn main() -> Result<(), Box<dyn Error>> {
    let mut paths = env::args_os().skip(1).map(PathBuf::from);
    let out = paths.next().ok_or("name a directory and at least one form")?;
    let printer = match env::var_os("FONTS") {
        Some(directory) => Printer::with_fonts_under(&[directory.as_ref()])?,
        None => Printer::new()?,
    };
    for path in paths {
        let form: Form = serde_json::from_str(&fs::read_to_string(&path)?)?;
        let name = path.file_stem().ok_or("a form is a file")?;
        let target = out.join(name);
        fs::write(target.with_extension("html"), motcua_paper::html(&form))?;
        let made_at = "2026-11-21T08:05:00Z".parse()?;
        let mut took = Vec::new();
        for _ in 0..3 {
            let started = Instant::now();
            let file = printer.pdf(&form, made_at)?;
            took.push(started.elapsed());
            fs::write(target.with_extension("pdf"), file)?;
        }
        println!("{}: {:.1?}, then {:.1?}", path.display(), took.first(), took.last());
    }
    Ok(())
}
