//! Slowing down who guesses: failed attempts of a network in a minute, in bounded memory.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use motcua_kernel::{Error, Kind, Result};
use quick_cache::sync::Cache;

/// How many wrong references a network may send in a row, and in a minute after that.
const FAILURES: NonZeroU32 = NonZeroU32::MIN.saturating_add(9);
/// How many networks are remembered: the least used are forgotten first.
const NETWORKS: usize = 10_000;
/// A refusal comes this long after its request, whatever was wrong: how long the look-up took does not show.
const PATIENCE: Duration = Duration::from_millis(100);

struct Suspect {
    failures: DefaultDirectRateLimiter,
    barred_until: Mutex<Option<Instant>>,
}

/// Who has guessed lately.
#[derive(Clone)]
pub(crate) struct Guard(Arc<Cache<IpAddr, Arc<Suspect>>>);

impl Guard {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Cache::new(NETWORKS)))
    }

    /// Lets a network ask, and counts it when the answer is that nothing was found. Others of a network that only one has
    /// guessed from are barred with it for at most seconds.
    ///
    /// # Errors
    /// `tracking.too_many` with `retry_after` for who guesses; what `ask` refused.
    pub(crate) async fn watch<T>(&self, network: IpAddr, ask: impl Future<Output = Result<T>>) -> Result<T> {
        let begun = Instant::now();
        if let Some(wait) = self.0.get(&network).and_then(|suspect| suspect.barred_for(begun)) {
            return Err(too_many(wait));
        }
        let outcome = ask.await;
        let Err(error) = &outcome else { return outcome };
        if error.kind != Kind::NotFound {
            return outcome;
        }
        let barred = self.suspect(network).fail();
        tokio::time::sleep(PATIENCE.saturating_sub(begun.elapsed())).await;
        match barred {
            Some(wait) => Err(too_many(wait)),
            None => outcome,
        }
    }

    fn suspect(&self, network: IpAddr) -> Arc<Suspect> {
        let new = || {
            let failures = RateLimiter::direct(Quota::per_minute(FAILURES));
            Ok::<_, std::convert::Infallible>(Arc::new(Suspect { failures, barred_until: Mutex::new(None) }))
        };
        match self.0.get_or_insert_with(&network, new) {
            Ok(suspect) => suspect,
            Err(never) => match never {},
        }
    }
}

impl Suspect {
    fn barred_for(&self, now: Instant) -> Option<Duration> {
        let until = *self.barred_until.lock().unwrap_or_else(PoisonError::into_inner);
        until.and_then(|until| until.checked_duration_since(now)).filter(|wait| !wait.is_zero())
    }

    /// Counts a failure; says for how long there may be no more of them.
    fn fail(&self) -> Option<Duration> {
        let refused = self.failures.check().err()?;
        let wait = refused.wait_time_from(DefaultClock::default().now());
        *self.barred_until.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now().checked_add(wait);
        Some(wait)
    }
}

fn too_many(wait: Duration) -> Error {
    let seconds = wait.as_secs().saturating_add(1);
    Error::new(
        Kind::TooMany,
        "tracking.too_many",
        "Bạn đã nhập sai mã tra cứu quá nhiều lần; vui lòng thử lại sau ít giây.",
        "Too many wrong references; please try again in a few seconds.",
    )
    .with("retry_after", seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn ask(guard: &Guard, from: &str, found: bool) -> Result<()> {
        let answer = async { if found { Ok(()) } else { Err(Error::not_found()) } };
        guard.watch(from.parse().unwrap(), answer).await
    }

    #[tokio::test]
    async fn who_guesses_is_barred_and_others_are_not() {
        let guard = Guard::new();
        for _ in 0..30 {
            ask(&guard, "192.0.2.1", true).await.unwrap();
        }
        for _ in 0..10 {
            assert_eq!(ask(&guard, "192.0.2.1", false).await.unwrap_err().kind, Kind::NotFound);
        }
        assert_eq!(ask(&guard, "192.0.2.1", false).await.unwrap_err().kind, Kind::TooMany);
        let barred = ask(&guard, "192.0.2.1", true).await.unwrap_err();
        assert!((1..=7).contains(&barred.members["retry_after"].as_u64().unwrap()), "{barred}");
        ask(&guard, "192.0.2.2", true).await.unwrap();
    }
}
