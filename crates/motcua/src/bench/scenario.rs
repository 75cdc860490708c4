//! What is measured: one kind of request, again and again on every connection, for a time.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use reqwest::{Client, RequestBuilder};

use super::installation::Installation;
use super::load::{COMMUNES, Prepared, dossier};
use crate::Outcome;
use crate::cli::BenchArguments;

/// A scenario.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scenario {
    /// A portal submits a dossier.
    Create,
    /// An officer reads a dossier, personal data and read audit included.
    Get,
    /// An officer lists 50 dossiers of their agency.
    List,
}

/// What a run over HTTP gave.
#[derive(Debug, Clone)]
pub(crate) struct Measured {
    /// Good answers a second.
    pub rate: f64,
    /// Time to half, 95 % and 99 % of the good answers, in milliseconds.
    pub percentiles: [f64; 3],
    /// Answers that were not 2xx, and requests without answer.
    pub errors: usize,
}

impl Scenario {
    /// Every scenario.
    pub(crate) const ALL: [Self; 3] = [Self::Create, Self::Get, Self::List];

    /// Its name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Get => "get",
            Self::List => "list",
        }
    }

    /// Runs it on all connections for the time wanted.
    pub(crate) async fn run(
        self,
        installation: &Installation,
        prepared: &Arc<Prepared>,
        wanted: &BenchArguments,
    ) -> Outcome<Measured> {
        let (client, url, prepared) = (client(wanted)?, installation.url(), Arc::clone(prepared));
        measure(wanted, move |number| answered(self.request(&client, &url, &prepared, number))).await
    }

    fn request(self, client: &Client, url: &str, prepared: &Prepared, number: usize) -> RequestBuilder {
        match self {
            Self::Create => client.post(format!("{url}/v1/dossiers")).bearer_auth(&prepared.portal).json(&dossier(
                &prepared.form,
                number,
                COMMUNES[0],
            )),
            Self::Get => {
                let id = prepared.ids.get(number % prepared.ids.len().max(1)).map(String::as_str).unwrap_or_default();
                client.get(format!("{url}/v1/dossiers/{id}")).bearer_auth(&prepared.officer)
            }
            Self::List => client.get(format!("{url}/v1/dossiers?limit=50")).bearer_auth(&prepared.officer),
        }
    }
}

/// A client that keeps its connections.
pub(crate) fn client(wanted: &BenchArguments) -> Outcome<Client> {
    Ok(Client::builder().pool_max_idle_per_host(wanted.connections).timeout(Duration::from_secs(30)).build()?)
}

/// Does something again and again on every connection for the time wanted; it is given a number of its own each time, and
/// says whether it went well.
pub(crate) async fn measure<F: Future<Output = bool> + Send + 'static>(
    wanted: &BenchArguments,
    act: impl Fn(usize) -> F + Clone + Send + Sync + 'static,
) -> Outcome<Measured> {
    let next = Arc::new(AtomicUsize::new(0));
    let started = Instant::now();
    let until = started + Duration::from_secs(wanted.seconds);
    let connections: Vec<_> = (0..wanted.connections)
        .map(|_| {
            let (act, next) = (act.clone(), Arc::clone(&next));
            tokio::spawn(async move {
                let (mut times, mut errors) = (Vec::new(), 0);
                while Instant::now() < until {
                    let asked = Instant::now();
                    if act(next.fetch_add(1, Ordering::Relaxed)).await {
                        times.push(asked.elapsed());
                    } else {
                        errors += 1;
                    }
                }
                (times, errors)
            })
        })
        .collect();
    let (mut times, mut errors) = (Vec::new(), 0);
    for connection in connections {
        let (own, failed) = connection.await?;
        times.extend(own);
        errors += failed;
    }
    times.sort();
    #[expect(clippy::cast_precision_loss, reason = "far fewer answers than a float counts exactly")]
    let rate = times.len() as f64 / started.elapsed().as_secs_f64();
    let percentiles = [0.50, 0.95, 0.99].map(|part| percentile(&times, part));
    Ok(Measured { rate, percentiles, errors })
}

/// Whether a request got a good answer, read to its end.
pub(crate) async fn answered(request: RequestBuilder) -> bool {
    match request.send().await {
        Ok(response) => response.status().is_success() && response.bytes().await.is_ok(),
        Err(_) => false,
    }
}

fn percentile(sorted: &[Duration], part: f64) -> f64 {
    let last = sorted.len().saturating_sub(1);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a part of a length fits"
    )]
    let at = (last as f64 * part).round() as usize;
    sorted.get(at).map_or(0.0, |time| time.as_secs_f64() * 1000.0)
}
