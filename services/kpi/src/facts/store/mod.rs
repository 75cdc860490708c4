//! Facts as they are stored: one row a dossier, procedure, document or rating, always the newest.

mod documents;
mod dossiers;
mod moves;
pub(super) mod pages;
mod placed;
mod procedures;
mod schema;
mod unknown;

use diesel::prelude::*;
use motcua_db::sql::Id;
use motcua_db::{Conn, TxResult};
use motcua_kernel::Uuid;

pub(crate) use documents::{DispatchRow, DocumentRow, IncomingDocumentRow};
pub(crate) use documents::{documents_of, incoming_of};
pub(crate) use dossiers::{
    DossierCaseRow, DossierCourseRow, DossierFactRow, DossierPaperRow, DossierRows, MirroredDossierRow, dossiers_of,
};
pub(crate) use moves::ResponsibilityRow;
pub(crate) use placed::{After, Placing, labels, placed};
pub(crate) use procedures::{AnnouncementRow, ProcedureRow, RatingRow, ratings_of};
pub(crate) use schema::*;
pub(crate) use unknown::{UnknownRow, list_unknown};

pub(super) use documents::*;
pub(super) use dossiers::*;
pub(super) use moves::*;
pub(super) use procedures::*;
pub(super) use unknown::*;

/// How many rows are read or written with one statement.
pub(crate) const TOGETHER: usize = 250;

/// Writes rows, whether they are new or take the place of others. A batch names no row twice.
///
/// PostgreSQL takes a column as an array, with a statement that is the same for any number of rows; SQLite takes row after
/// row with a statement that it has read before. A list of values is another statement each time, and reading and planning
/// it takes both of them longer than writing the rows.
macro_rules! keep {
    ($tx:expr, $table:ident, $rows:expr, [$($key:ident),+], [$($column:ident),+ $(,)?]) => {
        match $tx {
            ::motcua_db::Conn::Postgres(conn) => {
                let text = $crate::facts::store::taking_place(
                    stringify!($table),
                    &[$(stringify!($key)),+],
                    &[$(stringify!($column)),+],
                );
                for rows in $rows.chunks($crate::facts::store::TOGETHER) {
                    let query = ::diesel::sql_query(text.as_str()).into_boxed::<::diesel::pg::Pg>();
                    $(
                        let values: Vec<_> = rows.iter().map(|row| &row.$key).collect();
                        let query = query.bind::<::diesel::sql_types::Array<::diesel::dsl::SqlTypeOf<$table::$key>>, _>(values);
                    )+
                    $(
                        let values: Vec<_> = rows.iter().map(|row| &row.$column).collect();
                        let query = query.bind::<::diesel::sql_types::Array<::diesel::dsl::SqlTypeOf<$table::$column>>, _>(values);
                    )+
                    query.execute(conn)?;
                }
            }
            ::motcua_db::Conn::Sqlite(conn) => {
                for row in $rows {
                    ::diesel::insert_into($table::table)
                        .values(row)
                        .on_conflict(($($table::$key),+))
                        .do_update()
                        .set(($($table::$column.eq(::diesel::upsert::excluded($table::$column)),)+))
                        .execute(conn)?;
                }
            }
        }
    };
}
pub(crate) use keep;

/// A tenant's rows of these ids.
macro_rules! of_ids {
    ($conn:expr, $table:ident, $id:ident, $tenant:expr, $ids:expr, $select:expr) => {{
        let ids: Vec<::motcua_db::sql::Id> = $ids.into_iter().map(::motcua_db::sql::Id).collect();
        $table::table
            .select($select)
            .filter($table::tenant_id.eq(::motcua_db::sql::Id($tenant)).and($table::$id.eq_any(ids)))
            .load($conn)
    }};
}
use of_ids;

/// The versions that are kept of these ids.
macro_rules! kept_versions {
    ($name:ident, $table:ident, $id:ident) => {
        #[doc = concat!("The versions of which `", stringify!($table), "` tells, by id.")]
        pub(in crate::facts) fn $name(
            conn: &mut Conn,
            tenant: Uuid,
            ids: impl IntoIterator<Item = Uuid>,
        ) -> TxResult<BTreeMap<Uuid, i64>> {
            let kept: Vec<(Id, i64)> = of_ids!(conn, $table, $id, tenant, ids, ($table::$id, $table::version))?;
            Ok(kept.into_iter().map(|(id, version)| (id.0, version)).collect())
        }
    };
}
use kept_versions;

/// The ids behind one, in their order.
macro_rules! ids_after {
    ($($name:ident: $table:ident by $id:ident),+ $(,)?) => {
        $(
            pub(crate) fn $name(conn: &mut Conn, tenant: Uuid, after: Uuid, most: i64) -> TxResult<Vec<Uuid>> {
                let ids: Vec<Id> = $table::table
                    .select($table::$id)
                    .filter($table::tenant_id.eq(Id(tenant)).and($table::$id.gt(Id(after))))
                    .order($table::$id)
                    .limit(most)
                    .load(conn)?;
                Ok(ids.into_iter().map(|id| id.0).collect())
            }
        )+
    };
}

ids_after!(
    dossier_ids_after: dossier_facts by dossier_id,
    document_ids_after: document_facts by document_id,
    incoming_ids_after: incoming_document_facts by document_id,
    rating_ids_after: rating_facts by rating_id,
);

/// The statement by which PostgreSQL takes rows as one array a column.
pub(crate) fn taking_place(table: &str, keys: &[&str], columns: &[&str]) -> String {
    let all: Vec<&str> = keys.iter().chain(columns).copied().collect();
    let arrays: Vec<String> = (1..=all.len()).map(|place| format!("${place}")).collect();
    let set: Vec<String> = columns.iter().map(|column| format!("{column} = excluded.{column}")).collect();
    format!(
        "INSERT INTO {table} ({}) SELECT * FROM unnest({}) ON CONFLICT ({}) DO UPDATE SET {}",
        all.join(", "),
        arrays.join(", "),
        keys.join(", "),
        set.join(", "),
    )
}

/// A number of things as columns keep it.
pub(super) fn count(things: usize) -> i64 {
    i64::try_from(things).unwrap_or(i64::MAX)
}
