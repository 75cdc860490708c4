//! The monthly bulletin (bản tin tháng) as a paper: the points of a province or an agency, who rose and fell, what waits,
//! what nobody measured, and what was corrected.

use chrono::{DateTime, Utc};
use motcua_kernel::text::Language;
use motcua_kernel::time::day_in_vietnam;
use motcua_paper::Report;
use motcua_paper::sheet::{Block, Head, Picture, Table};

use super::letterhead::{letterhead, period, sources};
use crate::definitions::exact::Exact;
use crate::pages::brief;
use crate::pages::load::bulletin::Bulletin;
use crate::pages::models::{Movement, RankedAgency, Score};
use crate::pages::numbers::{NONE, count, fixed, ordinal, plain, points};
use crate::pages::period_names::long;
use crate::pages::trend::picture;

const LANGUAGE: Language = Language::Vietnamese;
/// So many agencies are named that rose, and as many that fell: ten in all.
const MOVED: usize = 5;
/// So many fields are named.
const FIELDS: usize = 8;
/// Decimals of a change of points.
const DECIMALS: u32 = 2;

/// The bulletin as a paper.
pub(super) fn report(bulletin: &Bulletin, now: DateTime<Utc>) -> Report {
    let scope = &bulletin.scope;
    let mut blocks = vec![Block::paragraph(&summary(bulletin)), groups(bulletin)];
    if let Some(svg) = picture(&bulletin.trend) {
        blocks.push(Block::Picture(Picture {
            svg,
            caption: "Diễn biến điểm qua các kỳ".to_owned(),
            alt: course(bulletin),
        }));
    }
    blocks.push(Block::paragraph(&backlog(bulletin)));
    blocks.extend(fields(bulletin));
    blocks.extend(moved(bulletin));
    blocks.extend(ranking(bulletin));
    blocks.extend(not_measured(bulletin));
    blocks.push(restated(bulletin));
    Report {
        letterhead: letterhead(bulletin.above.as_ref(), &bulletin.agency.name, day_in_vietnam(now)),
        landscape: false,
        title: "Bản tin kết quả phục vụ người dân, doanh nghiệp".to_owned(),
        subtitle: Some(period(scope.period)),
        blocks,
        signatures: Vec::new(),
        notes: sources((&scope.set_name.vi, &scope.set_version, &scope.source), scope.data_as_of),
    }
}

fn summary(bulletin: &Bulletin) -> String {
    let (name, total) = (&bulletin.agency.name, &bulletin.total);
    let Some(now) = &total.points else { return format!("{name}: kỳ này chưa đo được chỉ tiêu nào.") };
    let class = bulletin.class.as_ref().map_or_else(String::new, |class| format!(", xếp loại {}", class.name.vi));
    let before = bulletin.before.as_ref().and_then(|(period, then, _)| Some((period, then.points.as_ref()?)));
    let change = before.map_or_else(String::new, |(period, then)| {
        let period = long(*period, LANGUAGE).to_lowercase();
        format!(" So với {period}: {} điểm.", change(now, then))
    });
    format!(
        "{name} đạt {} điểm trên {} điểm tối đa đo được (tối đa của bộ chỉ số: {} điểm){class}.{change}",
        points(Some(now), LANGUAGE),
        plain(&total.measured_maximum, LANGUAGE),
        plain(&total.maximum, LANGUAGE),
    )
}

/// `+1,25`, `−0,50`, or that nothing changed.
fn change(now: &Exact, then: &Exact) -> String {
    let change = now - then;
    if change.is_zero() {
        return "không đổi".to_owned();
    }
    let text = fixed(&change, DECIMALS, LANGUAGE);
    if text.starts_with('−') { text } else { format!("+{text}") }
}

fn groups(bulletin: &Bulletin) -> Block {
    let mut table = Table::new(
        "Điểm theo nhóm",
        vec![
            Head::text("Nhóm chỉ tiêu", 80),
            Head::centred("Điểm", 22),
            Head::centred("Tối đa đo được", 24),
            Head::centred("Tối đa", 20),
            Head::centred("So với kỳ trước", 26),
        ],
    );
    let row = |name: &str, score: &Score, then: Option<&Score>| {
        let moved = score.points.as_ref().zip(then.and_then(|then| then.points.as_ref()));
        [
            name.to_owned(),
            points(score.points.as_ref(), LANGUAGE),
            plain(&score.measured_maximum, LANGUAGE),
            plain(&score.maximum, LANGUAGE),
            moved.map_or_else(|| NONE.to_owned(), |(now, then)| change(now, then)),
        ]
    };
    let before = bulletin.before.as_ref();
    for group in &bulletin.groups {
        let then = before.and_then(|(_, _, groups)| groups.iter().find(|then| then.code == group.code));
        table.row(&row(&group.name.vi, &group.score, then.map(|then| &then.score)));
    }
    table.row(&row("TỔNG CỘNG", &bulletin.total, before.map(|(_, total, _)| total)));
    table.block()
}

/// The course in words, for who can't see the drawing.
fn course(bulletin: &Bulletin) -> String {
    let said = bulletin
        .trend
        .iter()
        .map(|point| format!("{}: {}", long(point.period, LANGUAGE), points(point.value.as_ref(), LANGUAGE)));
    format!("{}.", said.collect::<Vec<_>>().join("; "))
}

fn backlog(bulletin: &Bulletin) -> String {
    let waiting = &bulletin.backlog;
    format!(
        "Cuối kỳ có {} hồ sơ đang giải quyết, trong đó {} hồ sơ quá hạn.",
        count(waiting.open, LANGUAGE),
        count(waiting.overdue, LANGUAGE)
    )
}

fn fields(bulletin: &Bulletin) -> Option<Block> {
    let mut table = Table::new(
        "Hồ sơ đang giải quyết hiện nay theo lĩnh vực",
        vec![Head::text("Lĩnh vực", 112), Head::centred("Đang giải quyết", 30), Head::centred("Quá hạn", 30)],
    );
    for field in bulletin.fields.iter().take(FIELDS) {
        let waiting = &field.backlog;
        table.row(&[field.name.vi.clone(), count(waiting.open, LANGUAGE), count(waiting.overdue, LANGUAGE)]);
    }
    (!bulletin.fields.is_empty()).then(|| table.block())
}

/// By how many ranks; below 0 for who fell.
fn ranks(one: &RankedAgency) -> i64 {
    match one.movement {
        Movement::Up(by) => i64::try_from(by).unwrap_or(i64::MAX),
        Movement::Down(by) => -i64::try_from(by).unwrap_or(i64::MAX),
        Movement::Same | Movement::New | Movement::None => 0,
    }
}

fn movement(one: &RankedAgency) -> String {
    match one.movement {
        Movement::Up(by) => format!("tăng {}", ordinal(by, LANGUAGE)),
        Movement::Down(by) => format!("giảm {}", ordinal(by, LANGUAGE)),
        Movement::Same => "giữ nguyên".to_owned(),
        Movement::New => "mới".to_owned(),
        Movement::None => NONE.to_owned(),
    }
}

fn rank(one: &RankedAgency) -> String {
    one.rank.as_ref().map_or_else(|_| NONE.to_owned(), |rank| ordinal(*rank, LANGUAGE))
}

/// Who rose and who fell the most.
fn moved(bulletin: &Bulletin) -> Option<Block> {
    if bulletin.ranking.is_empty() {
        return None;
    }
    let caption = "Thay đổi hạng nhiều nhất";
    let mut table = Table::new(
        caption,
        vec![
            Head::text("Cơ quan", 96),
            Head::centred("Hạng", 20),
            Head::centred("Thay đổi (bậc)", 30),
            Head::centred("Điểm", 26),
        ],
    );
    for way in [1, -1] {
        let mut moved: Vec<&RankedAgency> = bulletin.ranking.iter().filter(|one| ranks(one) * way > 0).collect();
        moved.sort_by_key(|one| -ranks(one) * way);
        for one in moved.into_iter().take(MOVED) {
            table.row(&[brief(&one.agency.name), rank(one), movement(one), points(one.points.as_ref(), LANGUAGE)]);
        }
    }
    let none = || Block::paragraph(&format!("{caption}: không cơ quan nào thay đổi hạng."));
    Some(if table.rows.is_empty() { none() } else { table.block() })
}

fn ranking(bulletin: &Bulletin) -> Option<Block> {
    let mut table = Table::new(
        "Xếp hạng các cơ quan trực thuộc",
        vec![
            Head::centred("Hạng", 14),
            Head::text("Cơ quan", 72),
            Head::centred("Điểm", 16),
            Head::centred("Thay đổi", 27),
            Head::centred("Xếp loại", 26),
            Head::centred("Đang giải quyết", 18),
            Head::centred("Quá hạn", 14),
        ],
    );
    for one in &bulletin.ranking {
        let name = match &one.rank {
            Ok(_) => brief(&one.agency.name),
            Err(why) => format!("{}\n{}", brief(&one.agency.name), why.vi),
        };
        table.row(&[
            rank(one),
            name,
            points(one.points.as_ref(), LANGUAGE),
            movement(one),
            one.class.as_ref().map_or_else(|| NONE.to_owned(), |class| class.name.vi.clone()),
            count(one.backlog.open, LANGUAGE),
            count(one.backlog.overdue, LANGUAGE),
        ]);
    }
    (!bulletin.ranking.is_empty()).then(|| table.block())
}

/// What nobody measured, by the reason.
fn not_measured(bulletin: &Bulletin) -> Option<Block> {
    let heads = vec![Head::text("Lý do", 60), Head::text("Chỉ tiêu (điểm tối đa)", 114)];
    let mut table = Table::new("Chỉ tiêu chưa đo được", heads);
    let mut reasons: Vec<(&str, Vec<String>)> = Vec::new();
    for line in bulletin.cards.iter().flat_map(|card| &card.indicators) {
        let Some(why) = &line.outcome.not_measured else { continue };
        let said = format!("{} {} ({})", line.code, line.name.vi, plain(&line.maximum, LANGUAGE));
        match reasons.iter_mut().find(|(reason, _)| *reason == why.vi) {
            Some((_, lines)) => lines.push(said),
            None => reasons.push((&why.vi, vec![said])),
        }
    }
    for (reason, lines) in reasons {
        table.row(&[reason.to_owned(), format!("{}.", lines.join("; "))]);
    }
    (!table.rows.is_empty()).then(|| table.block())
}

fn restated(bulletin: &Bulletin) -> Block {
    let caption = "Số liệu đã công bố được điều chỉnh trong kỳ";
    if bulletin.restated.is_empty() {
        return Block::paragraph(&format!("{caption}: không có."));
    }
    let mut table = Table::new(
        caption,
        vec![
            Head::centred("Kỳ đã công bố", 30),
            Head::text("Số liệu", 90),
            Head::centred("Số lần", 20),
            Head::centred("Thay đổi", 30),
        ],
    );
    for one in &bulletin.restated {
        let by = count(one.change, LANGUAGE);
        let by = if one.change.is_some_and(|change| change > 0) { format!("+{by}") } else { by };
        table.row(&[one.period.clone(), one.name.vi.clone(), count(Some(one.changes), LANGUAGE), by]);
    }
    table.block()
}
