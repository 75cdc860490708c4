//! What the scenarios work on: tokens, a form, and dossiers that are there already.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use indicatif::ProgressBar;
use motcua_kernel::ActorKind;
use motcua_web::auth::TokenRequest;
use reqwest::Client;
use serde_json::{Value, json};

use super::installation::Installation;
use crate::{Outcome, demo};

/// The tour's procedure and agency: a commune's own decision.
const PROCEDURE: &str = "2.002080";
/// The demo's communes, the tour's first.
pub(crate) const COMMUNES: [&str; 10] =
    ["H50.12", "H50.13", "H50.14", "H50.15", "H50.16", "H50.17", "H50.18", "H50.19", "H50.20", "H50.21"];
const OFFICER: &str = "officer-h50-12-receiver";

/// What the scenarios work on.
pub(crate) struct Prepared {
    /// Dossiers of the agency.
    pub ids: Vec<String>,
    /// Token of the portal.
    pub portal: String,
    /// Token of an officer of the agency.
    pub officer: String,
    /// Data that fits the procedure's form.
    pub form: Value,
}

/// The request body of a dossier.
pub(crate) fn dossier(form: &Value, number: usize, agency: &str) -> Value {
    json!({
        "procedure": PROCEDURE,
        "receiving_agency": agency,
        "channel": "online",
        "applicant": {
            "kind": "citizen",
            "name": "Trần Thị Ví Dụ",
            "identity_number": format!("{:012}", 45_190_000_000_u64 + number as u64),
            "phone": "0900000000"
        },
        "form": form
    })
}

/// A token that lasts as long as any run.
pub(crate) fn token(installation: &Installation, kind: ActorKind, subject: &str) -> Outcome<String> {
    let mut request = TokenRequest::new(kind, subject);
    request.lifetime = Duration::from_hours(8);
    Ok(installation.issuer()?.mint(&request)?)
}

/// Submits dossiers over HTTP, to these agencies in turn, until there are as many as wanted.
pub(crate) async fn dossiers(
    installation: &Installation,
    wanted: usize,
    connections: usize,
    agencies: &'static [&'static str],
) -> Outcome<Arc<Prepared>> {
    let mut prepared = Prepared {
        ids: Vec::new(),
        portal: token(installation, ActorKind::Client, demo::PORTAL)?,
        officer: token(installation, ActorKind::Officer, OFFICER)?,
        form: demo::example_form(PROCEDURE)?,
    };
    let (client, url) = (Client::new(), format!("{}/v1/dossiers", installation.url()));
    wait_for_directory(&client, &url, &prepared).await?;
    let bar = ProgressBar::new(wanted as u64);
    let next = Arc::new(AtomicUsize::new(0));
    let tasks: Vec<_> = (0..connections)
        .map(|_| {
            let (client, url, portal, form) =
                (client.clone(), url.clone(), prepared.portal.clone(), prepared.form.clone());
            let (next, bar) = (Arc::clone(&next), bar.clone());
            tokio::spawn(async move {
                let mut ids = Vec::new();
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= wanted {
                        return Ok::<_, String>(ids);
                    }
                    let agency = agencies.get(number % agencies.len().max(1)).copied().unwrap_or_default();
                    ids.push(submit(&client, &url, &portal, &dossier(&form, number, agency)).await?);
                    bar.inc(1);
                }
            })
        })
        .collect();
    for task in tasks {
        prepared.ids.extend(task.await??);
    }
    bar.finish_and_clear();
    Ok(Arc::new(prepared))
}

async fn submit(client: &Client, url: &str, token: &str, body: &Value) -> Result<String, String> {
    let response = client.post(url).bearer_auth(token).json(body).send().await.map_err(|error| error.to_string())?;
    let status = response.status();
    let answer: Value = response.json().await.map_err(|error| error.to_string())?;
    match answer.get("id").and_then(Value::as_str) {
        Some(id) if status.is_success() => Ok(id.to_owned()),
        _ => Err(format!("a dossier was refused: {status} {answer}")),
    }
}

/// The procedures service learns of agencies and clients by following documents, which takes a moment after the start.
async fn wait_for_directory(client: &Client, url: &str, prepared: &Prepared) -> Outcome {
    let mut last = String::new();
    for _ in 0..600 {
        match submit(client, url, &prepared.portal, &dossier(&prepared.form, 0, COMMUNES[0])).await {
            Ok(_) => return Ok(()),
            Err(error) => last = error,
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Err(format!("the demo province did not arrive within a minute: {last}").into())
}
