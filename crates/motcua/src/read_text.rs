//! `motcua read-text`: the process that reads one file for the documents service, and may die of it.

use std::io::{Read, Write};
use std::process::ExitCode;

use motcua_documents::texts::{ENDED_BADLY, NOTHING_TO_READ, read};
use rlimit::Resource;

/// Reads standard input and prints its text. The limits are set before the first byte is looked at.
pub(crate) fn run(memory: u64, seconds: u64) -> ExitCode {
    let limited = Resource::AS.set(memory, memory).and_then(|()| Resource::CPU.set(seconds, seconds));
    let mut bytes = Vec::new();
    let taken = limited.and_then(|()| Resource::CORE.set(0, 0)).and_then(|()| std::io::stdin().read_to_end(&mut bytes));
    if let Err(error) = taken {
        eprintln!("motcua: {error}");
        return ExitCode::from(ENDED_BADLY);
    }
    match read(&bytes) {
        Ok(Some(text)) => match std::io::stdout().write_all(text.as_bytes()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(_gone) => ExitCode::from(ENDED_BADLY),
        },
        Ok(None) => ExitCode::from(NOTHING_TO_READ),
        Err(why) => {
            eprintln!("motcua: {why}");
            ExitCode::from(ENDED_BADLY)
        }
    }
}
