//! The one binary of motcua: three services, and the commands of the people who run them.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "commands print for people; logs go through tracing")]

mod bench;
mod cli;
mod demo;
mod import;
mod openapi;
mod read_text;
mod replay;
mod serve;
mod token;
mod verify;
mod verify_document;
mod welcome;

use std::process::ExitCode;

use clap::Parser;
use motcua_service::Shared;
use motcua_web::settings::Settings;

use cli::{Cli, Command};

/// Events and answers are made of many small pieces, which the system's own allocator is slow with.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What a command ends with when it can't do its work: words for people.
pub(crate) type Outcome<T = ()> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

fn main() -> ExitCode {
    let cli = Cli::parse();
    if let Some(Command::ReadText { memory, seconds }) = cli.command {
        return read_text::run(memory, seconds);
    }
    let outcome = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(Into::into)
        .and_then(|runtime| runtime.block_on(run(cli)));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("motcua: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(cli: Cli) -> Outcome {
    let command = cli.command.unwrap_or(Command::Serve { service: None });
    if let Command::Openapi { folder, check } = &command {
        return openapi::run(folder, *check);
    }
    if let Command::VerifyDocument { file, signature, key } = &command {
        return verify_document::run(file, signature, key);
    }
    let settings = Settings::load(cli.config.as_deref())?;
    motcua_web::telemetry::start(&settings.log)?;
    if let Command::Bench(wanted) = command {
        return bench::run(wanted).await;
    }
    let shared = Shared::prepare(settings).await?;
    match command {
        Command::Serve { service } => serve::run(&shared, service).await,
        Command::Import { what } => import::run(&shared, what).await,
        Command::Demo => demo::load(&shared).await,
        Command::Token(wanted) => token::run(&shared, wanted).await,
        Command::Verify { service } => verify::run(&shared, service).await,
        Command::Replay { digest } => replay::run(&shared, digest).await,
        Command::Openapi { .. } | Command::VerifyDocument { .. } | Command::Bench(_) | Command::ReadText { .. } => {
            Ok(())
        }
    }
}
