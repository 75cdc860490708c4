//! From lines to what shall be written: parsed, typed, hashed, refused where they must be.

use std::collections::{BTreeMap, HashMap};
use std::io::Read;

use motcua_kernel::{Error, Result, Text};
use sha2::{Digest, Sha256};

use super::RefusedLine;
use super::batch::{Accepted, Batch, Ending};
use super::file::{Line, Lines};
use crate::catalogue::content::VersionContent;
use crate::catalogue::from_national;
use crate::catalogue::motcua_format;
use crate::catalogue::national::{self, RefusalText, Warning};
use crate::catalogue::rules::Source;

/// Why a line is refused beside what its reader says.
pub(in crate::catalogue) const REFUSALS: [RefusalText; 5] = [TOO_LONG, NOT_TEXT, REPEATED, INVALID, FORM_BROKEN];

const TOO_LONG: RefusalText =
    RefusalText { code: "record.too_long", vi: "Dòng dài hơn 1 MiB.", en: "The line is longer than 1 MiB." };
const NOT_TEXT: RefusalText =
    RefusalText { code: "record.not_utf8", vi: "Dòng không phải UTF-8.", en: "The line is not UTF-8." };
const REPEATED: RefusalText = RefusalText {
    code: "record.repeated_code",
    vi: "Mã thủ tục đã có ở một dòng trước với nội dung khác.",
    en: "The code stands on an earlier line with other content.",
};
const INVALID: RefusalText = RefusalText {
    code: "record.invalid",
    vi: "Dòng không đúng cấu trúc của định dạng Motcua.",
    en: "The line is not well formed in our own format.",
};
const FORM_BROKEN: RefusalText = RefusalText {
    code: "form.broken",
    vi: "Lược đồ biểu mẫu không dùng được.",
    en: "The form's schema can't be used.",
};

/// What a line says: a procedure or a refusal.
type Outcome = Result<(String, VersionContent, Vec<Warning>), RefusedLine>;

/// What was seen of a file so far.
struct Reader {
    written_by: Source,
    /// Who speaks; the first line that is an object decides for all.
    source: Option<Source>,
    /// Hash of the line that a code stood on.
    seen: HashMap<String, String>,
}

/// Reads a whole file and hands its lines over in batches, until there are no more or nobody takes them.
pub(super) fn read(
    content: impl Read + Send + 'static,
    written_by: Source,
    lines_together: usize,
    mut send: impl FnMut(Batch) -> bool,
) -> Result<()> {
    let mut number = 0;
    let mut lines = Lines::of(content).map_err(|error| unreadable(1, &error))?;
    let mut reader = Reader { written_by, source: None, seen: HashMap::new() };
    let mut endings = Vec::with_capacity(lines_together);
    loop {
        number += 1;
        let Some(line) = lines.next().map_err(|error| unreadable(number, &error))? else { break };
        endings.push(reader.ending(number, &line)?);
        if endings.len() == lines_together {
            let full = std::mem::replace(&mut endings, Vec::with_capacity(lines_together));
            if !send(reader.batch(full, lines.bytes())) {
                return Ok(());
            }
        }
    }
    if !endings.is_empty() {
        send(reader.batch(endings, lines.bytes()));
    }
    Ok(())
}

impl Reader {
    fn batch(&self, endings: Vec<Ending>, bytes: u64) -> Batch {
        let mut warnings_by_code: BTreeMap<String, u64> = BTreeMap::new();
        for warning in endings.iter().flat_map(Ending::warnings) {
            *warnings_by_code.entry(warning.code.to_string()).or_default() += 1;
        }
        Batch { source: self.source, endings, bytes, warnings_by_code }
    }

    fn ending(&mut self, number: u64, line: &Line<'_>) -> Result<Ending> {
        let text = match line {
            Line::Text(text) => *text,
            Line::NotText => return Ok(Ending::Refused(refuse(number, NOT_TEXT, None))),
            Line::TooLong => return Ok(Ending::Refused(refuse(number, TOO_LONG, None))),
        };
        let (code, content, warnings) = match self.read_line(number, text)? {
            Ok(read) => read,
            Err(refused) => return Ok(Ending::Refused(refused)),
        };
        let hash = hash(&code, &content, &warnings)?;
        match self.seen.get(&code) {
            Some(earlier) if *earlier == hash => return Ok(Ending::SaidBefore(warnings)),
            Some(_) => return Ok(Ending::Refused(refuse(number, REPEATED, Some(code)))),
            None => self.seen.insert(code.clone(), hash.clone()),
        };
        Ok(Ending::Accepted(Box::new(Accepted { code, content, warnings, hash })))
    }

    fn read_line(&mut self, number: u64, text: &str) -> Result<Outcome> {
        if self.source.is_none() {
            self.source = self.speaker(text);
        }
        if matches!(self.source, None | Some(Source::National)) {
            return national_line(number, text);
        }
        let text = text.trim_start_matches('\u{feff}');
        Ok(motcua_format::read(text).map(|(code, content)| (code, content, Vec::new())).map_err(|(code, reason)| {
            RefusedLine { line: number, code: code.to_owned(), procedure_code: motcua_format::code_of(text), reason }
        }))
    }

    fn speaker(&self, text: &str) -> Option<Source> {
        let value: serde_json::Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).ok()?;
        value.is_object().then(|| if motcua_format::is_ours(&value) { self.written_by } else { Source::National })
    }
}

fn national_line(number: u64, text: &str) -> Result<Outcome> {
    match national::parse_line(u32::try_from(number).unwrap_or(u32::MAX), text) {
        Ok(parsed) => {
            let content = from_national::content(&parsed.procedure)?;
            Ok(Ok((parsed.procedure.code, content, parsed.warnings)))
        }
        Err(refusal) => Ok(Err(RefusedLine {
            line: number,
            code: refusal.code.into_owned(),
            procedure_code: refusal.procedure_code,
            reason: Text::new(refusal.reason.vi, refusal.reason.en),
        })),
    }
}

fn refuse(line: u64, text: RefusalText, procedure_code: Option<String>) -> RefusedLine {
    RefusedLine { line, code: text.code.to_owned(), procedure_code, reason: Text::new(text.vi, text.en) }
}

/// Struct fields are written in their order and maps sorted, so the same record has the same bytes.
fn hash(code: &str, content: &VersionContent, warnings: &[Warning]) -> Result<String> {
    let bytes = serde_json::to_vec(&(code, content, warnings)).map_err(Error::internal)?;
    Ok(hex::encode(Sha256::digest(bytes)))
}

fn unreadable(line: u64, cause: &std::io::Error) -> Error {
    Error::malformed(
        "import.unreadable",
        format!("Tệp hỏng hoặc bị cắt ngang ở dòng {line}: {cause}."),
        format!("The file is damaged or breaks off at line {line}: {cause}."),
    )
    .with("line", line)
}
