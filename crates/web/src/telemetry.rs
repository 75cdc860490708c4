//! Logs: one subscriber for the process, lines for people or JSON for machines, panics included.
//!
//! They go to the error stream, because the output stream belongs to the results of commands: a token printed by the
//! CLI must not have a log line around it.

use std::panic::{PanicHookInfo, set_hook};

use tracing_subscriber::EnvFilter;

use crate::settings::{LogFormat, LogSettings};

/// Starts logging. Call it once, first thing in the process.
///
/// # Errors
/// When the filter can't be read, or logging was started before.
pub fn start(settings: &LogSettings) -> Result<(), TelemetryError> {
    let filter = EnvFilter::try_new(&settings.filter)?;
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
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
    let message = payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message");
    let place = panic.location().map(ToString::to_string).unwrap_or_default();
    let backtrace = std::backtrace::Backtrace::capture();
    tracing::error!(place, message, %backtrace, "panic");
}
