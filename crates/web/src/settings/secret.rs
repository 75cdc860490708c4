//! Values that must not be printed: the type forgets to show them, so no log line has to remember.

use std::fmt;

use serde::Deserialize;

/// A secret text.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Keeps a text secret.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, for the one place that needs it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// The address of a database; shown without its password.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct DatabaseUrl(String);

impl DatabaseUrl {
    /// An address as it was written.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The address with its password, for the one place that connects.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether it begins with `sqlite:`.
    #[must_use]
    pub fn is_sqlite(&self) -> bool {
        self.0.starts_with("sqlite:")
    }

    /// Whether it begins with `postgres://` or `postgresql://`.
    #[must_use]
    pub fn is_postgres(&self) -> bool {
        self.0.starts_with("postgres://") || self.0.starts_with("postgresql://")
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.is_postgres() {
            // Anything else than a path is a mistake, and a mistake may be a password in the wrong place.
            return f.write_str(if self.is_sqlite() { &self.0 } else { "***" });
        }
        let (scheme, rest) = self.0.split_once("://").unwrap_or((&self.0, ""));
        // The last `@`: a password that should have been escaped must not show because it was not.
        let (user, place) = match rest.rsplit_once('@') {
            Some((user, place)) => (user.split(':').next(), place),
            None => (None, rest),
        };
        // Parameters may carry a password too (`?password=`), and none of them helps to recognise a database.
        let (place, parameters) = place.split_once('?').map_or((place, ""), |(place, _)| (place, "?***"));
        match user {
            Some(user) => write!(f, "{scheme}://{user}:***@{place}{parameters}"),
            None => write!(f, "{scheme}://{place}{parameters}"),
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_address_shows_where_but_not_the_password() {
        let shown = |text: &str| format!("{:?} {}", DatabaseUrl::new(text), DatabaseUrl::new(text));
        let url = shown("postgres://motcua:p@ss:w@rd@db.internal:5432/documents?sslmode=require&password=again");
        assert_eq!(
            url,
            "postgres://motcua:***@db.internal:5432/documents?*** postgres://motcua:***@db.internal:5432/documents?***"
        );
        assert!(shown("sqlite:data/kpi.db").contains("data/kpi.db"));
        assert!(!shown("host=db password=hunter2").contains("hunter2"));
        assert!(!format!("{:?}", Secret::new("hunter2")).contains("hunter2"));
    }
}
