//! A dossier as the newest of its events tells it, and what the law says of it (Decision 766, domain D.2), by hand.

use chrono::{DateTime, TimeDelta, Utc};
use motcua_kernel::Uuid;
use serde::Deserialize;

use super::period::day_of;

pub(crate) type At = DateTime<Utc>;

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Dossier {
    pub version: i64,
    pub procedure: OfProcedure,
    pub agencies: Parties,
    pub channel: String,
    pub submitted_at: At,
    pub received_at: Option<At>,
    pub processing_at: Option<At>,
    pub first_due_at: Option<At>,
    pub due_at: Option<At>,
    pub finished_at: Option<At>,
    pub returned_at: Option<At>,
    pub withdrawn_at: Option<At>,
    pub ended_at: Option<At>,
    pub waits: Vec<Wait>,
    pub result: Option<Paper>,
    pub fees: Fees,
    pub components: Vec<Component>,
    pub vneid_verified: bool,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct OfProcedure {
    pub code: String,
    pub returns_paper: bool,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Parties {
    pub receiving: Party,
    pub competent: Party,
    pub issuing: Party,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Party {
    pub written_id: Uuid,
    pub responsible_id: Uuid,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Wait {
    pub kind: String,
    pub started_at: At,
    pub ended_at: Option<At>,
    pub due_before: Option<At>,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Paper {
    pub paper_code: Option<String>,
    pub has_file: bool,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Fees {
    pub items: Vec<Fee>,
    pub all_zero: bool,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Fee {
    pub amount: i64,
    pub paid: i64,
    pub paid_by: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Component {
    pub has_file: bool,
    pub reused: bool,
    pub from_personal_store: bool,
    pub replaced_by: Option<String>,
}

/// By what a dossier is judged: its end against its limit, or, while it is worked on, the hour against its limit.
enum Judged {
    Ended {
        end: At,
        limit: At,
    },
    Running {
        limit: At,
    },
    /// It waits for a supplement that was asked for once before.
    AskedTwice {
        asked_at: At,
        limit: Option<At>,
    },
    /// There is nothing to compare with.
    Never,
}

impl Dossier {
    pub(crate) fn was_received(&self) -> bool {
        self.received_at.is_some()
    }

    /// When its processing ended: status 9, else 10, else 7, else 8 or 3.
    pub(crate) fn closed_at(&self) -> Option<At> {
        self.received_at?;
        if self.finished_at.is_some() {
            self.finished_at
        } else if self.returned_at.is_some() {
            self.returned_at
        } else if self.withdrawn_at.is_some() {
            self.withdrawn_at
        } else {
            self.ended_at
        }
    }

    fn waits_now(&self) -> Option<&Wait> {
        let last = self.waits.last()?;
        if last.ended_at.is_some() || self.closed_at().is_some() { None } else { Some(last) }
    }

    fn has_no_appointment(&self) -> bool {
        self.first_due_at.is_none() && self.due_at.is_none()
    }

    /// The raw end against the current due instant. While the clock stands still there is none, and the one before the
    /// wait counts, with the beginning of the wait as the end.
    fn by_current_due(&self) -> Judged {
        let before_last_wait = self.waits.last().and_then(|wait| wait.due_before).or(self.first_due_at);
        if let Some(wait) = self.waits_now() {
            let supplements = self.waits.iter().filter(|wait| wait.kind == "supplement").count();
            if wait.kind == "supplement" && supplements > 1 {
                return Judged::AskedTwice { asked_at: wait.started_at, limit: self.due_at.or(before_last_wait) };
            }
        }
        if self.has_no_appointment() {
            return Judged::Never;
        }
        if let Some(closed) = self.closed_at() {
            let end = match self.waits.last() {
                Some(last) if self.due_at.is_none() => last.started_at.min(closed),
                _ => closed,
            };
            let limit = if self.due_at.is_some() { self.due_at } else { before_last_wait };
            return limit.map_or(Judged::Never, |limit| Judged::Ended { end, limit });
        }
        match self.waits_now() {
            // A due instant that stands although it waits lies before the wait, or came because the wait took too long.
            Some(wait) => match self.due_at {
                None => before_last_wait.map_or(Judged::Never, |limit| Judged::Ended { end: wait.started_at, limit }),
                Some(due) if wait.kind == "supplement" || due < wait.started_at => {
                    Judged::Ended { end: wait.started_at, limit: due }
                }
                Some(due) => Judged::Running { limit: due },
            },
            None => self.due_at.or(self.first_due_at).map_or(Judged::Never, |limit| Judged::Running { limit }),
        }
    }

    /// Whether it is on time as of an instant.
    pub(crate) fn on_time(&self, as_of: At) -> bool {
        match self.by_current_due() {
            Judged::Ended { end, limit } => end <= limit,
            Judged::Running { limit } => as_of <= limit,
            Judged::AskedTwice { .. } => false,
            Judged::Never => true,
        }
    }

    /// How long it waited before an instant, second by second that is covered by some wait.
    fn waited(&self, until: At) -> TimeDelta {
        let Some(received) = self.received_at else { return TimeDelta::zero() };
        let mut ends: Vec<At> = vec![received, until];
        for wait in &self.waits {
            ends.push(wait.started_at);
            ends.extend(wait.ended_at);
        }
        ends.sort();
        let mut sum = TimeDelta::zero();
        for pair in ends.windows(2) {
            let (from, to) = (pair[0], pair[1]);
            let covers = |wait: &Wait| wait.started_at <= from && wait.ended_at.is_none_or(|ended| to <= ended);
            if received <= from && to <= until && self.waits.iter().any(covers) {
                sum += to - from;
            }
        }
        sum
    }

    /// Whether its end less its waits is not after its first due instant.
    pub(crate) fn on_time_less_waits(&self, as_of: At) -> bool {
        let waits = self.waits_now();
        if let Judged::AskedTwice { .. } = self.by_current_due() {
            return false;
        }
        let Some(limit) = self.first_due_at else { return true };
        let end = match (self.closed_at(), waits) {
            (Some(closed), _) => closed,
            (None, Some(wait)) => wait.started_at,
            (None, None) => as_of,
        };
        // Of one that is worked on every wait has ended and counts, whatever the hour.
        let until = if self.closed_at().is_none() && waits.is_none() { At::MAX_UTC } else { end };
        end - self.waited(until) <= limit
    }

    /// Received and not closed.
    pub(crate) fn is_open_at(&self, as_of: At) -> bool {
        self.received_at.is_some_and(|at| at < as_of) && self.closed_at().is_none_or(|at| at >= as_of)
    }

    /// Open and not overdue at an instant. Whose clock stopped in term stays in term; whoever is late at the end was so
    /// since the limit passed, or since a supplement was asked for once more.
    pub(crate) fn is_in_term_at(&self, as_of: At) -> bool {
        let overdue = match self.by_current_due() {
            Judged::Ended { end, limit } => end > limit && as_of > limit,
            Judged::Running { limit } => as_of > limit,
            Judged::AskedTwice { asked_at, limit } => as_of > limit.map_or(asked_at, |limit| limit.min(asked_at)),
            Judged::Never => false,
        };
        self.is_open_at(as_of) && !overdue
    }

    /// Closed on a day before its due day.
    pub(crate) fn closed_early(&self) -> bool {
        self.closed_at().is_some()
            && matches!(self.by_current_due(), Judged::Ended { end, limit } if day_of(end) < day_of(limit))
    }

    /// Closed after its due instant.
    pub(crate) fn closed_late(&self) -> bool {
        self.closed_at().is_some() && matches!(self.by_current_due(), Judged::Ended { end, limit } if end > limit)
    }

    pub(crate) fn is_online(&self) -> bool {
        self.channel == "online"
    }

    pub(crate) fn has_file(&self) -> bool {
        self.result.as_ref().is_some_and(|result| result.has_file)
    }

    pub(crate) fn has_result_code(&self) -> bool {
        self.result.as_ref().is_some_and(|result| result.paper_code.is_some())
    }

    /// It has fees, and they are not all zero.
    pub(crate) fn owes(&self) -> bool {
        !self.fees.items.is_empty() && !self.fees.all_zero
    }

    pub(crate) fn paid_online(&self) -> bool {
        self.fees.items.iter().any(|fee| fee.paid_by.as_deref() == Some("gateway"))
    }
}
