//! Reading agencies: every caller whose token has the scope may see all of the tenant's.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use motcua_agencies::{AgencyKind, AgencyRecord, Named, load_agency, named, names, successions_of};
use motcua_db::{Conn, TxResult};
use motcua_kernel::filter::Filter;
use motcua_kernel::{Actor, Error, Page, PageRequest, Result, Uuid};

use super::Agencies;
use super::http::{AgenciesQuery, Agency, AgencyDetail, AgencyLink};
use super::store::{self, ListedAgency, Wanted};

pub(super) const SCOPE: &str = "documents:agencies:read";

pub(super) async fn list(
    room: &Agencies,
    actor: Arc<Actor>,
    query: AgenciesQuery,
    request: PageRequest,
) -> Result<Page<Agency>> {
    actor.require_scope(SCOPE)?;
    let tenant = actor.tenant;
    let on = query.open_on.unwrap_or_else(|| room.db.clock.business().day_in_vietnam());
    let filters = Filters::read(&query)?;
    let asked = request.clone();
    let (rows, names, count, scope) = room
        .db
        .read("agencies_list", move |conn| {
            let wanted = filters.resolve(conn, tenant, on)?;
            let scope = format!("agencies?{wanted:?}");
            let after: Option<(String, Uuid)> = asked.after.as_ref().map(|cursor| cursor.read(&scope)).transpose()?;
            let rows = store::page(conn, tenant, &wanted, after, &asked)?;
            let count = if asked.count { Some(store::count(conn, tenant, &wanted)?) } else { None };
            let shown: Vec<Uuid> = rows.iter().flat_map(|row| [Some(row.id), row.parent]).flatten().collect();
            let names = names(conn, tenant, &shown, on)?;
            Ok((rows, names, count, scope))
        })
        .await?;
    let mut page =
        Page::cut(rows, &request, &scope, |row| (row.name_folded.clone(), row.id))?.map(|row| shown(row, &names));
    page.count = count;
    Ok(page)
}

/// The filters of a list as they were written.
struct Filters {
    codes: Option<Vec<String>>,
    kinds: Option<Vec<AgencyKind>>,
    parent: Option<(String, bool)>,
    open_on: Option<NaiveDate>,
    text: Option<String>,
}

impl Filters {
    fn read(query: &AgenciesQuery) -> Result<Self> {
        let parent = |text: &str| match Filter::parse("parent", text)? {
            Filter::Is(reference) => Ok((reference, false)),
            Filter::Under(reference) => Ok((reference, true)),
            _ => Err(Filter::refuse("parent", text)),
        };
        Ok(Self {
            codes: query.code.as_deref().map(|text| values("code", text)).transpose()?,
            kinds: query.kind.as_deref().map(kinds).transpose()?,
            parent: query.parent.as_deref().map(parent).transpose()?,
            open_on: query.open_on,
            text: query.q.clone(),
        })
    }

    fn resolve(&self, conn: &mut Conn, tenant: Uuid, on: NaiveDate) -> TxResult<Wanted> {
        let parent = match &self.parent {
            None => None,
            Some((reference, and_below)) => {
                let parent = named(conn, tenant, reference, on)?.ok_or_else(|| unknown_parent(reference))?;
                Some((parent, *and_below))
            }
        };
        let (codes, kinds, text) = (self.codes.clone(), self.kinds.clone(), self.text.clone());
        Ok(Wanted { codes, kinds, parent, open_on: self.open_on, text })
    }
}

fn unknown_parent(reference: &str) -> Error {
    let shown: String = reference.chars().take(60).collect();
    Error::malformed(
        "agency.unknown",
        format!("Không có cơ quan mang mã {shown}."),
        format!("There is no agency with the code {shown}."),
    )
    .with("parameter", "parent")
}

fn values(name: &str, text: &str) -> Result<Vec<String>> {
    match Filter::parse(name, text)? {
        Filter::Is(value) => Ok(vec![value]),
        Filter::In(values) => Ok(values),
        _ => Err(Filter::refuse(name, text)),
    }
}

fn kinds(text: &str) -> Result<Vec<AgencyKind>> {
    let words = values("kind", text)?;
    words.iter().map(|word| word.parse().map_err(|_unknown| Filter::refuse("kind", text))).collect()
}

fn shown(row: ListedAgency, names: &BTreeMap<Uuid, Named>) -> Agency {
    Agency {
        id: row.id,
        code: names.get(&row.id).map(|named| named.code.clone()).unwrap_or_default(),
        name: row.name,
        name_en: row.name_en,
        kind: row.kind,
        symbol: row.symbol,
        parent: row.parent.and_then(|parent| names.get(&parent).cloned()),
        valid_from: row.valid_from,
        valid_to: row.valid_to,
    }
}

pub(super) async fn get(room: &Agencies, actor: Arc<Actor>, id: Uuid) -> Result<(AgencyDetail, i64)> {
    actor.require_scope(SCOPE)?;
    let tenant = actor.tenant;
    let today = room.db.clock.business().day_in_vietnam();
    room.db
        .read("agencies_get", move |conn| {
            let record = load_agency(conn, tenant, id)?.ok_or_else(Error::not_found)?;
            let version = record.version;
            Ok((detail(conn, tenant, record, today)?, version))
        })
        .await
}

/// An agency with everything beside it.
pub(super) fn detail(conn: &mut Conn, tenant: Uuid, record: AgencyRecord, on: NaiveDate) -> TxResult<AgencyDetail> {
    let successions = successions_of(conn, tenant, record.id)?;
    let beside = successions.iter().flat_map(|told| [told.from_agency_id, told.to_agency_id]);
    let shown: Vec<Uuid> = beside.chain(record.parent_id).chain([record.id]).collect();
    let names = names(conn, tenant, &shown, on)?;
    let (mut predecessors, mut successors) = (Vec::new(), Vec::new());
    for told in successions {
        let (list, other) = if told.to_agency_id == record.id {
            (&mut predecessors, told.from_agency_id)
        } else {
            (&mut successors, told.to_agency_id)
        };
        let Some(agency) = names.get(&other).cloned() else { continue };
        let (succession_id, kind, effective_on, legal_basis) =
            (told.id, told.kind, told.effective_on, told.legal_basis);
        list.push(AgencyLink { succession_id, agency, kind, effective_on, legal_basis });
    }
    let agency = Agency {
        id: record.id,
        code: names.get(&record.id).map(|named| named.code.clone()).unwrap_or_default(),
        name: record.name,
        name_en: record.name_en,
        kind: record.kind,
        symbol: record.symbol,
        parent: record.parent_id.and_then(|parent| names.get(&parent).cloned()),
        valid_from: record.valid_from,
        valid_to: record.valid_to,
    };
    let (codes, units, note) = (record.codes, record.units, record.note);
    Ok(AgencyDetail { agency, codes, units, note, predecessors, successors })
}
