//! How long to wait for another service, how often to try again, and how long in between.

use std::time::Duration;

/// The patience of a caller.
#[derive(Debug, Clone, Copy)]
pub struct Timing {
    /// How long connecting may take.
    pub connect: Duration,
    /// How long one attempt may take, from connecting to the last byte of the answer.
    pub request: Duration,
    /// How many attempts at most, the first included.
    pub attempts: u32,
    /// The wait before the second attempt; it doubles from there.
    pub first_wait: Duration,
    /// The longest wait between attempts. A service that asks for more (`Retry-After`) is not called again; its refusal
    /// goes to the caller, who can come back when it is time.
    pub longest_wait: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(2),
            request: Duration::from_secs(10),
            attempts: 4,
            first_wait: Duration::from_millis(100),
            longest_wait: Duration::from_secs(5),
        }
    }
}

impl Timing {
    /// The wait after an attempt that failed, or none when it was the last.
    ///
    /// Half of it is chance, so that many callers who failed together don't come back together.
    pub(crate) fn wait_after(&self, attempt: u32, asked_for: Option<Duration>) -> Option<Duration> {
        if attempt >= self.attempts {
            return None;
        }
        if let Some(asked_for) = asked_for {
            return (asked_for <= self.longest_wait).then(|| asked_for + self.first_wait.mul_f64(rand::random()));
        }
        let doubled = self.first_wait.saturating_mul(2_u32.saturating_pow(attempt.saturating_sub(1)));
        Some(doubled.min(self.longest_wait).mul_f64(rand::random_range(0.5..=1.0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest_and_end_with_the_last_attempt() {
        let timing = Timing { attempts: 50, ..Timing::default() };
        let within = |attempt: u32, full: u64| {
            let wait = timing.wait_after(attempt, None).unwrap();
            assert!(
                wait >= Duration::from_millis(full / 2) && wait <= Duration::from_millis(full),
                "{attempt}: {wait:?}"
            );
        };
        within(1, 100);
        within(2, 200);
        within(4, 800);
        within(49, 5_000);
        assert_eq!(timing.wait_after(50, None), None);
    }

    #[test]
    fn a_wait_that_was_asked_for_is_kept_or_not_waited_at_all() {
        let timing = Timing::default();
        let wait = timing.wait_after(1, Some(Duration::from_secs(3))).unwrap();
        assert!(wait >= Duration::from_secs(3) && wait < Duration::from_millis(3_200));
        assert_eq!(timing.wait_after(1, Some(Duration::from_secs(6))), None);
    }
}
