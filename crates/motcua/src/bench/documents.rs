//! The documents service: numbers of one hot book, taking a document in with a file of 50 kB, and downloading it.

use std::sync::Arc;

use motcua_kernel::{ActorKind, new_id};
use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};

use super::installation::Installation;
use super::load::token;
use super::report;
use super::scenario::{Measured, answered, client, measure};
use crate::Outcome;
use crate::cli::BenchArguments;

/// The clerk of the tour's commune.
const CLERK: &str = "officer-h50-12-clerk";
const AGENCY: &str = "H50.12";
/// A page or two, as scanners make them.
const FILE_SIZE: usize = 50_000;

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scenario {
    /// Decisions are issued, each with the next number of one book.
    HotBook,
    /// A file is uploaded, and the document it is the file of is taken in.
    TakeIn,
    /// A file is downloaded.
    Download,
}

impl Scenario {
    const ALL: [Self; 3] = [Self::HotBook, Self::TakeIn, Self::Download];

    fn name(self) -> &'static str {
        match self {
            Self::HotBook => "hot book",
            Self::TakeIn => "take in",
            Self::Download => "download",
        }
    }
}

/// Who asks, and of what.
struct Desk {
    client: Client,
    url: String,
    clerk: String,
    /// A file that decisions have, and that is downloaded.
    file: String,
}

/// Runs the measurement and prints it.
pub(crate) async fn run(wanted: &BenchArguments) -> Outcome {
    println!(
        "motcua bench --documents: {} s a scenario, {} connections, {} rounds, files of {FILE_SIZE} bytes",
        wanted.seconds, wanted.connections, wanted.rounds
    );
    let installation = Installation::start(&wanted.postgres).await?;
    let mut desk = Desk {
        client: client(wanted)?,
        url: installation.documents_url(),
        clerk: token(&installation, ActorKind::Officer, CLERK)?,
        file: String::new(),
    };
    desk.file = desk.upload(0).await.ok_or("the file was not taken")?;
    let desk = Arc::new(desk);
    let mut rounds: Vec<(Scenario, Measured)> = Vec::new();
    for round in 1..=wanted.rounds {
        for scenario in Scenario::ALL {
            let at = Arc::clone(&desk);
            let measured = measure(wanted, move |number| {
                let desk = Arc::clone(&at);
                async move { desk.act(scenario, number).await }
            })
            .await?;
            println!("{}", report::own_line(round, scenario.name(), &measured));
            rounds.push((scenario, measured));
        }
    }
    println!("\nmedian of the rounds (least – most)");
    for scenario in Scenario::ALL {
        let of: Vec<&Measured> = rounds.iter().filter(|(which, _)| *which == scenario).map(|(_, one)| one).collect();
        println!("{}", report::own_median(scenario.name(), &of));
    }
    installation.stop();
    Ok(())
}

impl Desk {
    async fn act(&self, scenario: Scenario, number: usize) -> bool {
        match scenario {
            Scenario::HotBook => answered(self.issue()).await,
            Scenario::TakeIn => match self.upload(number).await {
                Some(file) => answered(self.take_in(number, &file)).await,
                None => false,
            },
            Scenario::Download => {
                let file = self.client.get(format!("{}/v1/files/{}/content", self.url, self.file));
                answered(file.bearer_auth(&self.clerk)).await
            }
        }
    }

    /// Uploads a file that is no other's.
    async fn upload(&self, number: usize) -> Option<String> {
        let mut content = format!("%PDF-1.7\n% {number} {}\n", new_id()).into_bytes();
        content.resize(FILE_SIZE, b' ');
        let request = self.client.post(format!("{}/v1/files", self.url)).bearer_auth(&self.clerk);
        let answer = request.header("Content-Type", "application/pdf").body(content).send().await.ok()?;
        let file: Value = answer.error_for_status().ok()?.json().await.ok()?;
        file.get("id")?.as_str().map(str::to_owned)
    }

    fn issue(&self) -> RequestBuilder {
        let decision = json!({
            "issuing_agency": AGENCY, "type": "QĐ", "subject": "Về việc phân công nhiệm vụ", "file_id": self.file,
        });
        self.client.post(format!("{}/v1/outgoing-documents", self.url)).bearer_auth(&self.clerk).json(&decision)
    }

    fn take_in(&self, number: usize, file: &str) -> RequestBuilder {
        let letter = json!({
            "receiving_agency": AGENCY,
            "issuer": {"name": "Sở Xây dựng tỉnh Nghệ An"},
            "channel": "paper_scan",
            "number": number.to_string(),
            "notation": "SXD-VP",
            "subject": "Về việc phối hợp kiểm tra công trình trên địa bàn",
            "file_id": file,
        });
        self.client.post(format!("{}/v1/incoming-documents", self.url)).bearer_auth(&self.clerk).json(&letter)
    }
}
