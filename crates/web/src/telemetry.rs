//! Logs: one subscriber for the process, lines for people or JSON for machines, panics included.
//!
//! They go to the error stream, because the output stream belongs to the results of commands: a token printed by the
//! CLI must not have a log line around it.

use std::io::IsTerminal;
use std::panic::{PanicHookInfo, set_hook};

use tracing_subscriber::EnvFilter;

use crate::settings::{LogFormat, LogSettings};

/// Starts logging. Call it once, first thing in the process.
///
/// # Errors
/// When the filter can't be read, or logging was started before.
pub fn start(settings: &LogSettings) -> Result<(), TelemetryError> {
    let filter = EnvFilter::try_new(&settings.filter)?;
    let colours = std::io::stderr().is_terminal();
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(colours);
    match settings.format {
        LogFormat::Text => lines.try_init(),
        LogFormat::Json => lines.json().flatten_event(true).with_span_list(false).try_init(),
    }
    .map_err(TelemetryError::Started)?;
    set_hook(Box::new(log_panic));
    Ok(())
}

/// Logging can't be started.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The filter can't be read.
    #[error("the log filter can't be read: {0}")]
    Filter(#[from] tracing_subscriber::filter::ParseError),
    /// Something else logs already.
    #[error("logging was started before: {0}")]
    Started(Box<dyn std::error::Error + Send + Sync>),
}

fn log_panic(panic: &PanicHookInfo<'_>) {
    let payload = panic.payload();
    let cause = payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message");
    let place = panic.location().map(ToString::to_string).unwrap_or_default();
    let backtrace = std::backtrace::Backtrace::capture();
    tracing::error!(place, cause, %backtrace, "panic");
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Output};

    use serde_json::Value;

    use super::*;

    const CHILD: &str = "MOTCUA_TEST_TELEMETRY_CHILD";

    /// Logging belongs to a whole process, so each test looks at one of its own.
    fn child(format: &str) -> Output {
        let mut child = Command::new(std::env::current_exe().unwrap());
        child.args(["--exact", "telemetry::tests::a_process_that_logs", "--nocapture", "--test-threads=1"]);
        child.env(CHILD, format).output().unwrap()
    }

    #[test]
    fn a_process_that_logs() {
        let Ok(format) = std::env::var(CHILD) else { return };
        let format = if format == "json" { LogFormat::Json } else { LogFormat::Text };
        let settings = LogSettings { format, filter: "info".to_owned() };
        start(&settings).unwrap();
        assert!(matches!(start(&settings), Err(TelemetryError::Started(_))));
        tracing::debug!("not asked for");
        tracing::info!(dossier = "H50-1", "received");
        std::thread::spawn(|| panic!("out of cheese")).join().unwrap_err();
    }

    #[test]
    fn machines_get_one_object_a_line_on_the_error_stream_panics_too() {
        let output = child("json");
        assert!(output.status.success());
        let lines = String::from_utf8(output.stderr).unwrap();
        let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines.len(), 2, "{lines:?}");
        assert_eq!((&lines[0]["message"], &lines[0]["dossier"]), (&"received".into(), &"H50-1".into()));
        assert_eq!(lines[1]["level"], "ERROR");
        assert_eq!(lines[1]["cause"], "out of cheese");
        assert!(lines[1]["place"].as_str().unwrap().contains("telemetry.rs"));
        assert!(!String::from_utf8(output.stdout).unwrap().contains("H50-1"));
    }

    #[test]
    fn people_get_text() {
        let output = child("text");
        let lines = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success() && lines.contains("INFO") && lines.contains("out of cheese"), "{lines}");
    }
}
