//! Where the sandbox clock stands: one row an installation, in the database of each service.

use diesel::prelude::*;
use diesel::upsert::excluded;
use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use motcua_db::sql::Id;
use motcua_db::{Conn, Migrations, TxResult, on_each};
use motcua_kernel::Uuid;

/// The table of the sandbox clock.
pub const MIGRATIONS: Migrations = Migrations {
    sqlite: || {
        const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
        SQLITE
    },
    postgres: || {
        const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");
        POSTGRES
    },
};

diesel::table! {
    use diesel::sql_types::BigInt;
    use motcua_db::sql::Uid;
    sandbox_clocks (tenant_id) { tenant_id -> Uid, version -> BigInt, shift_micros -> BigInt, }
}

/// Moves the clock and returns its new version: one statement, so that two moves at once are two versions.
pub(super) fn set(tx: &mut Conn, tenant: Uuid, shift: i64) -> TxResult<i64> {
    Ok(on_each!(tx, |c| {
        diesel::insert_into(sandbox_clocks::table)
            .values((
                sandbox_clocks::tenant_id.eq(Id(tenant)),
                sandbox_clocks::version.eq(1_i64),
                sandbox_clocks::shift_micros.eq(shift),
            ))
            .on_conflict(sandbox_clocks::tenant_id)
            .do_update()
            .set((sandbox_clocks::version.eq(sandbox_clocks::version + 1_i64), sandbox_clocks::shift_micros.eq(shift)))
            .returning(sandbox_clocks::version)
            .get_result(c)
    })?)
}

/// Keeps a move that was told. An older one than is known changes nothing, so replaying a feed ends at the newest.
pub(super) fn keep(tx: &mut Conn, tenant: Uuid, version: i64, shift: i64) -> TxResult<()> {
    use diesel::query_dsl::methods::FilterDsl as _;
    on_each!(tx, |c| {
        diesel::insert_into(sandbox_clocks::table)
            .values((
                sandbox_clocks::tenant_id.eq(Id(tenant)),
                sandbox_clocks::version.eq(version),
                sandbox_clocks::shift_micros.eq(shift),
            ))
            .on_conflict(sandbox_clocks::tenant_id)
            .do_update()
            .set((sandbox_clocks::version.eq(version), sandbox_clocks::shift_micros.eq(shift)))
            .filter(sandbox_clocks::version.lt(excluded(sandbox_clocks::version)))
            .execute(c)
    })?;
    Ok(())
}

/// Version and shift; none before the first move.
pub(super) fn load(conn: &mut Conn, tenant: Uuid) -> TxResult<Option<(i64, i64)>> {
    Ok(sandbox_clocks::table
        .select((sandbox_clocks::version, sandbox_clocks::shift_micros))
        .filter(sandbox_clocks::tenant_id.eq(Id(tenant)))
        .first(conn)
        .optional()?)
}
