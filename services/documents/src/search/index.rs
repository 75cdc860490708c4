//! The index: what was entered, who can read it, and its words in the database's own full-text form.

use chrono::{Datelike, NaiveDate};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use motcua_db::sql::{Id, Uid};
use motcua_db::{Conn, TxResult, on_each};
use motcua_kernel::Uuid;

use super::file_words::Body;
use super::words::{kept, vector, words};

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::Uid;
    /// A document that is searched. Its place is its day and a number within the day, so that the order of places is the
    /// order of hits.
    search_entries (tenant_id, place) {
        tenant_id -> Uid,
        place -> BigInt,
        kind -> Text,
        document_id -> Uid,
        document_type -> Text,
        dated -> Date,
        responsible_agency_id -> Uid,
    }
}

diesel::table! {
    use diesel::sql_types::BigInt;
    use motcua_db::sql::Uid;
    /// The agencies of whose officers some may see it, and officers who may by name; the predicate of its kind says who
    /// does.
    search_readers (tenant_id, place, reader_id) {
        tenant_id -> Uid,
        place -> BigInt,
        reader_id -> Uid,
    }
}

diesel::table! {
    use diesel::sql_types::Text;
    use motcua_db::sql::Uid;
    /// Which documents have a content among their files: they are entered anew when its text has been read.
    search_files (tenant_id, sha256, kind, document_id) {
        tenant_id -> Uid,
        sha256 -> Text,
        kind -> Text,
        document_id -> Uid,
    }
}

/// A document as it is searched.
#[derive(Debug, Clone)]
pub struct Entry<'a> {
    /// The word of its kind.
    pub kind: &'static str,
    /// Its id.
    pub document: Uuid,
    /// Code of its type.
    pub document_type: &'a str,
    /// Its day, which is its place among hits.
    pub dated: NaiveDate,
    /// The agency responsible for it.
    pub responsible_agency: Uuid,
    /// Other agencies of whose officers some may see it, and officers who may by name.
    pub readers: Vec<Uuid>,
    /// What it says, the most telling first: number and notation, subject, issuer, signer.
    pub texts: Vec<&'a str>,
    /// What its files say, which comes behind.
    pub body: &'a Body,
}

/// The content of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileContent {
    /// SHA-256 of it, in hexadecimal.
    pub sha256: String,
    /// Its length in bytes.
    pub size: u64,
}

/// Below the day of a place stands its number within the day.
const DAY_BITS: u32 = 40;
/// How many numbers a day has.
const OF_A_DAY: u64 = 1 << DAY_BITS;
/// The last day that fits above them, in some 20,000 years.
const LAST_DAY: i32 = (1 << 23) - 1;

/// Enters a document, or enters it again as it is now.
///
/// # Errors
/// When the database fails.
pub fn put(tx: &mut Conn, tenant: Uuid, entry: &Entry<'_>) -> TxResult<()> {
    hold(tx, entry.document)?;
    let before = place_of(tx, tenant, entry.kind, entry.document)?;
    if let Some((place, _)) = before {
        forget(tx, tenant, place)?;
        forget_files(tx, tenant, entry.kind, entry.document)?;
    }
    let place = match before {
        Some((place, dated)) if dated == entry.dated => place,
        _ => free_place(tx, entry)?,
    };
    diesel::insert_into(search_entries::table)
        .values((
            search_entries::tenant_id.eq(Id(tenant)),
            search_entries::place.eq(place),
            search_entries::kind.eq(entry.kind),
            search_entries::document_id.eq(Id(entry.document)),
            search_entries::document_type.eq(entry.document_type),
            search_entries::dated.eq(entry.dated),
            search_entries::responsible_agency_id.eq(Id(entry.responsible_agency)),
        ))
        .execute(tx)?;
    let mut readers = entry.readers.clone();
    readers.push(entry.responsible_agency);
    readers.sort_unstable();
    readers.dedup();
    for reader in readers {
        let reader = search_readers::reader_id.eq(Id(reader));
        let key = (search_readers::tenant_id.eq(Id(tenant)), search_readers::place.eq(place), reader);
        diesel::insert_into(search_readers::table).values(key).execute(tx)?;
    }
    for file in entry.body.contents() {
        keep_file(tx, tenant, entry, file)?;
    }
    let fields: Vec<String> = entry.texts.iter().flat_map(|text| words(text)).collect();
    let found = fields.iter().map(String::as_str).chain(entry.body.words());
    insert_words(tx, tenant, place, &kept(found))
}

/// Adds some to those who may see a document, as far as it is in the index.
///
/// # Errors
/// When the database fails.
pub fn add_readers(tx: &mut Conn, tenant: Uuid, kind: &str, document: Uuid, readers: &[Uuid]) -> TxResult<()> {
    hold(tx, document)?;
    let Some((place, _)) = place_of(tx, tenant, kind, document)? else { return Ok(()) };
    for reader in readers {
        let row = (
            search_readers::tenant_id.eq(Id(tenant)),
            search_readers::place.eq(place),
            search_readers::reader_id.eq(Id(*reader)),
        );
        on_each!(tx, |c| diesel::insert_into(search_readers::table).values(row).on_conflict_do_nothing().execute(c))?;
    }
    Ok(())
}

/// The contents of these files, of those there are and were not destroyed.
///
/// # Errors
/// When the database fails.
pub fn contents_of(conn: &mut Conn, tenant: Uuid, files: impl IntoIterator<Item = Uuid>) -> TxResult<Vec<FileContent>> {
    let mut contents = Vec::new();
    for file in files {
        let found = motcua_files::load(conn, tenant, file)?;
        contents.extend(
            found
                .filter(|file| file.destroyed_at.is_none())
                .map(|file| FileContent { sha256: file.sha256, size: file.size }),
        );
    }
    Ok(contents)
}

/// Lets nobody else enter a document until the transaction ends: what was read of it before is not entered over what
/// somebody has written meanwhile. SQLite has one writer anyway.
pub(crate) fn hold(tx: &mut Conn, document: Uuid) -> TxResult<()> {
    if let Conn::Postgres(conn) = tx {
        let key = i64::from_be_bytes(document.as_u64_pair().1.to_be_bytes());
        diesel::sql_query("SELECT pg_advisory_xact_lock($1)").bind::<BigInt, _>(key).execute(conn)?;
    }
    Ok(())
}

/// The documents that have a content among their files, each with its kind; always in the same order, so that no two who
/// hold them wait for each other.
pub(super) fn having(conn: &mut Conn, tenant: Uuid, sha256: &str) -> TxResult<Vec<(String, Uuid)>> {
    let rows: Vec<(String, Id)> = search_files::table
        .select((search_files::kind, search_files::document_id))
        .filter(search_files::tenant_id.eq(Id(tenant)).and(search_files::sha256.eq(sha256)))
        .order((search_files::kind, search_files::document_id))
        .load(conn)?;
    Ok(rows.into_iter().map(|(kind, document)| (kind, document.0)).collect())
}

fn keep_file(tx: &mut Conn, tenant: Uuid, entry: &Entry<'_>, file: &FileContent) -> TxResult<()> {
    let row = (
        search_files::tenant_id.eq(Id(tenant)),
        search_files::sha256.eq(file.sha256.clone()),
        search_files::kind.eq(entry.kind),
        search_files::document_id.eq(Id(entry.document)),
    );
    on_each!(tx, |c| diesel::insert_into(search_files::table).values(row).on_conflict_do_nothing().execute(c))?;
    Ok(())
}

/// Takes a document out of the index.
///
/// # Errors
/// When the database fails.
pub fn remove(tx: &mut Conn, tenant: Uuid, kind: &str, document: Uuid) -> TxResult<()> {
    forget_files(tx, tenant, kind, document)?;
    match place_of(tx, tenant, kind, document)? {
        Some((place, _)) => forget(tx, tenant, place),
        None => Ok(()),
    }
}

/// Gives what one agency is responsible for or reads to another, for the follower of successions; says how many entries.
///
/// # Errors
/// When the database fails.
pub fn move_rows(tx: &mut Conn, tenant: Uuid, from: Uuid, to: Uuid) -> TxResult<usize> {
    let places: Vec<i64> = search_readers::table
        .select(search_readers::place)
        .filter(search_readers::tenant_id.eq(Id(tenant)).and(search_readers::reader_id.eq(Id(from))))
        .load(tx)?;
    for some in places.chunks(MOVED_TOGETHER) {
        let of = search_readers::tenant_id.eq(Id(tenant)).and(search_readers::place.eq_any(some.to_vec()));
        // Who reads both would stand there twice.
        let there: Vec<i64> = search_readers::table
            .select(search_readers::place)
            .filter(of.clone().and(search_readers::reader_id.eq(Id(to))))
            .load(tx)?;
        let twice = search_readers::tenant_id.eq(Id(tenant)).and(search_readers::place.eq_any(there));
        diesel::delete(search_readers::table.filter(twice.and(search_readers::reader_id.eq(Id(to))))).execute(tx)?;
        diesel::update(search_readers::table.filter(of.and(search_readers::reader_id.eq(Id(from)))))
            .set(search_readers::reader_id.eq(Id(to)))
            .execute(tx)?;
    }
    diesel::update(search_entries::table)
        .filter(search_entries::tenant_id.eq(Id(tenant)).and(search_entries::responsible_agency_id.eq(Id(from))))
        .set(search_entries::responsible_agency_id.eq(Id(to)))
        .execute(tx)?;
    Ok(places.len())
}

/// How many entries change hands in one statement.
const MOVED_TOGETHER: usize = 500;

fn place_of(conn: &mut Conn, tenant: Uuid, kind: &str, document: Uuid) -> TxResult<Option<(i64, NaiveDate)>> {
    Ok(search_entries::table
        .select((search_entries::place, search_entries::dated))
        .filter(search_entries::tenant_id.eq(Id(tenant)).and(search_entries::kind.eq(kind)))
        .filter(search_entries::document_id.eq(Id(document)))
        .first(conn)
        .optional()?)
}

/// A place within the document's day that nobody has, drawn by its id. SQLite's index knows places only, so none is had
/// twice in any tenant.
fn free_place(tx: &mut Conn, entry: &Entry<'_>) -> TxResult<i64> {
    let day = i64::from(entry.dated.num_days_from_ce().clamp(0, LAST_DAY));
    let mut number = entry.document.as_u64_pair().1 % OF_A_DAY;
    loop {
        let place = (day << DAY_BITS) | i64::try_from(number).unwrap_or_default();
        let taken: Option<i64> = search_entries::table
            .select(search_entries::place)
            .filter(search_entries::place.eq(place))
            .first(tx)
            .optional()?;
        if taken.is_none() {
            return Ok(place);
        }
        number = (number + 1) % OF_A_DAY;
    }
}

fn forget_files(tx: &mut Conn, tenant: Uuid, kind: &str, document: Uuid) -> TxResult<()> {
    let files = search_files::tenant_id.eq(Id(tenant)).and(search_files::kind.eq(kind.to_owned()));
    diesel::delete(search_files::table.filter(files.and(search_files::document_id.eq(Id(document))))).execute(tx)?;
    Ok(())
}

fn forget(tx: &mut Conn, tenant: Uuid, place: i64) -> TxResult<()> {
    let entry = search_entries::tenant_id.eq(Id(tenant)).and(search_entries::place.eq(place));
    diesel::delete(search_entries::table.filter(entry)).execute(tx)?;
    let readers = search_readers::tenant_id.eq(Id(tenant)).and(search_readers::place.eq(place));
    diesel::delete(search_readers::table.filter(readers)).execute(tx)?;
    match tx {
        Conn::Postgres(conn) => {
            diesel::sql_query("DELETE FROM search_index WHERE tenant_id = $1 AND place = $2")
                .bind::<Uid, _>(Id(tenant))
                .bind::<BigInt, _>(place)
                .execute(conn)?;
        }
        Conn::Sqlite(conn) => {
            diesel::sql_query("DELETE FROM search_index WHERE rowid = ?").bind::<BigInt, _>(place).execute(conn)?;
        }
    }
    Ok(())
}

fn insert_words(tx: &mut Conn, tenant: Uuid, place: i64, found: &[&str]) -> TxResult<()> {
    match tx {
        Conn::Postgres(conn) => {
            diesel::sql_query("INSERT INTO search_index (tenant_id, place, words) VALUES ($1, $2, $3::tsvector)")
                .bind::<Uid, _>(Id(tenant))
                .bind::<BigInt, _>(place)
                .bind::<Text, _>(vector(found))
                .execute(conn)?;
        }
        Conn::Sqlite(conn) => {
            diesel::sql_query("INSERT INTO search_index (rowid, words) VALUES (?, ?)")
                .bind::<BigInt, _>(place)
                .bind::<Text, _>(found.join(" "))
                .execute(conn)?;
        }
    }
    Ok(())
}
