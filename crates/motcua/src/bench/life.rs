//! The life of a dossier in four stages (create, assign, resolve, search), and whether it stays as fast when the table
//! has grown.
//!
//! Two installations stand beside each other on the same server, one filled to each size, and take turns: what slows the
//! machine slows both, and the ratio of a round holds.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use motcua_kernel::ActorKind;
use reqwest::{Client, Method};
use serde_json::{Value, json};

use super::installation::Installation;
use super::load::{self, COMMUNES, Prepared, dossier};
use super::report::spread;
use crate::Outcome;
use crate::cli::BenchArguments;

/// Names of the stages, in their order.
const STAGES: [&str; 4] = ["create", "assign", "resolve", "search"];

/// Mean time of each stage, in milliseconds.
type Stages = [f64; 4];

/// A good answer, and the entity tag that the next step names.
struct Answer {
    body: Value,
    tag: Option<String>,
}

/// An installation with its dossiers and the people who work on them.
struct Province {
    size: usize,
    installation: Installation,
    prepared: Arc<Prepared>,
    processor: String,
    approver: String,
}

/// Measures lives at every size and prints each round with its ratio.
pub(crate) async fn run(wanted: &BenchArguments) -> Outcome {
    let mut provinces = Vec::new();
    for &size in &wanted.sizes {
        println!("filling an installation with {size} dossiers");
        let installation = Installation::start(&wanted.postgres).await?;
        let prepared = load::dossiers(&installation, size, wanted.connections, &COMMUNES).await?;
        let (processor, approver) = (
            load::token(&installation, ActorKind::Officer, "officer-h50-12-processor")?,
            load::token(&installation, ActorKind::Officer, "officer-h50-12-approver")?,
        );
        installation.analyze()?;
        provinces.push(Arc::new(Province { size, installation, prepared, processor, approver }));
    }
    println!("life of a dossier, mean ms of each stage, {} connections", wanted.connections);
    let mut ratios = Vec::new();
    for round in 1..=wanted.rounds {
        let mut wholes = Vec::new();
        for province in &provinces {
            let stages = measure(province, wanted).await?;
            let whole: f64 = stages.iter().sum();
            let each: Vec<String> =
                STAGES.iter().zip(stages).map(|(name, time)| format!("{name} {time:>6.1}")).collect();
            println!("round {round}  {:>7} dossiers  {}  whole {whole:>7.1}", province.size, each.join("  "));
            wholes.push(whole);
        }
        if let (Some(first), Some(last)) = (wholes.first(), wholes.last()) {
            println!("round {round}  ratio largest : smallest {:.2}", last / first);
            ratios.push(last / first);
        }
    }
    let (least, median, most) = spread(ratios);
    println!("median ratio of the rounds {median:.2} ({least:.2} – {most:.2})");
    Ok(())
}

async fn measure(province: &Arc<Province>, wanted: &BenchArguments) -> Outcome<Stages> {
    let client =
        Client::builder().pool_max_idle_per_host(wanted.connections).timeout(Duration::from_secs(30)).build()?;
    let until = Instant::now() + Duration::from_secs(wanted.seconds);
    let next = Arc::new(AtomicUsize::new(province.size));
    let lives: Vec<_> = (0..wanted.connections)
        .map(|_| {
            let (client, province, next) = (client.clone(), Arc::clone(province), Arc::clone(&next));
            tokio::spawn(async move {
                let (mut sum, mut lives) = ([Duration::ZERO; 4], 0_u32);
                while Instant::now() < until {
                    let times = province.live(&client, next.fetch_add(1, Ordering::Relaxed)).await?;
                    for (all, time) in sum.iter_mut().zip(times) {
                        *all += time;
                    }
                    lives += 1;
                }
                Ok::<_, String>((sum, lives))
            })
        })
        .collect();
    let (mut sum, mut count) = ([Duration::ZERO; 4], 0);
    for life in lives {
        let (own, lived) = life.await??;
        for (all, time) in sum.iter_mut().zip(own) {
            *all += time;
        }
        count += lived;
    }
    if count == 0 {
        return Err("no dossier came to its end in the time given".into());
    }
    Ok(sum.map(|time| time.as_secs_f64() * 1000.0 / f64::from(count)))
}

impl Province {
    /// One life: submitted by the portal; received and taken by an officer; worked on and turned down; then found by its
    /// code, and the inbox read for the next.
    async fn live(&self, client: &Client, number: usize) -> Result<[Duration; 4], String> {
        let (portal, receiver) = (&self.prepared.portal, &self.prepared.officer);
        let commune = COMMUNES.first().copied().unwrap_or_default();
        let body = dossier(&self.prepared.form, number, commune);
        let started = Instant::now();
        let created = self.ask(client, Method::POST, "/v1/dossiers", portal, None, Some(&body)).await?;
        let create = started.elapsed();
        let id = text(&created.body, "id")?.to_owned();

        let started = Instant::now();
        let received = self.step(client, receiver, &created, &id, &json!({"action": "receive"})).await?;
        let path = format!("/v1/dossiers/{id}/claims");
        let claimed = self.ask(client, Method::POST, &path, &self.processor, None, Some(&json!({}))).await?;
        let assign = started.elapsed();

        let started = Instant::now();
        let begun = self.step(client, &self.processor, &claimed, &id, &json!({"action": "process"})).await?;
        let end = json!({
            "action": "turn_down", "reason": "Không đủ điều kiện", "legal_basis": "Nghị định 118/2025/NĐ-CP, Điều 17"
        });
        self.step(client, &self.approver, &begun, &id, &end).await?;
        let resolve = started.elapsed();

        let started = Instant::now();
        let path = format!("/v1/dossiers?code={}", text(&received.body, "code")?);
        let found = self.ask(client, Method::GET, &path, receiver, None, None).await?;
        if found.body.pointer("/items/0/id").and_then(Value::as_str) != Some(&id) {
            return Err(format!("dossier {id} was not found by its code: {}", found.body));
        }
        self.ask(client, Method::GET, "/v1/dossiers?sort=urgency&limit=20", receiver, None, None).await?;
        Ok([create, assign, resolve, started.elapsed()])
    }

    async fn step(
        &self,
        client: &Client,
        token: &str,
        before: &Answer,
        id: &str,
        body: &Value,
    ) -> Result<Answer, String> {
        let path = format!("/v1/dossiers/{id}/transitions");
        let tag = before.tag.as_deref().ok_or("an answer without an entity tag")?;
        self.ask(client, Method::POST, &path, token, Some(tag), Some(body)).await
    }

    async fn ask(
        &self,
        client: &Client,
        method: Method,
        path: &str,
        token: &str,
        tag: Option<&str>,
        body: Option<&Value>,
    ) -> Result<Answer, String> {
        let mut request =
            client.request(method.clone(), format!("{}{path}", self.installation.url())).bearer_auth(token);
        if let Some(tag) = tag {
            request = request.header("If-Match", tag);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let response = request.send().await.map_err(|error| error.to_string())?;
        let status = response.status();
        let tag = response.headers().get("etag").and_then(|tag| tag.to_str().ok()).map(str::to_owned);
        let body: Value = response.json().await.map_err(|error| error.to_string())?;
        if status.is_success() { Ok(Answer { body, tag }) } else { Err(format!("{method} {path}: {status} {body}")) }
    }
}

fn text<'a>(answer: &'a Value, field: &str) -> Result<&'a str, String> {
    answer.get(field).and_then(Value::as_str).ok_or_else(|| format!("an answer without {field}: {answer}"))
}
