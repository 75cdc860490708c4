//! Facts of procedures, of when they were announced, and of ratings.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel::prelude::*;
use motcua_db::sql::{At, Id};
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Error, Result, Uuid};

use super::schema::{announcement_facts, procedure_facts, rating_facts};
use super::{keep, of_ids};
use crate::facts::events::{Decision, LifeFacts, PublishedFacts, RatingFacts};

/// The number under which the announcement of an abolition is kept, beside those of versions, which begin at 1.
pub(in crate::facts) const ABOLITION: i64 = 0;

/// What is known of these procedures.
pub(in crate::facts) fn procedures_of(
    conn: &mut Conn,
    tenant: Uuid,
    ids: impl IntoIterator<Item = Uuid>,
) -> TxResult<BTreeMap<Uuid, ProcedureRow>> {
    let rows: Vec<ProcedureRow> =
        of_ids!(conn, procedure_facts, procedure_id, tenant, ids, procedure_facts::all_columns)?;
    Ok(rows.into_iter().map(|row| (row.procedure_id.0, row)).collect())
}

/// These ratings.
pub(crate) fn ratings_of(
    conn: &mut Conn,
    tenant: Uuid,
    ids: impl IntoIterator<Item = Uuid>,
) -> TxResult<BTreeMap<Uuid, RatingRow>> {
    let rows: Vec<RatingRow> = of_ids!(conn, rating_facts, rating_id, tenant, ids, rating_facts::all_columns)?;
    Ok(rows.into_iter().map(|row| (row.rating_id.0, row)).collect())
}

/// A procedure (thủ tục) in its newest published version.
#[derive(Debug, Clone, PartialEq, Queryable, Insertable)]
#[diesel(table_name = procedure_facts, treat_none_as_default_value = false)]
#[expect(clippy::struct_excessive_bools, reason = "facts that are counted one by one")]
pub(crate) struct ProcedureRow {
    pub tenant_id: Id,
    pub procedure_id: Id,
    pub version: i64,
    pub version_id: Id,
    pub number: i64,
    pub code: String,
    pub name: String,
    pub field_code: String,
    pub field_name: String,
    pub levels: String,
    pub audience: String,
    pub channels: String,
    pub status: String,
    pub source: String,
    pub effective_from: NaiveDate,
    pub published_at: At,
    pub decision_number: Option<String>,
    pub decided_on: Option<NaiveDate>,
    pub bases_effective_on: Option<NaiveDate>,
    pub parts_complete: bool,
    pub missing_parts: String,
    pub service_level: Option<String>,
    pub says_why_partial: bool,
    pub proactive_level: Option<i32>,
    pub has_fee: bool,
    pub returns_paper: bool,
    pub connected_databases: String,
    pub suspended_since: Option<At>,
    pub abolished_from: Option<NaiveDate>,
}

pub(in crate::facts) fn keep_procedure_facts(tx: &mut Conn, rows: &[ProcedureRow]) -> TxResult<()> {
    keep!(
        tx,
        procedure_facts,
        rows,
        [tenant_id, procedure_id],
        [
            version,
            version_id,
            number,
            code,
            name,
            field_code,
            field_name,
            levels,
            audience,
            channels,
            status,
            source,
            effective_from,
            published_at,
            decision_number,
            decided_on,
            bases_effective_on,
            parts_complete,
            missing_parts,
            service_level,
            says_why_partial,
            proactive_level,
            has_fee,
            returns_paper,
            connected_databases,
            suspended_since,
            abolished_from
        ]
    );
    Ok(())
}

/// An announcement (công bố) of a procedure: each of its published versions, and its abolition as number 0.
#[derive(Debug, Clone, PartialEq, Queryable, Insertable)]
#[diesel(table_name = announcement_facts, treat_none_as_default_value = false)]
pub(crate) struct AnnouncementRow {
    pub tenant_id: Id,
    pub procedure_id: Id,
    pub number: i64,
    pub version: i64,
    pub kind: String,
    pub code: String,
    pub decision_number: Option<String>,
    pub decided_on: Option<NaiveDate>,
    pub bases_effective_on: Option<NaiveDate>,
    pub published_at: Option<At>,
    pub withdrawn: bool,
}

pub(in crate::facts) fn keep_announcement_facts(tx: &mut Conn, rows: &[AnnouncementRow]) -> TxResult<()> {
    keep!(
        tx,
        announcement_facts,
        rows,
        [tenant_id, procedure_id, number],
        [version, kind, code, decision_number, decided_on, bases_effective_on, published_at, withdrawn]
    );
    Ok(())
}

/// A rating of a one-stop desk (đánh giá) of a month that is over.
#[derive(Debug, Clone, PartialEq, Queryable, Insertable)]
#[diesel(table_name = rating_facts, treat_none_as_default_value = false)]
pub(crate) struct RatingRow {
    pub tenant_id: Id,
    pub rating_id: Id,
    pub agency_id: Id,
    pub field_code: String,
    pub procedure_code: String,
    pub month_on: NaiveDate,
    pub total: Option<i64>,
    pub lowest: Option<i64>,
    pub time_limit: Option<i64>,
    pub step_times: Option<i64>,
    pub contacts: Option<i64>,
    pub agencies_contacted: Option<i64>,
    pub one_stop: Option<i64>,
    pub transparency: Option<i64>,
    pub attitude: Option<i64>,
    pub feedback_handling: Option<i64>,
    pub online_service: Option<i64>,
}

pub(in crate::facts) fn keep_rating_facts(tx: &mut Conn, rows: &[RatingRow]) -> TxResult<()> {
    keep!(
        tx,
        rating_facts,
        rows,
        [tenant_id, rating_id],
        [
            agency_id,
            field_code,
            procedure_code,
            month_on,
            total,
            lowest,
            time_limit,
            step_times,
            contacts,
            agencies_contacted,
            one_stop,
            transparency,
            attitude,
            feedback_handling,
            online_service
        ]
    );
    Ok(())
}

impl ProcedureRow {
    /// A procedure as it was published, and what was known of it before: a new version resumes nothing.
    pub(in crate::facts) fn published(
        tenant: Uuid,
        procedure: Uuid,
        facts: PublishedFacts,
        before: Option<&Self>,
    ) -> Self {
        let (decision_number, decided_on) = split(facts.decision);
        Self {
            tenant_id: Id(tenant),
            procedure_id: Id(procedure),
            version: facts.version,
            version_id: Id(facts.version_id),
            number: facts.number,
            code: facts.code,
            name: facts.name,
            field_code: facts.field.code,
            field_name: facts.field.name,
            levels: facts.levels.join("\n"),
            audience: facts.audience.join("\n"),
            channels: facts.channels.join("\n"),
            status: before
                .filter(|row| row.suspended_since.is_some() || row.abolished_from.is_some())
                .map_or(facts.status, |row| row.status.clone()),
            source: facts.source,
            effective_from: facts.effective_from,
            published_at: At(facts.published_at),
            decision_number,
            decided_on,
            bases_effective_on: facts.bases_effective_on,
            parts_complete: facts.check.complete,
            missing_parts: facts.check.missing.join("\n"),
            service_level: facts.service_level,
            says_why_partial: facts.partial_reason.is_some_and(|reason| !reason.trim().is_empty()),
            proactive_level: facts.proactive_level,
            has_fee: facts.has_fee,
            returns_paper: facts.returns_paper,
            connected_databases: facts.connected_databases.join("\n"),
            suspended_since: before.and_then(|row| row.suspended_since.clone()),
            abolished_from: before.and_then(|row| row.abolished_from),
        }
    }

    /// The same after it was suspended, resumed or abolished.
    pub(in crate::facts) fn lives_on(&mut self, facts: &LifeFacts) {
        self.version = facts.version;
        self.status.clone_from(&facts.status);
        self.suspended_since = facts.suspension.as_ref().map(|suspension| At(suspension.since));
        self.abolished_from = facts.abolition.as_ref().map(|abolition| abolition.effective_from);
    }
}

impl AnnouncementRow {
    pub(in crate::facts) fn published(tenant: Uuid, procedure: Uuid, facts: &PublishedFacts) -> Self {
        let (decision_number, decided_on) = split(facts.decision.clone());
        Self {
            tenant_id: Id(tenant),
            procedure_id: Id(procedure),
            number: facts.number,
            version: facts.version,
            kind: if facts.number == 1 { "new" } else { "amended" }.to_owned(),
            code: facts.code.clone(),
            decision_number,
            decided_on,
            bases_effective_on: facts.bases_effective_on,
            published_at: Some(At(facts.published_at)),
            withdrawn: false,
        }
    }

    /// The abolition of a procedure that had none, or whose abolition was withdrawn before its day.
    pub(in crate::facts) fn abolition(tenant: Uuid, procedure: Uuid, facts: &LifeFacts) -> Self {
        let abolition = facts.abolition.as_ref();
        let (decision_number, decided_on) = split(abolition.map(|abolition| abolition.decision.clone()));
        let basis = abolition.and_then(|abolition| abolition.legal_basis.as_ref());
        Self {
            tenant_id: Id(tenant),
            procedure_id: Id(procedure),
            number: ABOLITION,
            version: facts.version,
            kind: "abolished".to_owned(),
            code: facts.code.clone(),
            decision_number,
            decided_on,
            bases_effective_on: basis.and_then(|basis| basis.effective_on),
            published_at: None,
            withdrawn: abolition.is_none(),
        }
    }
}

fn split(decision: Option<Decision>) -> (Option<String>, Option<NaiveDate>) {
    decision.map_or((None, None), |decision| (Some(decision.number), decision.date))
}

impl RatingRow {
    /// # Errors
    /// When its month is none.
    pub(in crate::facts) fn new(tenant: Uuid, rating: Uuid, facts: RatingFacts) -> Result<Self> {
        let month_on = format!("{}-01", facts.month).parse::<NaiveDate>();
        let month_on = month_on.map_err(|error| Error::internal(format!("rating {rating}: month: {error}")))?;
        let score = |criterion: &str| facts.scores.get(criterion).copied();
        Ok(Self {
            tenant_id: Id(tenant),
            rating_id: Id(rating),
            month_on,
            total: facts.total,
            lowest: facts.scores.values().min().copied(),
            time_limit: score("time_limit"),
            step_times: score("step_times"),
            contacts: score("contacts"),
            agencies_contacted: score("agencies_contacted"),
            one_stop: score("one_stop"),
            transparency: score("transparency"),
            attitude: score("attitude"),
            feedback_handling: score("feedback_handling"),
            online_service: score("online_service"),
            agency_id: Id(facts.agency_id),
            field_code: facts.field_code,
            procedure_code: facts.procedure_code,
        })
    }
}
