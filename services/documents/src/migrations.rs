//! The service's tables.

use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use motcua_db::Migrations;

/// The service's own tables, beside those of the crates it stands on.
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
