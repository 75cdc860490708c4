//! `motcua read-text`: the process that reads one file for the documents service, and may die of it.

use std::io::{Read, Write};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

use log::{LevelFilter, Log, Metadata, Record};
use motcua_documents::texts::{ENDED_BADLY, NOTHING_TO_READ, read};
use rlimit::Resource;

/// Whether memory was refused to a library that went on with the part it had: it says so in its log and nowhere else.
static REFUSED: AtomicBool = AtomicBool::new(false);

/// Listens to what libraries log for the words of a refused allocation.
struct Listener;

impl Log for Listener {
    fn enabled(&self, _metadata: &Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &Record<'_>) {
        if record.args().to_string().contains("out of memory") {
            REFUSED.store(true, Ordering::Relaxed);
        }
    }

    fn flush(&self) {}
}

/// Reads standard input and prints its text. The limits are set before the first byte is looked at.
pub(crate) fn run(memory: u64, seconds: u64) -> ExitCode {
    let limited = Resource::AS.set(memory, memory).and_then(|()| Resource::CPU.set(seconds, seconds));
    let mut bytes = Vec::new();
    let taken = limited.and_then(|()| Resource::CORE.set(0, 0)).and_then(|()| std::io::stdin().read_to_end(&mut bytes));
    if let Err(error) = taken {
        eprintln!("motcua: {error}");
        return ExitCode::from(ENDED_BADLY);
    }
    if log::set_logger(&Listener).is_ok() {
        log::set_max_level(LevelFilter::Warn);
    }
    let text = read(&bytes);
    if REFUSED.load(Ordering::Relaxed) {
        // As it ends wherever else memory is refused: by a signal, which the parent understands.
        std::process::abort();
    }
    match text {
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
