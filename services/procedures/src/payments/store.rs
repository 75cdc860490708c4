//! Rows of obligations and of what was paid for them.

use diesel::prelude::*;
use motcua_db::sql::{At, Id, Json};
use motcua_db::{Conn, MultiBackend, TxResult, on_each};
use motcua_kernel::{Error, Uuid};

use super::rules::Balance;

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::{Document, Instant, Uid};
    obligations (tenant_id, id) {
        tenant_id -> Uid,
        id -> Uid,
        dossier_id -> Uid,
        position -> BigInt,
        /// Which wait of the dossier it is asked for in; none for the fees of the procedure.
        wait -> Nullable<BigInt>,
        fee_code -> Nullable<Text>,
        name -> Text,
        kind -> Text,
        collected -> Text,
        legal_basis -> Nullable<Text>,
        reductions -> Document,
        full_amount -> BigInt,
        waived -> BigInt,
        paid -> BigInt,
        returned -> BigInt,
        reserved -> BigInt,
        paid_by -> Nullable<Text>,
        owed_since -> Instant,
        version -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::{Instant, Uid};
    payments (tenant_id, id) {
        tenant_id -> Uid,
        id -> Uid,
        dossier_id -> Uid,
        amount -> BigInt,
        method -> Text,
        state -> Text,
        transaction_reference -> Nullable<Text>,
        receipt_number -> Nullable<Text>,
        failure -> Nullable<Binary>,
        started_at -> Instant,
        started_by -> Text,
        settled_at -> Nullable<Instant>,
        settled_by -> Nullable<Text>,
        version -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::Uid;
    payment_parts (tenant_id, payment_id, obligation_id) {
        tenant_id -> Uid,
        payment_id -> Uid,
        obligation_id -> Uid,
        amount -> BigInt,
        refunded -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::{Instant, Uid};
    refunds (tenant_id, id) {
        tenant_id -> Uid,
        id -> Uid,
        dossier_id -> Uid,
        payment_id -> Uid,
        obligation_id -> Uid,
        amount -> BigInt,
        still_owed -> Bool,
        reason -> Binary,
        legal_basis -> Nullable<Text>,
        transaction_reference -> Nullable<Text>,
        refunded_at -> Instant,
        refunded_by -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::{Instant, Uid};
    waivers (tenant_id, id) {
        tenant_id -> Uid,
        id -> Uid,
        dossier_id -> Uid,
        obligation_id -> Uid,
        amount -> BigInt,
        reduction -> Nullable<Text>,
        legal_basis -> Text,
        reason -> Nullable<Binary>,
        waived_at -> Instant,
        waived_by -> Text,
    }
}

/// An obligation as it is stored.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = obligations, treat_none_as_default_value = false)]
pub(crate) struct ObligationRow {
    pub tenant_id: Id,
    pub id: Id,
    pub dossier_id: Id,
    pub position: i64,
    pub wait: Option<i64>,
    pub fee_code: Option<String>,
    pub name: String,
    pub kind: String,
    pub collected: String,
    pub legal_basis: Option<String>,
    pub reductions: Json,
    pub full_amount: i64,
    pub waived: i64,
    pub paid: i64,
    pub returned: i64,
    pub reserved: i64,
    pub paid_by: Option<String>,
    pub owed_since: At,
    pub version: i64,
}

impl ObligationRow {
    pub(crate) fn balance(&self) -> Balance {
        Balance {
            full: self.full_amount,
            waived: self.waived,
            paid: self.paid,
            returned: self.returned,
            reserved: self.reserved,
        }
    }

    pub(crate) fn set(&mut self, balance: Balance) {
        self.waived = balance.waived;
        self.paid = balance.paid;
        self.returned = balance.returned;
        self.reserved = balance.reserved;
    }
}

/// An attempt to pay, as it is stored; why it failed is sealed.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = payments, treat_none_as_default_value = false)]
pub(crate) struct PaymentRow {
    pub tenant_id: Id,
    pub id: Id,
    pub dossier_id: Id,
    pub amount: i64,
    pub method: String,
    pub state: String,
    pub transaction_reference: Option<String>,
    pub receipt_number: Option<String>,
    pub failure: Option<Vec<u8>>,
    pub started_at: At,
    pub started_by: String,
    pub settled_at: Option<At>,
    pub settled_by: Option<String>,
    pub version: i64,
}

/// What an attempt pays of one obligation, as it is stored.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = payment_parts)]
pub(crate) struct PartRow {
    pub tenant_id: Id,
    pub payment_id: Id,
    pub obligation_id: Id,
    pub amount: i64,
    pub refunded: i64,
}

/// Money that went back, as it is stored; the reason is sealed.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = refunds, treat_none_as_default_value = false)]
pub(crate) struct RefundRow {
    pub tenant_id: Id,
    pub id: Id,
    pub dossier_id: Id,
    pub payment_id: Id,
    pub obligation_id: Id,
    pub amount: i64,
    pub still_owed: bool,
    pub reason: Vec<u8>,
    pub legal_basis: Option<String>,
    pub transaction_reference: Option<String>,
    pub refunded_at: At,
    pub refunded_by: String,
}

/// What was taken off an obligation, as it is stored; the reason is sealed.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = waivers, treat_none_as_default_value = false)]
pub(crate) struct WaiverRow {
    pub tenant_id: Id,
    pub id: Id,
    pub dossier_id: Id,
    pub obligation_id: Id,
    pub amount: i64,
    pub reduction: Option<String>,
    pub legal_basis: String,
    pub reason: Option<Vec<u8>>,
    pub waived_at: At,
    pub waived_by: String,
}

/// The obligations of a dossier, in their order.
pub(crate) fn obligations_of(conn: &mut Conn, tenant: Uuid, dossier: Uuid) -> TxResult<Vec<ObligationRow>> {
    Ok(obligations::table
        .filter(obligations::tenant_id.eq(Id(tenant)).and(obligations::dossier_id.eq(Id(dossier))))
        .order(obligations::position)
        .load(conn)?)
}

pub(crate) fn insert_obligations(tx: &mut Conn, rows: &[ObligationRow]) -> TxResult<()> {
    if !rows.is_empty() {
        on_each!(tx, |c| diesel::insert_into(obligations::table).values(rows).execute(c))?;
    }
    Ok(())
}

/// Writes what may change of an obligation that was read in this transaction.
pub(crate) fn update_obligation(tx: &mut Conn, row: &mut ObligationRow) -> TxResult<()> {
    let changed = diesel::update(obligations::table)
        .filter(obligations::tenant_id.eq(row.tenant_id.clone()).and(obligations::id.eq(row.id.clone())))
        .filter(obligations::version.eq(row.version))
        .set((
            obligations::waived.eq(row.waived),
            obligations::paid.eq(row.paid),
            obligations::returned.eq(row.returned),
            obligations::reserved.eq(row.reserved),
            obligations::paid_by.eq(&row.paid_by),
            obligations::version.eq(row.version + 1),
        ))
        .execute(tx)?;
    row.version += 1;
    if changed == 1 { Ok(()) } else { Err(overtaken().into()) }
}

/// Only a step of the dossier that is taken at the same time gets here: it does not wait for its turn.
fn overtaken() -> Error {
    Error::conflict(
        "payment.overtaken",
        "Nghĩa vụ tài chính của hồ sơ vừa thay đổi; hãy đọc lại rồi gửi lại.",
        "The obligations of the dossier have just changed; read them again and repeat.",
    )
}

pub(crate) fn insert_payment(tx: &mut Conn, row: PaymentRow, parts: &[PartRow]) -> TxResult<()> {
    diesel::insert_into(payments::table).values(row).execute(tx)?;
    on_each!(tx, |c| diesel::insert_into(payment_parts::table).values(parts).execute(c))?;
    Ok(())
}

/// Writes how an attempt ended.
pub(crate) fn update_payment(tx: &mut Conn, row: &PaymentRow) -> TxResult<()> {
    diesel::update(payments::table)
        .filter(payments::tenant_id.eq(row.tenant_id.clone()).and(payments::id.eq(row.id.clone())))
        .set((
            payments::state.eq(&row.state),
            payments::transaction_reference.eq(&row.transaction_reference),
            payments::receipt_number.eq(&row.receipt_number),
            payments::failure.eq(&row.failure),
            payments::settled_at.eq(&row.settled_at),
            payments::settled_by.eq(&row.settled_by),
            payments::version.eq(row.version),
        ))
        .execute(tx)?;
    Ok(())
}

/// The attempts to pay for a dossier, the oldest first.
pub(crate) fn payments_of(conn: &mut Conn, tenant: Uuid, dossier: Uuid) -> TxResult<Vec<PaymentRow>> {
    Ok(payments::table
        .filter(payments::tenant_id.eq(Id(tenant)).and(payments::dossier_id.eq(Id(dossier))))
        .order((payments::started_at, payments::id))
        .load(conn)?)
}

pub(crate) fn payment(conn: &mut Conn, tenant: Uuid, dossier: Uuid, id: Uuid) -> TxResult<PaymentRow> {
    let key = payments::tenant_id.eq(Id(tenant)).and(payments::id.eq(Id(id)));
    let row = payments::table.filter(key).filter(payments::dossier_id.eq(Id(dossier))).first(conn).optional()?;
    Ok(row.ok_or_else(Error::not_found)?)
}

/// An attempt that has been pending for long.
#[derive(Debug, Clone)]
pub(crate) struct Waiting {
    pub tenant: Uuid,
    pub dossier: Uuid,
    pub id: Uuid,
    started_at: At,
}

/// Attempts that have been pending since before an instant, the oldest first, after one of them.
pub(crate) fn pending_since(
    conn: &mut Conn,
    before: &At,
    after: Option<&Waiting>,
    most: i64,
) -> TxResult<Vec<Waiting>> {
    let mut query = payments::table
        .select((payments::tenant_id, payments::dossier_id, payments::id, payments::started_at))
        .filter(payments::state.eq("pending").and(payments::started_at.lt(before.clone())))
        .into_boxed::<MultiBackend>();
    if let Some(last) = after {
        let same = payments::started_at.eq(last.started_at.clone()).and(payments::id.gt(Id(last.id)));
        query = query.filter(payments::started_at.gt(last.started_at.clone()).or(same));
    }
    let rows: Vec<(Id, Id, Id, At)> = query.order((payments::started_at, payments::id)).limit(most).load(conn)?;
    let waiting = |(tenant, dossier, id, started_at): (Id, Id, Id, At)| Waiting {
        tenant: tenant.0,
        dossier: dossier.0,
        id: id.0,
        started_at,
    };
    Ok(rows.into_iter().map(waiting).collect())
}

/// What these attempts pay of which obligations.
pub(crate) fn parts_of(conn: &mut Conn, tenant: Uuid, of: &[PaymentRow]) -> TxResult<Vec<PartRow>> {
    let ids: Vec<Id> = of.iter().map(|payment| payment.id.clone()).collect();
    Ok(payment_parts::table
        .filter(payment_parts::tenant_id.eq(Id(tenant)).and(payment_parts::payment_id.eq_any(ids)))
        .order((payment_parts::payment_id, payment_parts::obligation_id))
        .load(conn)?)
}

pub(crate) fn insert_refund(tx: &mut Conn, row: RefundRow) -> TxResult<()> {
    diesel::update(payment_parts::table)
        .filter(payment_parts::tenant_id.eq(row.tenant_id.clone()))
        .filter(payment_parts::payment_id.eq(row.payment_id.clone()))
        .filter(payment_parts::obligation_id.eq(row.obligation_id.clone()))
        .set(payment_parts::refunded.eq(payment_parts::refunded + row.amount))
        .execute(tx)?;
    diesel::insert_into(refunds::table).values(row).execute(tx)?;
    Ok(())
}

pub(crate) fn refunds_of(conn: &mut Conn, tenant: Uuid, dossier: Uuid) -> TxResult<Vec<RefundRow>> {
    Ok(refunds::table
        .filter(refunds::tenant_id.eq(Id(tenant)).and(refunds::dossier_id.eq(Id(dossier))))
        .order((refunds::refunded_at, refunds::id))
        .load(conn)?)
}

pub(crate) fn insert_waiver(tx: &mut Conn, row: WaiverRow) -> TxResult<()> {
    diesel::insert_into(waivers::table).values(row).execute(tx)?;
    Ok(())
}

pub(crate) fn waivers_of(conn: &mut Conn, tenant: Uuid, dossier: Uuid) -> TxResult<Vec<WaiverRow>> {
    Ok(waivers::table
        .filter(waivers::tenant_id.eq(Id(tenant)).and(waivers::dossier_id.eq(Id(dossier))))
        .order((waivers::waived_at, waivers::id))
        .load(conn)?)
}

/// The dossiers that obligations or payments belong to: for the feed.
pub(crate) fn dossiers_of(conn: &mut Conn, tenant: Uuid, subject: &str, ids: &[Uuid]) -> TxResult<Vec<(Uuid, Uuid)>> {
    let wanted: Vec<Id> = ids.iter().copied().map(Id).collect();
    let rows: Vec<(Id, Id)> = match subject {
        "payments" => payments::table
            .select((payments::id, payments::dossier_id))
            .filter(payments::tenant_id.eq(Id(tenant)).and(payments::id.eq_any(wanted)))
            .load(conn)?,
        _ => obligations::table
            .select((obligations::id, obligations::dossier_id))
            .filter(obligations::tenant_id.eq(Id(tenant)).and(obligations::id.eq_any(wanted)))
            .load(conn)?,
    };
    Ok(rows.into_iter().map(|(id, dossier)| (id.0, dossier.0)).collect())
}
