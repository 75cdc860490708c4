//! Recording and ending signing authorities. Like every change of the directory these run one after another, so that an
//! agency never has two heads.

use std::sync::Arc;

use motcua_agencies::{OfficerRecord, authority_in, load_agency, load_officer, open_agency, touch_directory};
use motcua_db::sql::{Id, Json};
use motcua_db::{Conn, TxResult};
use motcua_journal::{Change, EventKind, Moment, Stamp};
use motcua_kernel::{Actor, Answer, Authority, BusinessTime, Error, Idempotency, Result, Role, Text, Uuid, new_id};

use super::facts::{ENDED, GRANTED, SigningAuthorityFacts};
use super::http::{CreateSigningAuthority, CreateSigningAuthorityEnding, WRITE};
use super::rules::{self, Asked, Capacity, SIGNING_LAW};
use super::store::{self, AuthorityRow};
use super::{SigningAuthorities, read};
use crate::directory::{officer_id, officer_of};
use crate::precondition::check_version;
use crate::text_fields::{needed, required};

const RECORDERS: [Role; 2] = [Role::Administrator, Role::Leader];
const LONGEST_REASON: usize = 500;

pub(super) async fn grant(
    room: &SigningAuthorities,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    agency: Uuid,
    new: CreateSigningAuthority,
) -> Result<Answer> {
    actor.require_scope(WRITE)?;
    let asked = rules::check(new, room.db.clock.business().day_in_vietnam())?;
    let (asking, capacity) = (Arc::clone(&actor), asked.capacity);
    let now = room.db.clock.business();
    // Before a kept answer is given again: whoever has lost the right since hears nothing.
    room.db.read("signing_right", move |conn| may_grant(conn, &asking, agency, capacity, now).map(drop)).await?;
    let own = room.clone();
    room.db.write_once("signing_grant", actor.tenant, key, move |tx| grant_in(tx, &own, &actor, agency, &asked)).await
}

fn grant_in(tx: &mut Conn, room: &SigningAuthorities, actor: &Actor, agency: Uuid, asked: &Asked) -> TxResult<Answer> {
    let (moment, tenant) = (Moment::of(&room.db.clock), actor.tenant);
    let today = moment.occurred.day_in_vietnam();
    touch_directory(tx, tenant)?;
    let (by, given_under) = may_grant(tx, actor, agency, asked.capacity, moment.occurred)?;
    let agency = open_agency(tx, tenant, &agency.to_string(), today)?;
    let officer = officer(tx, room, tenant, &asked.officer)?;
    refuse_oneself(tx, actor, &officer)?;
    let valid_from = asked.valid_from.unwrap_or(today);
    if asked.valid_to.is_some_and(|to| to <= valid_from || to <= today) {
        return Err(Error::invalid(vec![rules::order_fault()]).into());
    }
    let founded = load_agency(tx, tenant, agency.id)?.map(|known| known.valid_from);
    if let Some(founded) = founded.filter(|founded| valid_from < *founded) {
        return Err(Error::invalid(vec![rules::before_agency(founded)]).into());
    }
    if !store::belongs(tx, tenant, agency.id, officer.id, valid_from.max(today))? {
        return Err(Error::invalid(vec![rules::of_another_agency()]).into());
    }
    let headships = store::headships(tx, tenant, agency.id)?;
    if asked.capacity.heads() {
        let meets = |row: &&AuthorityRow| {
            row.until().is_none_or(|until| valid_from < until && row.valid_from < until)
                && asked.valid_to.is_none_or(|to| row.valid_from < to)
        };
        if let Some(head) = headships.iter().find(meets) {
            return Err(head_exists(head).into());
        }
    }
    let head = headships.iter().find(|row| row.valid_from <= today && row.until().is_none_or(|until| today < until));
    let for_title = match (&asked.for_title, head) {
        (Some(title), _) => title.clone(),
        (None, Some(head)) => head.position.clone(),
        (None, None) if asked.capacity == Capacity::Head => String::new(),
        (None, None) => return Err(Error::invalid(vec![required("/for_title")]).into()),
    };
    let types = asked.document_types.as_ref().map(serde_json::to_value).transpose().map_err(Error::internal)?;
    let stamp = Stamp::of(&by, moment);
    let row = AuthorityRow {
        tenant_id: Id(tenant),
        id: Id(new_id()),
        agency_id: Id(agency.id),
        agency_code: agency.code,
        officer_id: Id(officer.id),
        capacity: asked.capacity.as_str().to_owned(),
        prefix: asked.capacity.prefix(&for_title, asked.deputy_of.as_deref()),
        position: asked.position.clone(),
        document_types: types.map(Json),
        valid_from,
        valid_to: asked.valid_to,
        legal_basis: asked.legal_basis.clone(),
        given_under_id: given_under.map(Id),
        granted_by: stamp.actor().to_owned(),
        granted_at: moment.occurred.into(),
        ended_on: None,
        end_reason: None,
        version: 1,
    };
    store::insert(tx, &row)?;
    tell(tx, room, &stamp, GRANTED, &row)?;
    let shown = read::view(tx, room, &row)?;
    Ok(Answer::created(format!("/v1/signing-authorities/{}", row.id.0), &shown)?.version(1))
}

pub(super) async fn end(
    room: &SigningAuthorities,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    (id, version): (Uuid, i64),
    new: CreateSigningAuthorityEnding,
) -> Result<Answer> {
    actor.require_scope(WRITE)?;
    let mut faults = Vec::new();
    let reason = needed(&new.reason, "/reason", LONGEST_REASON, &mut faults);
    if !faults.is_empty() {
        return Err(Error::invalid(faults));
    }
    let asking = Arc::clone(&actor);
    room.db.read("signing_right", move |conn| may_end(conn, &asking, id).map(drop)).await?;
    let own = room.clone();
    room.db
        .write_once("signing_end", actor.tenant, key, move |tx| {
            let moment = Moment::of(&own.db.clock);
            let today = moment.occurred.day_in_vietnam();
            touch_directory(tx, actor.tenant)?;
            let (mut row, by) = may_end(tx, &actor, id)?;
            check_version(row.version, version)?;
            if row.ended_on.is_some() || row.until().is_some_and(|until| until <= today) {
                return Err(over(&row).into());
            }
            let beyond = row.valid_to.is_some_and(|to| to <= new.on);
            if new.on < today || beyond {
                let text = Text::new(
                    "Chấm dứt không trước hôm nay và trước ngày hết hiệu lực.",
                    "It ends not before today, and before its own end.",
                );
                return Err(Error::invalid_field("/on", "order", text).into());
            }
            row.ended_on = Some(new.on);
            row.end_reason = Some(own.vault().seal(&store::reason_context(id), reason.as_bytes())?);
            row.version += 1;
            store::update_end(tx, &row)?;
            tell(tx, &own, &Stamp::of(&by, moment), ENDED, &row)?;
            Ok(Answer::done(&read::view(tx, &own, &row)?)?.version(row.version).personal())
        })
        .await
}

/// By what right an authority is recorded, and for an authorisation the headship it is given under.
fn may_grant(
    conn: &mut Conn,
    actor: &Actor,
    agency: Uuid,
    capacity: Capacity,
    at: BusinessTime,
) -> TxResult<(Authority, Option<Uuid>)> {
    load_agency(conn, actor.tenant, agency)?.ok_or_else(Error::not_found)?;
    if capacity != Capacity::Authorised {
        let by = authority_in(conn, actor, agency, &RECORDERS)?.ok_or_else(not_yours)?;
        if by.on_behalf_of().is_some() {
            return Err(by_delegation().into());
        }
        return Ok((by, None));
    }
    let today = at.day_in_vietnam();
    let me = officer_id(conn, actor)?.ok_or_else(head_only)?;
    if !store::is_there(conn, actor.tenant, agency, me, today)? {
        return Err(head_only().into());
    }
    let held = store::held_by(conn, actor.tenant, agency, me, today)?;
    let holds = |capacities: &[Capacity]| {
        held.iter().find(|held| held.holds_on(today) && capacities.contains(&held.capacity)).map(|held| held.id)
    };
    if let Some(headship) = holds(&[Capacity::Head, Capacity::ActingHead]) {
        return Ok((actor.in_own_name(), Some(headship)));
    }
    Err(if holds(&[Capacity::Authorised]).is_some() { passed_on() } else { head_only() }.into())
}

/// An authority the caller may see and end, and by what right.
fn may_end(conn: &mut Conn, actor: &Actor, id: Uuid) -> TxResult<(AuthorityRow, Authority)> {
    let me = officer_id(conn, actor)?;
    let row = store::find(conn, actor, me, id)?.ok_or_else(Error::not_found)?;
    if let Some(by) = authority_in(conn, actor, row.agency_id.0, &RECORDERS)? {
        return Ok((row, by));
    }
    if let (Some(under), Some(me)) = (&row.given_under_id, me) {
        let gave = store::headships(conn, actor.tenant, row.agency_id.0)?
            .iter()
            .any(|headship| headship.id == *under && headship.officer_id.0 == me);
        if gave || row.officer_id.0 == me {
            return Ok((row, actor.in_own_name()));
        }
    }
    Err(not_yours().into())
}

/// Who signs: by id, or by the account at the installation's issuer. The account must be open.
fn officer(tx: &mut Conn, room: &SigningAuthorities, tenant: Uuid, reference: &str) -> TxResult<OfficerRecord> {
    let by_id = match reference.parse::<Uuid>() {
        Ok(id) => load_officer(tx, tenant, id)?,
        Err(_) => None,
    };
    let found = match by_id {
        Some(found) => Some(found),
        None => officer_of(tx, tenant, &room.issuer, reference)?,
    };
    Ok(found.filter(|officer| officer.active).ok_or_else(|| {
        let text = Text::new("Không có cán bộ đang hoạt động này.", "There is no such officer with an open account.");
        Error::invalid_field("/officer", "signing.officer_unknown", text)
    })?)
}

/// Nobody records an authority of their own. A head authorises others, so this holds there as well.
fn refuse_oneself(tx: &mut Conn, actor: &Actor, officer: &OfficerRecord) -> TxResult<()> {
    if officer_id(tx, actor)? != Some(officer.id) {
        return Ok(());
    }
    Err(Error::forbidden(
        "signing.to_oneself",
        "Không ai tự ghi thẩm quyền ký cho chính mình.",
        "Nobody records a signing authority of their own.",
    )
    .into())
}

fn tell(tx: &mut Conn, room: &SigningAuthorities, stamp: &Stamp, kind: EventKind, row: &AuthorityRow) -> TxResult<()> {
    let facts = SigningAuthorityFacts {
        id: row.id.0,
        version: row.version,
        agency_id: row.agency_id.0,
        agency_code: row.agency_code.clone(),
        officer_id: row.officer_id.0,
        capacity: row.capacity()?,
        prefix: row.prefix.clone(),
        position: row.position.clone(),
        document_types: row.types()?,
        valid_from: row.valid_from,
        valid_to: row.valid_to,
        ended_on: row.ended_on,
        legal_basis: row.legal_basis.clone(),
    };
    let data = serde_json::to_value(facts).map_err(Error::internal)?;
    room.journal.record(tx, stamp, &Change { kind, subject: row.id.0, version: row.version, data: &data }).map(drop)
}

fn not_yours() -> Error {
    Error::forbidden(
        "signing.not_yours",
        "Chỉ quản trị hoặc lãnh đạo của cơ quan này hoặc cơ quan cấp trên được ghi thẩm quyền ký.",
        "Only an administrator or leader of this agency or of one above it records who may sign.",
    )
}

/// Who records an authority says for good who signs for the agency: that is not lent with a post for some days.
fn by_delegation() -> Error {
    Error::forbidden(
        "signing.by_delegation",
        "Người thực hiện nhiệm vụ theo ủy quyền không được trao thẩm quyền ký: việc được ủy quyền không được ủy quyền lại (Nghị \
         định 30/2020/NĐ-CP, Điều 13 khoản 3; Bộ luật Dân sự, Điều 564).",
        "Who acts on a delegated post gives nobody an authority to sign: what was lent is not passed on (Decree 30/2020/NĐ-CP, \
         Article 13.3; Civil Code, Article 564).",
    )
    .with("legal_basis", "Nghị định 30/2020/NĐ-CP, Điều 13 khoản 3; Bộ luật Dân sự 2015, Điều 564")
}

fn head_only() -> Error {
    Error::forbidden(
        "signing.head_only",
        "Chỉ người đứng đầu hoặc người quyền cấp trưởng được ủy quyền ký (Nghị định 30/2020/NĐ-CP, Điều 13 khoản 3).",
        "Only the head or acting head authorises others to sign (Decree 30/2020/NĐ-CP, Article 13.3).",
    )
    .with("legal_basis", SIGNING_LAW)
}

fn passed_on() -> Error {
    Error::forbidden(
        "signing.passed_on",
        "Người được ủy quyền ký không được ủy quyền lại cho người khác (Nghị định 30/2020/NĐ-CP, Điều 13 khoản 3).",
        "Who signs by authorisation can't pass it on (Decree 30/2020/NĐ-CP, Article 13.3).",
    )
    .with("legal_basis", SIGNING_LAW)
}

fn head_exists(head: &AuthorityRow) -> Error {
    Error::conflict(
        "signing.head_exists",
        "Trong thời gian này cơ quan đã có người đứng đầu hoặc người quyền cấp trưởng.",
        "In this time the agency has a head or an acting head already.",
    )
    .with("authority_id", head.id.0.to_string())
    .with("valid_from", head.valid_from.to_string())
    .with("until", head.until().map(|until| until.to_string()))
}

fn over(row: &AuthorityRow) -> Error {
    let ended = row.until().map(|until| until.to_string());
    Error::conflict("signing.ended", "Thẩm quyền ký này đã được chấm dứt.", "This authority has been ended already.")
        .with("ended_on", ended)
}
