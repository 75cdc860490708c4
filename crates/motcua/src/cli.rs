//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use motcua_kernel::{ActorKind, Role};

/// motcua (một cửa, "one door"): the backend a province runs its administration on.
#[derive(Debug, Parser)]
#[command(version, about, long_about = None)]
pub(crate) struct Cli {
    /// A settings file (TOML) beside the built-in defaults; environment variables override both.
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// What to do; nothing means `serve`.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What the program can do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run the three services in one process, or one of them. The first start loads the demo province.
    Serve {
        /// One service instead of all.
        service: Option<ServiceName>,
    },
    /// Take data in from files. The same file twice changes nothing.
    Import {
        /// What the file holds.
        #[command(subcommand)]
        what: Import,
    },
    /// Load the demo province Quảng Trị: units, agencies, officers and about 40 procedures.
    Demo,
    /// Read the text of a file from standard input within limits; what the documents service calls for each file.
    #[command(hide = true)]
    ReadText {
        /// How much memory it may take, in bytes.
        #[arg(long)]
        memory: u64,
        /// How many seconds of a processor.
        #[arg(long)]
        seconds: u64,
    },
    /// Print a development token for somebody who is in the directory.
    Token(TokenArguments),
    /// Walk the journals and name the first event that was tampered with. Changes nothing; a database that is not there
    /// is a failure.
    Verify {
        /// One service instead of all.
        service: Option<ServiceName>,
    },
    /// Check a published document against its signature, offline: without settings, database or network.
    VerifyDocument {
        /// The document, as it was fetched.
        file: PathBuf,
        /// Its Ed25519 signature, in base64.
        #[arg(long)]
        signature: String,
        /// The public key: a PEM file, or base64 of its 32 bytes.
        #[arg(long, value_name = "FILE|BASE64")]
        key: String,
    },
    /// Empty what the kpi service derived and follow the feeds from the beginning again (while it is stopped).
    Replay {
        /// Empty nothing; print a digest of what is derived, to compare before and after.
        #[arg(long)]
        digest: bool,
    },
    /// Measure create, get and list over HTTP beside pgbench with the same SQL on the same server; or, with `--sizes`, the
    /// life of a dossier when there are few and when there are many.
    Bench(BenchArguments),
    /// Write the API documents and event schemas, or check that the committed ones are what the code says.
    Openapi {
        /// The folder they are in.
        #[arg(default_value = "openapi")]
        folder: PathBuf,
        /// Write nothing; fail when a document differs.
        #[arg(long)]
        check: bool,
    },
}

/// One of the services.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ServiceName {
    /// All three in one process.
    All,
    /// Agencies, registers and documents.
    Documents,
    /// Procedures and dossiers.
    Procedures,
    /// Indicators.
    Kpi,
}

/// What can be imported.
#[derive(Debug, Subcommand)]
pub(crate) enum Import {
    /// Administrative units and their mapping old → new, from a folder of CSV files.
    Units {
        /// The folder.
        folder: PathBuf,
    },
    /// Agencies with codes, validity and successions, from a CSV file.
    Agencies {
        /// The file.
        file: PathBuf,
    },
    /// Officers with their roles, from a CSV file.
    Officers {
        /// The file.
        file: PathBuf,
    },
    /// Procedures: national records or our own format, JSON lines, also gzipped.
    Procedures {
        /// The file.
        file: PathBuf,
    },
    /// Sets of indicators: a version from a YAML file, or from every one of a folder. Without a path those that come with
    /// the program.
    Indicators {
        /// The file or folder.
        path: Option<PathBuf>,
    },
}

/// For whom a token shall be.
#[derive(Debug, Args)]
pub(crate) struct TokenArguments {
    /// What kind of caller.
    #[arg(long, value_enum)]
    pub kind: CallerKind,
    /// An officer's agency, by code.
    #[arg(long, requires = "role")]
    pub agency: Option<String>,
    /// An officer's role there: receiver, processor, approver, clerk, leader or administrator.
    #[arg(long, requires = "agency")]
    pub role: Option<Role>,
    /// The caller at the issuer; found by agency and role when not given.
    #[arg(long)]
    pub subject: Option<String>,
    /// A citizen's personal identification number.
    #[arg(long)]
    pub personal_id: Option<String>,
    /// What it allows at most, one or more; what the kind usually may when not given.
    #[arg(long = "scope")]
    pub scopes: Vec<String>,
    /// How long it lasts.
    #[arg(long, default_value_t = 480)]
    pub minutes: u64,
}

/// What kind of caller a token is for.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum CallerKind {
    /// A person on their own behalf.
    Citizen,
    /// An officer of an agency.
    Officer,
    /// A portal.
    Client,
    /// A service of ours.
    Service,
}

impl From<CallerKind> for ActorKind {
    fn from(kind: CallerKind) -> Self {
        match kind {
            CallerKind::Citizen => Self::Citizen,
            CallerKind::Officer => Self::Officer,
            CallerKind::Client => Self::Client,
            CallerKind::Service => Self::Service,
        }
    }
}

/// How to measure.
#[derive(Debug, Clone, Args)]
pub(crate) struct BenchArguments {
    /// A PostgreSQL whose user may create databases; `scripts/postgres run` gives one.
    #[arg(long, env = "MOTCUA_TEST_POSTGRES", value_name = "URL")]
    pub postgres: String,
    /// Seconds for each scenario.
    #[arg(long, default_value_t = 10)]
    pub seconds: u64,
    /// Connections at once.
    #[arg(long, default_value_t = 16)]
    pub connections: usize,
    /// Dossiers before the measuring begins.
    #[arg(long, default_value_t = 2000)]
    pub dossiers: usize,
    /// Rounds; the median is told.
    #[arg(long, default_value_t = 3)]
    pub rounds: usize,
    /// Measure the life of a dossier (create, assign, resolve, search) with so many there already, and the ratio between
    /// the first and the last, as in `--sizes 10000,100000`.
    #[arg(long, value_delimiter = ',', value_name = "DOSSIERS")]
    pub sizes: Vec<usize>,
    /// Measure the documents service: numbers of one hot book, taking a document in with a file of 50 kB, downloading it.
    #[arg(long, conflicts_with = "sizes")]
    pub documents: bool,
}
