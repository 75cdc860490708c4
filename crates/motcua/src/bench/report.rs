//! Figures as people read them: each beside the database's own, as a ratio of the same round.

use super::scenario::{Measured, Scenario};

/// One round of one scenario.
pub(crate) fn line(round: usize, scenario: Scenario, api: &Measured, sql: f64) -> String {
    let [half, most, nearly_all] = api.percentiles;
    format!(
        "round {round}  {:<6} {:>8.0}/s  p50 {half:>6.1} ms  p95 {most:>6.1} ms  p99 {nearly_all:>6.1} ms  {:>3} errors   \
         pgbench {sql:>8.0}/s  ratio {:.2}",
        scenario.name(),
        api.rate,
        api.errors,
        api.rate / sql
    )
}

/// One round of something that has no equal in the database alone.
pub(crate) fn own_line(round: usize, name: &str, measured: &Measured) -> String {
    let [half, most, nearly_all] = measured.percentiles;
    format!(
        "round {round}  {name:<8} {:>8.0}/s  p50 {half:>6.1} ms  p95 {most:>6.1} ms  p99 {nearly_all:>6.1} ms  {:>3} errors",
        measured.rate, measured.errors
    )
}

/// The median of its rounds, with their spread.
pub(crate) fn own_median(name: &str, rounds: &[&Measured]) -> String {
    let rate = spread(rounds.iter().map(|one| one.rate).collect());
    let most = spread(rounds.iter().filter_map(|one| one.percentiles.get(1).copied()).collect());
    let errors: usize = rounds.iter().map(|one| one.errors).sum();
    format!(
        "{name:<8}  {:>7.0}/s ({:.0} – {:.0})  p95 {:>6.1} ms ({:.1} – {:.1})  {errors} errors",
        rate.1, rate.0, rate.2, most.1, most.0, most.2
    )
}

/// The medians of all rounds, with their spread.
pub(crate) fn table(rounds: &[(Scenario, Measured, f64)]) -> String {
    let mut lines = vec!["\nmedian of the rounds (least – most)".to_owned()];
    for scenario in Scenario::ALL {
        let of: Vec<&(Scenario, Measured, f64)> = rounds.iter().filter(|(which, ..)| *which == scenario).collect();
        let rate = spread(of.iter().map(|(_, api, _)| api.rate).collect());
        let sql = spread(of.iter().map(|(.., sql)| *sql).collect());
        let ratio = spread(of.iter().map(|(_, api, sql)| api.rate / sql).collect());
        let errors: usize = of.iter().map(|(_, api, _)| api.errors).sum();
        lines.push(format!(
            "{:<6}  API {:>7.0}/s ({:.0} – {:.0})  pgbench {:>7.0}/s ({:.0} – {:.0})  ratio {:.2} ({:.2} – {:.2})  {errors} errors",
            scenario.name(),
            rate.1,
            rate.0,
            rate.2,
            sql.1,
            sql.0,
            sql.2,
            ratio.1,
            ratio.0,
            ratio.2
        ));
    }
    lines.join("\n")
}

/// The least, the median and the greatest.
pub(crate) fn spread(mut values: Vec<f64>) -> (f64, f64, f64) {
    values.sort_by(f64::total_cmp);
    let at = |place: usize| values.get(place).copied().unwrap_or_default();
    (at(0), at(values.len() / 2), at(values.len().saturating_sub(1)))
}
