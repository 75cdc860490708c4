//! The scorecard of an agency (phiếu điểm) as a paper.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use motcua_agencies::Named;
use motcua_db::Conn;
use motcua_kernel::text::Language;
use motcua_kernel::time::day_in_vietnam;
use motcua_kernel::{Actor, Result};
use motcua_paper::Report;
use motcua_paper::sheet::{Block, Head, Table};

use super::letterhead::{above, letterhead, period, signatures, sources};
use crate::definitions::exact::Exact;
use crate::pages::numbers::{NONE, plain, punctuated, value};
use crate::scores::view::{IndicatorPoints, PointSum, Scorecard};
use crate::scores::{Context, Question, Scores, admit, card};

const LANGUAGE: Language = Language::Vietnamese;

/// The card, and the agency above the one it is of.
///
/// # Errors
/// Those of a scorecard.
pub(super) async fn scorecard(room: &Scores, actor: Arc<Actor>, asked: Question) -> Result<(Scorecard, Option<Named>)> {
    admit(&actor)?;
    let own = room.clone();
    let load = move |conn: &mut Conn| {
        let context = Context::of(conn, &own, actor.tenant, &asked, asked.with_below)?;
        let subject = context.subject(conn, &actor, &asked.agency)?;
        let above = above(conn, &context, subject.agency.id)?;
        Ok((card(conn, &own, &context, &subject)?, above))
    };
    room.db.read_snapshot("report_scorecard", load).await
}

/// The card as a paper.
pub(super) fn report(
    card: &Scorecard,
    above: Option<&Named>,
    of: crate::periods::Period,
    now: DateTime<Utc>,
) -> Report {
    let mut table = Table::new(
        "",
        vec![
            Head::centred("Số", 12),
            Head::text("Nhóm, chỉ tiêu", 84),
            Head::centred("Tử số", 15),
            Head::centred("Mẫu số", 15),
            Head::centred("Giá trị", 18),
            Head::centred("Điểm", 15),
            Head::centred("Điểm tối đa", 15),
        ],
    );
    let sum = |name: String, sum: &PointSum| {
        let blank = String::new;
        [blank(), name, blank(), blank(), blank(), shown(sum.points.as_deref()), shown(Some(&sum.maximum))]
    };
    for group in &card.groups {
        table.row(&sum(group.name.vi.to_uppercase(), &group.sum));
        for one in card.indicators.iter().filter(|one| one.group == group.code) {
            table.row(&indicator(one));
        }
    }
    table.row(&sum("TỔNG CỘNG".to_owned(), &card.total));
    let class = card.class.as_ref().map_or_else(String::new, |class| format!(", xếp loại {}", class.name.vi));
    let said = match &card.total.points {
        Some(points) => format!(
            "{} đạt {} điểm trên {} điểm tối đa đo được (tối đa của bộ chỉ số: {} điểm){class}.",
            card.agency.name,
            shown(Some(points)),
            shown(Some(&card.total.measured_maximum)),
            shown(Some(&card.total.maximum)),
        ),
        None => format!("{}: chưa đo được chỉ tiêu nào.", card.agency.name),
    };
    let set = &card.context.set;
    Report {
        letterhead: letterhead(above, &card.agency.name, day_in_vietnam(now)),
        landscape: false,
        title: "Phiếu điểm".to_owned(),
        subtitle: Some(format!("{} – {}", set.name.vi, period(of))),
        blocks: vec![Block::paragraph(&said), table.block()],
        signatures: signatures(),
        notes: sources((&set.name.vi, &set.version, &set.source), Some(card.context.data_as_of)),
    }
}

fn indicator(one: &IndicatorPoints) -> [String; 7] {
    let name = match &one.not_measured {
        Some(why) => format!("{}\nChưa đo được: {}", one.name.vi, why.vi),
        None => one.name.vi.clone(),
    };
    let exact = |text: &Option<String>| text.as_deref().and_then(|text| text.parse::<Exact>().ok());
    let number = |text: &Option<String>| exact(text).map_or_else(|| NONE.to_owned(), |number| plain(&number, LANGUAGE));
    let is_ratio = one.denominator.is_some();
    let came_to = exact(&one.value).map_or_else(|| NONE.to_owned(), |number| value(&number, is_ratio, LANGUAGE));
    let (points, maximum) = if one.maximum == "0" {
        (String::new(), String::new())
    } else {
        (shown(one.points.as_deref()), shown(Some(&one.maximum)))
    };
    let parts = if is_ratio { (number(&one.numerator), number(&one.denominator)) } else { Default::default() };
    [one.code.clone(), name, parts.0, parts.1, came_to, points, maximum]
}

/// A decimal as it is written in Vietnamese, or the sign for none.
fn shown(number: Option<&str>) -> String {
    number.map_or_else(|| NONE.to_owned(), |number| punctuated(number, LANGUAGE))
}
