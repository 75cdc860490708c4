//! The list behind a figure.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use motcua_agencies::{Named, names};
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Actor, Error, Page, PageRequest, Result, SystemTime, Text, Uuid};

use super::Scores;
use super::context::{Context, Subject, admit};
use super::question::{Question, Structure};
use super::table;
use super::view::FigureRecord;
use crate::definitions::model::{Count, Measure};
use crate::exports::{File, Writer, turn, whole};
use crate::measures::listing::{Listed, Listing, Of, Part};

/// Records of a file that are read together.
const TOGETHER: usize = 500;

/// One page of the records behind a figure, and until when everything is in it.
///
/// # Errors
/// Those of a scorecard; `measure.unknown`; `part.not_listed` where nothing single is excluded; `cursor.invalid`.
pub(super) async fn records(
    room: &Scores,
    actor: Arc<Actor>,
    asked: Question,
    (measure, part): (String, Part),
    page: PageRequest,
) -> Result<(Page<FigureRecord>, SystemTime)> {
    admit(&actor)?;
    let own = room.clone();
    room.db
        .read_snapshot("score_records", move |conn| {
            let context = Context::of(conn, &own, actor.tenant, &asked, asked.with_below)?;
            let subject = context.subject(conn, &actor, &asked.agency)?;
            let measure = context.listable(&measure, part)?;
            let scope = format!("score_records {asked:?} {} {part:?}", measure.code);
            let after: Option<(DateTime<Utc>, Uuid)> =
                page.after.as_ref().map(|cursor| cursor.read(&scope)).transpose()?;
            let most = usize::try_from(page.limit).map_err(Error::internal)? + 1;
            let rows = context.listed(conn, &own, &subject, (measure, part), (after, most))?;
            let cut = Page::cut(rows, &page, &scope, |row| (row.at, row.id))?;
            let named = context.names(conn, &cut.items)?;
            Ok((cut.map(|row| shown(row, measure, part, &named)), context.data_as_of))
        })
        .await
}

/// All records behind a figure as a file, and until when everything is in it.
///
/// # Errors
/// Those of [`records`]; `export.too_long`; `parameter.invalid` for a page of it.
pub(super) async fn exported(
    room: &Scores,
    actor: Arc<Actor>,
    asked: Question,
    (measure, part): (String, Part),
    (page, file): (PageRequest, File),
) -> Result<(Writer, SystemTime)> {
    admit(&actor)?;
    whole(&page)?;
    let turn = turn().await?;
    let own = room.clone();
    let (writer, data_as_of) = room
        .db
        .read_snapshot("score_records_export", move |conn| {
            let context = Context::of(conn, &own, actor.tenant, &asked, asked.with_below)?;
            let subject = context.subject(conn, &actor, &asked.agency)?;
            let measure = context.listable(&measure, part)?;
            let said = context.shown();
            let kind = if part == Part::Counted { "duoc-tinh" } else { "bi-loai" };
            let mut writer =
                Writer::begin(&table::records(&said, &subject.agency, (measure.code.as_str(), kind)), file)?;
            let mut after = None;
            loop {
                let mut rows = context.listed(conn, &own, &subject, (measure, part), (after, TOGETHER + 1))?;
                let more = rows.len() > TOGETHER;
                rows.truncate(TOGETHER);
                let named = context.names(conn, &rows)?;
                let last = rows.last().map(|row| (row.at, row.id));
                for row in rows {
                    let record = shown(row, measure, part, &named);
                    writer.row(&table::record(&said, &measure.code, &record, file.language))?;
                }
                after = match last {
                    Some((Some(at), id)) if more => Some((at, id)),
                    Some((None, id)) if more => {
                        return Err(Error::internal(format!("the record {id} has no place in its list")).into());
                    }
                    _ => return Ok((writer, context.data_as_of)),
                };
            }
        })
        .await?;
    Ok((writer.during(turn), data_as_of))
}

/// A record as it is shown, with the reason why it is counted or not.
pub(crate) fn shown(row: Listed, measure: &Measure, part: Part, named: &BTreeMap<Uuid, Named>) -> FigureRecord {
    let condition = measure.when.as_ref().map(|filter| filter.source().to_owned());
    let reason = match (part, row.unmet, condition) {
        (Part::Counted, _, None) => {
            Text::new("Mọi bản ghi trong kỳ đều được tính.", "Every record of the period counts.")
        }
        (Part::Counted, _, Some(condition)) => {
            Text::new(format!("Được tính vì: {condition}"), format!("Counted because: {condition}"))
        }
        (Part::Excluded, unmet, _) => {
            let unmet = unmet.unwrap_or_default();
            Text::new(
                format!("Không được tính vì không thỏa: {unmet}"),
                format!("Not counted, for this does not hold: {unmet}"),
            )
        }
    };
    FigureRecord {
        subject: measure.subject.name.to_owned(),
        id: row.id,
        code: row.label,
        agency: row.agency.and_then(|agency| named.get(&agency).cloned()),
        at: measure.window.field().and(row.at),
        counts: row.counts,
        value: row.value,
        reason,
    }
}

fn not_listed(measure: &Measure) -> Error {
    let code = &measure.code;
    Error::malformed(
        "part.not_listed",
        format!("Số đo `{code}` không đếm từng bản ghi nên không có danh sách bị loại."),
        format!("The measure `{code}` counts no single records, so there is no list of what it excludes."),
    )
    .with("parameter", "part")
}

impl Context {
    /// A measure whose records can be listed.
    ///
    /// # Errors
    /// `measure.unknown`; `part.not_listed` where nothing single is excluded.
    pub(crate) fn listable(&self, code: &str, part: Part) -> Result<&Measure> {
        let measure = self.measure(code)?;
        if part == Part::Excluded && measure.count != Count::Records {
            return Err(not_listed(measure));
        }
        Ok(measure)
    }

    /// The records behind a figure of an agency, behind a place in their list.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) fn listed(
        &self,
        conn: &mut Conn,
        room: &Scores,
        subject: &Subject,
        (measure, part): (&Measure, Part),
        (after, most): (Option<(DateTime<Utc>, Uuid)>, usize),
    ) -> TxResult<Vec<Listed>> {
        let agencies = self.counting_for(conn, subject)?;
        let serving = self.serving(conn)?;
        let serving = serving.into_iter().filter(|(agency, _)| agencies.contains(agency)).collect();
        let as_written = self.structure != Structure::AsIs;
        let of = Of { tenant: self.tenant, agencies: &agencies, as_written, serving, procedures: &room.procedures };
        Listing::new(&of, self.when, measure, part)?.after(conn, after, most)
    }

    /// The agencies whose records count for a subject. As of a day they are those for which it was responsible then.
    fn counting_for(&self, conn: &mut Conn, subject: &Subject) -> TxResult<BTreeSet<Uuid>> {
        let mut counting = subject.members.clone();
        for (closed, heir) in self.heirs(conn)? {
            if subject.members.contains(&heir) {
                counting.insert(closed);
            } else {
                counting.remove(&closed);
            }
        }
        Ok(counting)
    }

    pub(crate) fn names(&self, conn: &mut Conn, rows: &[Listed]) -> TxResult<BTreeMap<Uuid, Named>> {
        let agencies: BTreeSet<Uuid> = rows.iter().filter_map(|row| row.agency).collect();
        names(conn, self.tenant, &agencies.into_iter().collect::<Vec<_>>(), self.named_on())
    }
}
