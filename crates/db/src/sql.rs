//! Column types under one name on both databases: native on PostgreSQL, text on SQLite.
//!
//! A `table!` names [`Uid`], [`Document`] or [`Instant`]; a row holds [`Id`], [`Json`] or [`At`].

use chrono::{DateTime, Datelike, SecondsFormat, Utc};
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::Pg;
use diesel::query_builder::QueryId;
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{HasSqlType, SqlType, Text};
use diesel::sqlite::Sqlite;
use motcua_kernel::{BusinessTime, SystemTime};

use crate::conn::{MultiBackend, MultiRawValue};

macro_rules! portable {
    (
        $(#[$doc:meta])* $sql:ident, $oid:literal, $array:literal,
        $(#[$rust_doc:meta])* $rust:ident($inner:ty), $native:ty,
        |$v:ident| $to_text:expr, |$s:ident| $from_text:expr, $keeps:expr
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, Default, SqlType, QueryId)]
        #[diesel(postgres_type(oid = $oid, array_oid = $array), sqlite_type(name = "Text"))]
        pub struct $sql;

        impl HasSqlType<$sql> for MultiBackend {
            fn metadata(lookup: &mut Self::MetadataLookup) -> Self::TypeMetadata {
                MultiBackend::lookup_sql_type::<$sql>(lookup)
            }
        }

        $(#[$rust_doc])*
        #[derive(Debug, Clone, PartialEq, AsExpression, FromSqlRow)]
        #[diesel(sql_type = $sql)]
        pub struct $rust(pub $inner);

        impl FromSql<$sql, Pg> for $rust {
            fn from_sql(raw: <Pg as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
                <$inner as FromSql<$native, Pg>>::from_sql(raw).map($rust)
            }
        }
        impl ToSql<$sql, Pg> for $rust {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
                $keeps(&self.0)?;
                <$inner as ToSql<$native, Pg>>::to_sql(&self.0, &mut out.reborrow())
            }
        }
        impl FromSql<$sql, Sqlite> for $rust {
            fn from_sql(raw: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
                let $s = <String as FromSql<Text, Sqlite>>::from_sql(raw)?;
                Ok($rust($from_text))
            }
        }
        impl ToSql<$sql, Sqlite> for $rust {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
                let $v = &self.0;
                $keeps($v)?;
                out.set_value($to_text);
                Ok(IsNull::No)
            }
        }
        impl FromSql<$sql, MultiBackend> for $rust {
            fn from_sql(raw: MultiRawValue<'_>) -> deserialize::Result<Self> {
                raw.from_sql::<Self, $sql>()
            }
        }
        impl ToSql<$sql, MultiBackend> for $rust {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, MultiBackend>) -> serialize::Result {
                out.set_value(($sql, self));
                Ok(IsNull::No)
            }
        }
    };
}

portable!(
    /// `uuid`, or 36 characters of text.
    Uid, 2950, 2951,
    /// An identifier in a row.
    Id(uuid::Uuid), diesel::sql_types::Uuid,
    |v| v.to_string(), |s| s.parse()?, every
);
portable!(
    /// `jsonb`, or text.
    Document, 3802, 3807,
    /// A JSON document in a row.
    Json(serde_json::Value), diesel::sql_types::Jsonb,
    |v| v.to_string(), |s| serde_json::from_str(&s)?, every
);
portable!(
    /// `timestamptz`, or text of fixed width and always UTC, so that text order is time order.
    Instant, 1184, 1185,
    /// An instant in a row, to the microsecond.
    At(DateTime<Utc>), diesel::sql_types::Timestamptz,
    |v| v.to_rfc3339_opts(SecondsFormat::Micros, true),
    |s| DateTime::parse_from_rfc3339(&s)?.with_timezone(&Utc), in_four_digits
);

/// Every value is kept.
#[expect(clippy::unnecessary_wraps, reason = "one of two that say what is kept")]
fn every<T>(_value: &T) -> Result<(), String> {
    Ok(())
}

/// As text an instant of another width would stand in the wrong place and not be read back; what one database can't keep,
/// none keeps. The words are those by which a value is told from a defect.
fn in_four_digits(at: &DateTime<Utc>) -> Result<(), String> {
    let kept = (0..=9999).contains(&at.year());
    if kept { Ok(()) } else { Err(format!("the year of {at} is out of range")) }
}

impl From<uuid::Uuid> for Id {
    fn from(id: uuid::Uuid) -> Self {
        Self(id)
    }
}

impl From<BusinessTime> for At {
    fn from(at: BusinessTime) -> Self {
        Self(at.0)
    }
}

impl From<SystemTime> for At {
    fn from(at: SystemTime) -> Self {
        Self(at.0)
    }
}

impl From<DateTime<Utc>> for At {
    fn from(at: DateTime<Utc>) -> Self {
        Self(at)
    }
}
