//! Services as processes of their own, that can be killed and started again.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::time::Duration;

use motcua_testkit::TestDatabase;
use tempfile::TempDir;

use crate::api::Api;

/// On what the databases are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Embedded.
    Sqlite,
    /// A server.
    Postgres,
}

/// One of the three services.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Service {
    /// Procedures and dossiers.
    Procedures,
    /// Agencies and documents.
    Documents,
    /// Indicators.
    Kpi,
}

impl Service {
    /// All three, the ground floor first.
    pub const ALL: [Self; 3] = [Self::Documents, Self::Procedures, Self::Kpi];

    /// Its name in settings and on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Procedures => "procedures",
            Self::Documents => "documents",
            Self::Kpi => "kpi",
        }
    }
}

/// An installation: a folder, three databases, three ports.
pub struct Installation {
    /// Where it keeps everything.
    pub folder: TempDir,
    databases: BTreeMap<Service, TestDatabase>,
    ports: BTreeMap<Service, u16>,
    running: Mutex<BTreeMap<Service, Child>>,
    mode: &'static str,
    more: Mutex<Vec<(&'static str, String)>>,
}

impl Installation {
    /// A fresh one, with the demo province loaded and nothing started.
    #[must_use]
    pub fn new(kind: Kind) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let databases = Service::ALL
            .into_iter()
            .map(|service| {
                let database = match kind {
                    Kind::Sqlite => TestDatabase::sqlite(),
                    Kind::Postgres => TestDatabase::postgres(),
                };
                (service, database)
            })
            .collect();
        let ports = Service::ALL.into_iter().zip(free_ports()).collect();
        let new = Self { folder, databases, ports, running: Mutex::default(), mode: "sandbox", more: Mutex::default() };
        new.run(&["demo"]);
        new
    }

    /// The program, with the settings of this installation.
    #[must_use]
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(program());
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("MOTCUA_")) {
            command.env_remove(name);
        }
        command.args(arguments).env("MOTCUA_DATA_DIR", self.folder.path()).env("MOTCUA_MODE", self.mode);
        for (service, database) in &self.databases {
            let name = service.name().to_uppercase();
            command.env(format!("MOTCUA_{name}__DATABASE_URL"), &database.url);
            command.env(format!("MOTCUA_{name}__LISTEN"), format!("127.0.0.1:{}", self.ports[service]));
        }
        command.envs(self.more.lock().expect("no panic before").iter().cloned());
        command.current_dir(self.folder.path());
        command
    }

    /// Gives programs that are started from now on these settings as well.
    pub fn set(&self, settings: Vec<(&'static str, String)>) {
        self.more.lock().expect("no panic before").extend(settings);
    }

    /// Runs the program to its end and returns what it printed.
    pub fn run(&self, arguments: &[&str]) -> String {
        let output = self.command(arguments).output().expect("the program runs");
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        let complained = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "motcua {arguments:?}: {printed}{complained}");
        printed
    }

    /// A token of the development issuer.
    pub fn token(&self, arguments: &[&str]) -> String {
        let mut all = vec!["token"];
        all.extend(arguments);
        self.run(&all).trim().to_owned()
    }

    /// Starts a service as a process of its own and waits until it is ready.
    pub async fn start(&self, service: Service) {
        let log = std::fs::OpenOptions::new().create(true).append(true).open(self.log(service)).expect("a log file");
        let child = self
            .command(&["serve", service.name()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("the program starts");
        self.running.lock().expect("no panic before").insert(service, child);
        self.wait_until_ready(service).await;
    }

    /// Starts all three.
    pub async fn start_all(&self) {
        for service in Service::ALL {
            self.start(service).await;
        }
    }

    /// Starts a service whose files may not grow beyond so many kilobytes, as on a disk that is nearly full.
    pub async fn start_limited(&self, service: Service, kilobytes: u64) {
        let log = std::fs::File::create(self.log(service)).expect("a log file");
        let plain = self.command(&[]);
        let mut command = Command::new("bash");
        // Writing beyond the limit raises a signal that ends the process; ignored, the write fails like on a full disk.
        let script = format!("trap '' XFSZ; ulimit -f {kilobytes}; exec \"$0\" serve {}", service.name());
        command.args(["-c", &script]).arg(program()).current_dir(self.folder.path());
        for (name, value) in plain.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn().expect("the program starts");
        self.running.lock().expect("no panic before").insert(service, child);
        self.wait_until_ready(service).await;
    }

    /// Asks a service to stop and says whether it ended by itself and without complaint.
    pub fn terminate(&self, service: Service) -> bool {
        let Some(mut child) = self.running.lock().expect("no panic before").remove(&service) else { return false };
        let asked = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().expect("kill runs");
        for _ in 0..300 {
            if let Some(status) = child.try_wait().expect("our own child") {
                return asked.success() && status.success();
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        child.kill().expect("our own child");
        child.wait().expect("our own child");
        false
    }

    async fn wait_until_ready(&self, service: Service) {
        let url = format!("{}/readyz", self.url(service));
        let client = reqwest::Client::new();
        for _ in 0..800 {
            if client.get(&url).send().await.is_ok_and(|reply| reply.status().is_success()) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        let log = std::fs::read_to_string(self.log(service)).unwrap_or_default();
        panic!("{} was not ready within 20 s:\n{log}", service.name());
    }

    /// Kills a service with SIGKILL: it gets no chance to tidy up.
    pub fn kill(&self, service: Service) {
        if let Some(mut child) = self.running.lock().expect("no panic before").remove(&service) {
            child.kill().expect("our own child");
            child.wait().expect("our own child");
        }
    }

    /// The process id of a running service.
    #[must_use]
    pub fn pid(&self, service: Service) -> Option<u32> {
        self.running.lock().expect("no panic before").get(&service).map(Child::id)
    }

    /// The address of a service.
    #[must_use]
    pub fn url(&self, service: Service) -> String {
        format!("http://127.0.0.1:{}", self.ports[&service])
    }

    /// A service as a caller with this token sees it.
    #[must_use]
    pub fn api(&self, service: Service, token: &str) -> Api {
        Api::new(self.url(service), token)
    }

    /// The database of a service, for looking at what HTTP does not show.
    #[must_use]
    pub fn database(&self, service: Service) -> &TestDatabase {
        &self.databases[&service]
    }

    /// The log of a service.
    #[must_use]
    pub fn log(&self, service: Service) -> PathBuf {
        self.folder.path().join(format!("{}.log", service.name()))
    }
}

impl Drop for Installation {
    fn drop(&mut self) {
        for service in Service::ALL {
            self.kill(service);
        }
    }
}

/// The program under test: `scripts/test` names it, else the one beside the test.
fn program() -> PathBuf {
    if let Ok(path) = std::env::var("MOTCUA_TEST_BIN") {
        return PathBuf::from(path);
    }
    let test = std::env::current_exe().expect("a test");
    let folder = test.parent().and_then(std::path::Path::parent).expect("target/debug/deps");
    let program = folder.join("motcua");
    assert!(program.exists(), "build the program first, or run scripts/test");
    program
}

/// Ports nobody listens on now.
fn free_ports() -> Vec<u16> {
    let held: Vec<TcpListener> = (0..3).map(|_| TcpListener::bind("127.0.0.1:0").expect("a free port")).collect();
    held.iter().map(|listener| listener.local_addr().expect("an address").port()).collect()
}
