//! Making the models of pages from scores.

mod alerts;
pub(crate) mod bulletin;
mod sight;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use motcua_agencies::agencies;
use motcua_db::sql::Id;
use motcua_db::{Conn, TxResult};
use motcua_kernel::time::day_in_vietnam;
use motcua_kernel::{Actor, Error, Result, Text, Uuid};

pub(super) use self::sight::Sight;
use self::sight::{Peers, name_of, outcome, points, scored};
use super::models::{
    AgencyName, AgencyPage, Backlog, FieldBacklog, IndicatorPage, Movement, OperationsPage, RecordLine, Records,
    TrendPoint,
};
use super::trouble::trouble;
use crate::definitions::model::{Count, Method};
use crate::definitions::rules::total::SetScore;
use crate::definitions::words;
use crate::measures::listing::{Listed, Part};
use crate::periods::Period;
use crate::reach;
use crate::scores::{Context, Question, Scores, Structure, Subject, counted, figures, names_of, shown_record, waiting};

/// The set that pages show without another being asked for.
const USUAL_SET: &str = "qd766";
/// The set that counts what waits.
const WAITING_SET: &str = "bieu06";
/// So many periods of a course through time.
const COURSE: usize = 12;
/// So many records stand on a page.
const LINES: usize = 50;
/// So many fields are named.
const FIELDS: usize = 12;

/// What a page is asked about.
#[derive(Debug, Clone, Default)]
pub(crate) struct Asked {
    pub set: Option<String>,
    pub period: Option<String>,
    /// Who asks, where it is not anybody.
    pub viewer: Option<Arc<Actor>>,
}

/// Which records a page is to list, for whom, and behind which place of the list.
#[derive(Clone)]
pub(crate) struct AskedList {
    pub actor: Arc<Actor>,
    pub measure: String,
    pub part: Part,
    pub after: Option<(DateTime<Utc>, Uuid)>,
}

/// A place in a list as an address has it.
fn place_text((at, id): (DateTime<Utc>, Uuid)) -> String {
    format!("{}.{id}", at.timestamp_micros())
}

/// Reads what a page wrote into an address.
pub(crate) fn read_place(text: &str) -> Option<(DateTime<Utc>, Uuid)> {
    let (at, id) = text.split_once('.')?;
    Some((DateTime::from_timestamp_micros(at.parse().ok()?)?, id.parse().ok()?))
}

/// The room of pages.
#[derive(Clone)]
pub(crate) struct Pages {
    pub(super) scores: Scores,
    pub(super) tenant: Uuid,
}

impl Pages {
    /// The room over scores, for the tenant whose pages it shows.
    #[must_use]
    pub(crate) fn new(scores: Scores, tenant: Uuid) -> Self {
        Self { scores, tenant }
    }

    /// The operations centre.
    ///
    /// # Errors
    /// `not_found` before any agency is known; those of a scorecard.
    pub(crate) async fn operations(&self, asked: Asked) -> Result<OperationsPage> {
        let own = self.clone();
        let load = move |conn: &mut Conn| {
            let sight = own.sight(conn, &asked, None)?;
            let peers = sight.peers(conn, &own.scores)?;
            let waiting = own.waiting(conn, &sight, &peers)?;
            let (here, below) = waiting.split_first().map_or((Backlog::unknown(), &[][..]), |(a, b)| (a.clone(), b));
            Ok(OperationsPage {
                scope: sight.scope(),
                province: name_of(&sight.subject),
                total: points(&sight.score.total),
                class: sight.class(&sight.score.total),
                groups: sight.groups(&sight.score),
                trend: own.trend(conn, &sight, |_, score| score.total.points.clone())?,
                backlog: here,
                fields: own.fields(conn, &sight)?,
                ranking: peers.ranked(&sight, below),
                alerts: own.alerts(conn, &sight, &asked)?,
            })
        };
        self.scores.db.read_snapshot("page_operations", load).await
    }

    /// The page of an agency.
    ///
    /// # Errors
    /// `not_found` for an agency that there is not; those of a scorecard.
    pub(crate) async fn agency(&self, code: String, asked: Asked) -> Result<AgencyPage> {
        let own = self.clone();
        let load = move |conn: &mut Conn| {
            let sight = own.sight(conn, &asked, Some(&code))?;
            let parent = parent_of(conn, own.tenant, sight.subject.agency.id)?;
            let place = match parent {
                Some(parent) => {
                    let above = sight.context.subjects(conn, &[parent])?;
                    let above = above.into_iter().next().ok_or_else(Error::not_found)?;
                    let beside = Sight { subject: above, ..sight.clone() };
                    beside.peers(conn, &own.scores)?.place_of(sight.subject.agency.id)
                }
                None => None,
            };
            let waiting = own.waiting(conn, &sight, &Peers::none())?;
            let (rank, ranked, movement) =
                place.map_or((None, 0, Movement::None), |(rank, of, moved)| (Some(rank), of, moved));
            Ok(AgencyPage {
                scope: sight.scope(),
                agency: name_of(&sight.subject),
                total: points(&sight.score.total),
                class: sight.class(&sight.score.total),
                rank,
                ranked,
                movement,
                groups: sight.cards(&own.targets(conn, &sight)?),
                trend: own.trend(conn, &sight, |_, score| score.total.points.clone())?,
                backlog: waiting.into_iter().next().unwrap_or_else(Backlog::unknown),
                fields: own.fields(conn, &sight)?,
                alerts: own.alerts(conn, &sight, &asked)?,
            })
        };
        self.scores.db.read_snapshot("page_agency", load).await
    }

    /// The page of an indicator, for an agency or the province.
    ///
    /// # Errors
    /// `not_found` for an agency or indicator that there is not; those of a scorecard.
    pub(crate) async fn indicator(
        &self,
        (set, code): (String, String),
        agency: Option<String>,
        period: Option<String>,
        list: Option<AskedList>,
    ) -> Result<IndicatorPage> {
        let own = self.clone();
        let load = move |conn: &mut Conn| {
            let asked = Asked { set: Some(set.clone()), period: period.clone(), viewer: None };
            let sight = own.sight(conn, &asked, agency.as_deref())?;
            let set = &sight.context.set;
            let indicator = set.indicators.iter().find(|one| one.code == code).ok_or_else(Error::not_found)?;
            let scored = scored(&sight.score, &code).ok_or_else(Error::not_found)?;
            let variant = indicator.variant(&scored.variant).ok_or_else(Error::not_found)?;
            let records = match &list {
                Some(list) => Some(own.records(conn, &sight, &variant.method, list)?),
                None => None,
            };
            let group = set.groups.iter().find(|group| group.code == indicator.group);
            let peers = sight.peers(conn, &own.scores)?;
            let source = variant.source.as_ref().or(indicator.source.as_ref()).unwrap_or(&set.source);
            let names = names_of(&variant.method);
            let trend = own.trend(conn, &sight, |_, score| self::scored(score, &code)?.score.value.clone())?;
            Ok(IndicatorPage {
                scope: sight.scope(),
                agency: name_of(&sight.subject),
                code: code.clone(),
                name: indicator.name.clone(),
                group: group.map_or_else(|| Text::new("", ""), |group| group.name.clone()),
                source: source.clone(),
                is_ratio: matches!(variant.method, Method::Ratio(_)),
                unit: indicator.unit.clone(),
                less_is_better: indicator.direction == crate::definitions::model::Direction::Down,
                maximum: indicator.maximum.clone(),
                variant: (indicator.variants.len() > 1).then(|| variant.name.clone()),
                note: indicator.note.clone(),
                formula: words::rule(&variant.method, &indicator.maximum),
                terms: names.iter().map(|name| sight.term(name)).collect(),
                outcome: outcome(scored),
                steps: scored.score.steps.clone(),
                agencies: peers.outcomes(&code),
                targets: sight.target_lines(&own.targets(conn, &sight)?, &code, &trend),
                restatements: own.restatements(conn, &sight, &names, &trend)?,
                trend,
                records,
            })
        };
        self.scores.db.read_snapshot("page_indicator", load).await
    }

    /// The records behind a measure that the figure is made of.
    fn records(&self, conn: &mut Conn, sight: &Sight, method: &Method, list: &AskedList) -> TxResult<Records> {
        if !reach::sees(conn, &list.actor, sight.subject.agency.id)? {
            return Err(Error::not_found().into());
        }
        let part = list.part;
        let measure = sight.context.listable(&list.measure, part)?;
        if !names_of(method).contains(&measure.code) {
            return Err(Error::not_found().into());
        }
        let figures = counted(conn, &self.scores, &sight.context, std::slice::from_ref(&sight.subject), true)?;
        let figures = figures.into_iter().next().unwrap_or_default();
        let figures = if part == Part::Counted { figures.numbers } else { figures.excluded };
        let mut rows =
            sight.context.listed(conn, &self.scores, &sight.subject, (measure, part), (list.after, LINES + 1))?;
        let more = rows.len() > LINES;
        rows.truncate(LINES);
        let next = match rows.last().filter(|_| more) {
            Some(Listed { at: Some(at), id, .. }) => Some(place_text((*at, *id))),
            Some(Listed { at: None, id, .. }) => {
                return Err(Error::internal(format!("the record {id} has no place in its list")).into());
            }
            None => None,
        };
        let named = sight.context.names(conn, &rows)?;
        let line = |row| {
            let record = shown_record(row, measure, part, &named);
            RecordLine {
                code: record.code.unwrap_or_else(|| record.id.to_string()),
                agency: record.agency.map_or_else(
                    || name_of(&sight.subject),
                    |agency| AgencyName { code: agency.code, name: agency.name },
                ),
                on: record.at.map(day_in_vietnam),
                reason: record.reason,
            }
        };
        Ok(Records {
            measure: measure.code.clone(),
            name: measure.name.clone(),
            part,
            total: figures.get(&measure.code).copied().unwrap_or_default(),
            lines: rows.into_iter().map(line).collect(),
            of_single: measure.count == Count::Records,
            is_first: list.after.is_none(),
            next,
        })
    }

    fn sight(&self, conn: &mut Conn, asked: &Asked, agency: Option<&str>) -> TxResult<Sight> {
        let set = asked.set.clone().unwrap_or_else(|| USUAL_SET.to_owned());
        let now = self.scores.db.clock.business();
        let period = match &asked.period {
            Some(text) => text.parse().map_err(|()| no_period())?,
            None => self.usual_period(conn, &set)?,
        };
        let agency = match agency {
            Some(code) => code.to_owned(),
            None => root(conn, self.tenant, now.day_in_vietnam())?.ok_or_else(Error::not_found)?.to_string(),
        };
        let structure = Structure::AsIs;
        let question = Question { set, period, agency, with_below: true, structure, variants: BTreeMap::new() };
        let context = Context::of(conn, &self.scores, self.tenant, &question, true)?;
        let subject = context.found(conn, &question.agency)?;
        let scored = figures(conn, &self.scores, &context, std::slice::from_ref(&subject))?;
        let (figures, _) = scored.into_iter().next().ok_or_else(Error::not_found)?;
        let trouble = trouble(conn, self.tenant, self.scores.db.clock.system())?;
        Ok(Sight { score: context.score(&figures, &subject), figures, context, subject, trouble })
    }

    /// The period that goes on, of the kind that a set is usually scored for.
    fn usual_period(&self, conn: &mut Conn, set: &str) -> TxResult<Period> {
        let now = self.scores.db.clock.business().0;
        let kind = self.scores.usual_kind(conn, self.tenant, set, now)?;
        Ok(Period::at(kind, now).ok_or_else(no_period)?)
    }

    /// A course through the last periods, this one last.
    fn trend(
        &self,
        conn: &mut Conn,
        sight: &Sight,
        value: impl Fn(&Context, &SetScore) -> Option<crate::definitions::exact::Exact>,
    ) -> TxResult<Vec<TrendPoint>> {
        let mut course =
            vec![TrendPoint { period: sight.context.when.period, value: value(&sight.context, &sight.score) }];
        let mut context = sight.context.clone();
        while course.len() < COURSE {
            let Some(before) = context.before() else { break };
            context = before;
            let scored = figures(conn, &self.scores, &context, std::slice::from_ref(&sight.subject))?;
            let score = scored.first().map(|(figures, _)| context.score(figures, &sight.subject));
            let value = score.and_then(|score| value(&context, &score));
            course.push(TrendPoint { period: context.when.period, value });
        }
        course.reverse();
        Ok(course)
    }

    /// What waits at the end of the period: of the agency, and of each below it.
    fn waiting(&self, conn: &mut Conn, sight: &Sight, peers: &Peers) -> TxResult<Vec<Backlog>> {
        let asked = Question {
            set: WAITING_SET.to_owned(),
            period: sight.context.when.period,
            agency: String::new(),
            with_below: true,
            structure: Structure::AsIs,
            variants: BTreeMap::new(),
        };
        let Ok(context) = Context::of(conn, &self.scores, self.tenant, &asked, true) else {
            return Ok(Vec::new());
        };
        let subjects: Vec<Subject> = std::iter::once(&sight.subject).chain(&peers.subjects).cloned().collect();
        let counted = counted(conn, &self.scores, &context, &subjects, false)?;
        let backlog = |numbers: &BTreeMap<String, i64>| {
            let overdue = numbers.get("open_late").copied();
            Backlog { open: numbers.get("open_in_term").zip(overdue).map(|(in_term, late)| in_term + late), overdue }
        };
        Ok(counted.iter().map(|counted| backlog(&counted.numbers)).collect())
    }

    /// What waits now, by field of work.
    fn fields(&self, conn: &mut Conn, sight: &Sight) -> TxResult<Vec<FieldBacklog>> {
        let now = self.scores.db.clock.business().0;
        let rows = waiting::by_field(conn, self.tenant, &sight.subject.members, now)?;
        let mut fields: Vec<FieldBacklog> = rows
            .into_iter()
            .map(|row| FieldBacklog {
                name: if row.name.is_empty() {
                    Text::new("Không rõ lĩnh vực", "Field not known")
                } else {
                    Text::new(row.name.clone(), row.name)
                },
                backlog: Backlog { open: Some(row.open), overdue: Some(row.overdue) },
            })
            .collect();
        fields.sort_by_key(|field| (std::cmp::Reverse(field.backlog.overdue), std::cmp::Reverse(field.backlog.open)));
        fields.truncate(FIELDS);
        Ok(fields)
    }
}

impl Backlog {
    fn unknown() -> Self {
        Self { open: None, overdue: None }
    }
}

fn no_period() -> Error {
    Error::malformed("parameter.invalid", "Tham số `period` không phải một kỳ.", "The parameter `period` is no period.")
        .with("parameter", "period")
}

/// The agency above all others: the province, where there is one.
fn root(conn: &mut Conn, tenant: Uuid, today: NaiveDate) -> TxResult<Option<Uuid>> {
    let roots: Vec<(Id, String)> = agencies::table
        .select((agencies::id, agencies::kind))
        .filter(agencies::tenant_id.eq(Id(tenant)).and(agencies::parent_id.is_null()))
        .filter(agencies::valid_from.le(today))
        .filter(agencies::valid_to.is_null().or(agencies::valid_to.assume_not_null().gt(today)))
        .order(agencies::id)
        .load(conn)?;
    let province = roots.iter().find(|(_, kind)| kind == "province").or(roots.first());
    Ok(province.map(|(id, _)| id.0))
}

/// The agency directly above one.
pub(crate) fn parent_of(conn: &mut Conn, tenant: Uuid, agency: Uuid) -> TxResult<Option<Uuid>> {
    let parent: Option<Option<Id>> = agencies::table
        .select(agencies::parent_id)
        .filter(agencies::tenant_id.eq(Id(tenant)).and(agencies::id.eq(Id(agency))))
        .first(conn)
        .optional()?;
    Ok(parent.flatten().map(|id| id.0))
}
