//! A second, slow and simple way to a deadline, written without the crate: time is a number of minutes since the
//! start of a made-up world, and everything is found by walking minute by minute or day by day.

/// Minutes of a day.
pub(crate) const DAY: i64 = 24 * 60;

/// A made-up world: which of its days are worked, and when its office is open (minutes of the day).
#[derive(Debug, Clone)]
pub(crate) struct World {
    pub worked: Vec<bool>,
    pub sessions: Vec<(i64, i64)>,
}

impl World {
    fn is_worked(&self, day: i64) -> Option<bool> {
        self.worked.get(usize::try_from(day).ok()?).copied()
    }

    fn closing(&self) -> i64 {
        self.sessions.iter().map(|session| session.1).max().unwrap()
    }

    /// The first minute at or after `now` at which somebody is in the office; the closing minute still is one.
    pub(crate) fn start(&self, now: i64) -> Option<i64> {
        let mut minute = now;
        loop {
            let of_day = minute % DAY;
            let open = self.sessions.iter().any(|(opens, closes)| *opens <= of_day && of_day <= *closes);
            if self.is_worked(minute / DAY)? && open {
                return Some(minute);
            }
            minute += 1;
        }
    }

    pub(crate) fn working_days(&self, now: i64, count: u32) -> Option<i64> {
        let mut day = self.start(now)? / DAY;
        let mut counted = 0;
        while counted < count {
            day += 1;
            if self.is_worked(day)? {
                counted += 1;
            }
        }
        Some(day * DAY + self.closing())
    }

    pub(crate) fn calendar_days(&self, now: i64, count: u32) -> Option<i64> {
        let mut day = self.start(now)? / DAY + i64::from(count);
        while !self.is_worked(day)? {
            day += 1;
        }
        Some(day * DAY + self.closing())
    }

    pub(crate) fn working_hours(&self, now: i64, count: u32) -> Option<i64> {
        let mut minute = now;
        let mut left = i64::from(count) * 60;
        while left > 0 {
            let of_day = minute % DAY;
            let open = self.sessions.iter().any(|(opens, closes)| *opens <= of_day && of_day < *closes);
            if self.is_worked(minute / DAY)? && open {
                left -= 1;
            }
            minute += 1;
        }
        Some(minute)
    }
}
