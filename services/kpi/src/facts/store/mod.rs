//! Facts as they are stored: one row a dossier, procedure, document or rating, always the newest.

mod documents;
mod dossiers;
pub(crate) mod keeping;
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
pub(crate) use keeping::keep;
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
pub(crate) use of_ids;

/// A tenant's whole rows of these ids, which PostgreSQL is told to look up one by one. It would rather go through all rows
/// of the tenant while it has no figures of a table that was empty a minute ago.
macro_rules! rows_of_ids {
    ($conn:expr, $table:ident, $id:ident, $tenant:expr, $ids:expr) => {
        match $conn {
            ::motcua_db::Conn::Postgres(conn) => ::diesel::sql_query(concat!(
                "SELECT kept.* FROM unnest($2) AS asked (id), LATERAL (SELECT * FROM ",
                stringify!($table),
                " WHERE tenant_id = $1 AND ",
                stringify!($id),
                " = asked.id OFFSET 0) AS kept",
            ))
            .bind::<::motcua_db::sql::Uid, _>(::motcua_db::sql::Id($tenant))
            .bind::<::diesel::sql_types::Array<::motcua_db::sql::Uid>, _>(
                $ids.into_iter().map(::motcua_db::sql::Id).collect::<Vec<_>>(),
            )
            .load(conn),
            ::motcua_db::Conn::Sqlite(conn) => {
                $crate::facts::store::of_ids!(conn, $table, $id, $tenant, $ids, $table::all_columns)
            }
        }
    };
}
pub(crate) use rows_of_ids;

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

/// A number of things as columns keep it.
pub(super) fn count(things: usize) -> i64 {
    i64::try_from(things).unwrap_or(i64::MAX)
}
