//! The lines of a file, one at a time: plain or gzip, never more of it in memory than one line may have.

use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::bufread::MultiGzDecoder;

/// The longest line that is read; the longest real record has 90 kB.
const LONGEST_LINE: usize = 1 << 20;

const GZIP: [u8; 2] = [0x1f, 0x8b];

/// A file read line by line.
pub(super) struct Lines {
    reader: Box<dyn BufRead + Send>,
    bytes: Arc<AtomicU64>,
    line: Vec<u8>,
}

/// One line.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line<'a> {
    /// Its text, without the end of line.
    Text(&'a str),
    /// Not UTF-8.
    NotText,
    /// Longer than [`LONGEST_LINE`]; read over.
    TooLong,
}

impl Lines {
    /// Begins to read.
    pub(super) fn of(mut content: impl Read + Send + 'static) -> io::Result<Self> {
        let mut head = Vec::new();
        content.by_ref().take(GZIP.len() as u64).read_to_end(&mut head)?;
        let bytes = Arc::new(AtomicU64::new(0));
        let packed = head == GZIP;
        let whole = Counted { content: Cursor::new(head).chain(content), bytes: Arc::clone(&bytes) };
        let reader: Box<dyn BufRead + Send> = if packed {
            Box::new(BufReader::new(MultiGzDecoder::new(BufReader::new(whole))))
        } else {
            Box::new(BufReader::new(whole))
        };
        Ok(Self { reader, bytes, line: Vec::new() })
    }

    /// How many bytes of the file as it is stored were read.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    /// The next line; none at the end.
    pub(super) fn next(&mut self) -> io::Result<Option<Line<'_>>> {
        self.line.clear();
        let (mut any, mut too_long) = (false, false);
        loop {
            let part = match self.reader.fill_buf() {
                Ok(part) => part,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if part.is_empty() {
                break;
            }
            any = true;
            let end = part.iter().position(|byte| *byte == b'\n');
            let (text, _) = part.split_at(end.unwrap_or(part.len()));
            too_long |= self.line.len() + text.len() > LONGEST_LINE;
            if !too_long {
                self.line.extend_from_slice(text);
            }
            let used = end.map_or(part.len(), |end| end + 1);
            self.reader.consume(used);
            if end.is_some() {
                break;
            }
        }
        if !any {
            return Ok(None);
        }
        if too_long {
            return Ok(Some(Line::TooLong));
        }
        Ok(Some(std::str::from_utf8(&self.line).map_or(Line::NotText, Line::Text)))
    }
}

struct Counted<R> {
    content: R,
    bytes: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.content.read(buffer)?;
        self.bytes.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn all(content: &[u8]) -> (Vec<String>, u64) {
        let mut lines = Lines::of(Cursor::new(content.to_vec())).unwrap();
        let mut told = Vec::new();
        while let Some(line) = lines.next().unwrap() {
            told.push(match line {
                Line::Text(text) => text.to_owned(),
                other => format!("{other:?}"),
            });
        }
        (told, lines.bytes())
    }

    fn packed(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn plain_and_packed_files_have_the_same_lines_and_bytes_count_as_stored() {
        let text = "một\nhai\n\nbốn".as_bytes();
        assert_eq!(all(text), (vec!["một".into(), "hai".into(), String::new(), "bốn".into()], text.len() as u64));
        let packed = packed(text);
        assert_eq!(all(&packed), (all(text).0, packed.len() as u64));
    }

    #[test]
    fn a_file_packed_in_several_pieces_is_read_whole() {
        assert_eq!(all(&[packed(b"a\nb"), packed(b"c\nd\n")].concat()).0, ["a", "bc", "d"]);
    }

    #[test]
    fn an_empty_file_has_no_line_and_a_last_line_needs_no_end() {
        assert!(all(b"").0.is_empty());
        assert_eq!(all(b"a\n").0, ["a"]);
        assert_eq!(all(b"\x1f").0, ["\x1f"]);
    }

    #[test]
    fn a_line_without_end_is_read_over_and_not_kept() {
        let mut text = vec![b'x'; LONGEST_LINE + 1];
        text.extend_from_slice(b"\nnext\n\xff\n");
        assert_eq!(all(&text).0, ["TooLong", "next", "NotText"]);
        let mut fits = vec![b'x'; LONGEST_LINE];
        fits.push(b'\n');
        assert_eq!(all(&fits).0.first().map(String::len), Some(LONGEST_LINE));
    }

    #[test]
    fn a_file_that_breaks_off_is_an_error_and_not_a_shorter_file() {
        let whole = packed("dòng\n".repeat(2000).as_bytes());
        let mut lines = Lines::of(Cursor::new(whole[..whole.len() - 9].to_vec())).unwrap();
        let broken = loop {
            match lines.next() {
                Ok(Some(_)) => {}
                Ok(None) => break false,
                Err(_) => break true,
            }
        };
        assert!(broken);
    }
}
