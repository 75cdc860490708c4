//! `motcua bench`: what the API costs over what the database costs.
//!
//! A fresh installation with the demo province runs as a process of its own, procedures on the PostgreSQL given. Each
//! round runs create, get and list over HTTP and then the same statements with pgbench on the same server, so that the
//! ratio holds on a machine whose speed drifts. It says errors before speed: a fast refusal is no answer. With sizes it
//! measures lives of dossiers instead, beside each other at every size; with `--documents` the documents service.

mod documents;
mod installation;
mod life;
mod load;
mod pgbench;
mod report;
mod scenario;

use crate::Outcome;
use crate::cli::BenchArguments;

use installation::Installation;
use scenario::Scenario;

/// Runs the measurement and prints it.
pub(crate) async fn run(wanted: BenchArguments) -> Outcome {
    if !wanted.sizes.is_empty() {
        return life::run(&wanted).await;
    }
    if wanted.documents {
        return documents::run(&wanted).await;
    }
    let pgbench = pgbench::find()?;
    println!(
        "motcua bench: {} s a scenario, {} connections, {} rounds",
        wanted.seconds, wanted.connections, wanted.rounds
    );
    let installation = Installation::start(&wanted.postgres).await?;
    let prepared = load::dossiers(&installation, wanted.dossiers, wanted.connections, &load::COMMUNES[..1]).await?;
    let mut rounds = Vec::new();
    for round in 1..=wanted.rounds {
        for scenario in Scenario::ALL {
            let api = scenario.run(&installation, &prepared, &wanted).await?;
            let sql = pgbench::run(&pgbench, &installation, scenario, &prepared, &wanted).await?;
            println!("{}", report::line(round, scenario, &api, sql));
            rounds.push((scenario, api, sql));
        }
    }
    println!("{}", report::table(&rounds));
    installation.stop();
    Ok(())
}
