//! Since when and until when a field that is judged as of an instant says yes.

use chrono::{DateTime, Utc};

/// An instant after which a field says something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Turn {
    pub at: DateTime<Utc>,
    /// Whether it is a due instant, which may lie ahead; else it is a thing that happened.
    pub scheduled: bool,
}

impl Turn {
    pub(super) fn happened(at: DateTime<Utc>) -> Self {
        Self { at, scheduled: false }
    }

    pub(super) fn scheduled(at: DateTime<Utc>) -> Self {
        Self { at, scheduled: true }
    }
}

/// When a field says yes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holding {
    /// At no instant.
    Never,
    /// At the instants after one and up to another; from ever, or for ever, where one is not there.
    Between { after: Option<Turn>, until: Option<Turn> },
}

impl Holding {
    pub(super) const ALWAYS: Self = Self::Between { after: None, until: None };

    pub(super) fn between(after: Option<Turn>, until: Option<Turn>) -> Self {
        if after.zip(until).is_some_and(|(after, until)| until.at <= after.at) {
            return Self::Never;
        }
        Self::Between { after, until }
    }

    /// What the field says as of an instant.
    pub(super) fn at(self, at: DateTime<Utc>) -> bool {
        match self {
            Self::Never => false,
            Self::Between { after, until } => {
                after.is_none_or(|after| after.at < at) && until.is_none_or(|until| at <= until.at)
            }
        }
    }

    pub(super) fn turns(self) -> impl Iterator<Item = Turn> {
        let (after, until) = match self {
            Self::Never => (None, None),
            Self::Between { after, until } => (after, until),
        };
        after.into_iter().chain(until)
    }
}
