//! Scores as tables: what every row says by itself, so that tables of several agencies and periods can be put together.

use motcua_agencies::Named;
use motcua_kernel::Text;
use motcua_kernel::text::Language;

use super::view::{FigureRecord, FigureSheet, GroupScore, IndicatorPoints, PointSum, Ranking, ScoreContext, Scorecard};
use crate::exports::{Cell, Column, Head, Kind, decimal, instant, number, text};

type Rows = Vec<Vec<Cell>>;

fn head(what: &str, title: Text, context: &ScoreContext, agency: &Named, columns: Vec<Column>) -> Head {
    let below = if context.with_below { "-va-cap-duoi" } else { "" };
    let file = format!("{what}-{}-{}{below}-{}", context.set.code, agency.code, context.period);
    Head { file, title, columns, made_at: context.data_as_of }
}

/// What every row begins with: set, period, agency.
fn first() -> Vec<Column> {
    vec![
        Column::new(Kind::Word, "Bộ chỉ số", "Set"),
        Column::new(Kind::Word, "Phiên bản", "Version"),
        Column::new(Kind::Word, "Kỳ", "Period"),
        Column::new(Kind::Word, "Mã cơ quan", "Agency code"),
        Column::new(Kind::Text, "Cơ quan", "Agency"),
    ]
}

fn begun(context: &ScoreContext, agency: Option<&Named>) -> Vec<Cell> {
    vec![
        text(&context.set.code),
        text(&context.set.version),
        text(&context.period),
        text(agency.map_or("", |agency| &agency.code)),
        text(agency.map_or("", |agency| &agency.name)),
    ]
}

fn as_of() -> Column {
    Column::new(Kind::Instant, "Số liệu đến (giờ Việt Nam)", "Data as of (Vietnam time)")
}

/// The points of an agency: all together, each group, each indicator.
pub(super) fn scorecard(card: &Scorecard, language: Language) -> (Head, Rows) {
    let own = [
        Column::new(Kind::Word, "Dòng", "Row"),
        Column::new(Kind::Word, "Mã", "Code"),
        Column::new(Kind::Text, "Nội dung", "What"),
        Column::new(Kind::Word, "Đơn vị tính", "Unit"),
        Column::new(Kind::Word, "Cách tính", "Variant"),
        Column::new(Kind::Number, "Tử số", "Numerator"),
        Column::new(Kind::Number, "Mẫu số", "Denominator"),
        Column::new(Kind::Number, "Giá trị", "Value"),
        Column::new(Kind::Number, "Điểm", "Points"),
        Column::new(Kind::Number, "Điểm tối đa đo được", "Measured maximum"),
        Column::new(Kind::Number, "Điểm tối đa", "Maximum"),
        Column::new(Kind::Text, "Lý do không đo được", "Why not measured"),
        as_of(),
    ];
    let title = Text::new("Bảng điểm", "Scorecard");
    let head = head("bang-diem", title, &card.context, &card.agency, first().into_iter().chain(own).collect());
    let row = |cells: Vec<Cell>| {
        let begun = begun(&card.context, Some(&card.agency)).into_iter();
        begun.chain(cells).chain([instant(card.context.data_as_of)]).collect()
    };
    let say = |vi: &str, en: &str| text(Text::new(vi, en).in_language(language));
    let class = card.class.as_ref().map_or("", |class| class.name.in_language(language));
    let sum = |kind: Cell, code: &str, name: &str, sum: &PointSum| {
        let mut cells = vec![kind, text(code), text(name)];
        cells.extend([Cell::Empty, Cell::Empty, Cell::Empty, Cell::Empty, Cell::Empty]);
        cells.extend(points(sum));
        cells.push(Cell::Empty);
        row(cells)
    };
    let indicator = |one: &IndicatorPoints| {
        row(vec![
            say("Chỉ tiêu", "Indicator"),
            text(&one.code),
            text(one.name.in_language(language)),
            text(one.unit.in_language(language)),
            text(&one.variant),
            decimal(one.numerator.as_deref()),
            decimal(one.denominator.as_deref()),
            decimal(one.value.as_deref()),
            decimal(one.points.as_deref()),
            if one.points.is_some() { decimal(Some(&one.maximum)) } else { Cell::Empty },
            decimal(Some(&one.maximum)),
            text(one.not_measured.as_ref().map_or("", |why| why.in_language(language))),
        ])
    };
    let mut rows = vec![sum(say("Tổng", "Total"), "", class, &card.total)];
    for group in &card.groups {
        rows.push(sum(say("Nhóm", "Group"), &group.code, group.name.in_language(language), &group.sum));
        rows.extend(card.indicators.iter().filter(|one| one.group == group.code).map(indicator));
    }
    (head, rows)
}

fn points(sum: &PointSum) -> [Cell; 3] {
    [decimal(sum.points.as_deref()), decimal(Some(&sum.measured_maximum)), decimal(Some(&sum.maximum))]
}

/// What each measure comes to.
pub(super) fn figures(sheet: &FigureSheet, language: Language) -> (Head, Rows) {
    let own = [
        Column::new(Kind::Word, "Số đo", "Measure"),
        Column::new(Kind::Text, "Nội dung", "What"),
        Column::new(Kind::Word, "Loại bản ghi", "Kind of record"),
        Column::new(Kind::Number, "Số lượng", "Value"),
        Column::new(Kind::Number, "Không được tính", "Not counted"),
        as_of(),
    ];
    let title = Text::new("Số liệu", "Figures");
    let head = head("so-lieu", title, &sheet.context, &sheet.agency, first().into_iter().chain(own).collect());
    let rows = sheet.figures.iter().map(|one| {
        let mut cells = begun(&sheet.context, Some(&sheet.agency));
        cells.extend([
            text(&one.measure),
            text(one.name.in_language(language)),
            text(&one.subject),
            number(one.value),
            number(one.excluded),
            instant(sheet.context.data_as_of),
        ]);
        cells
    });
    (head, rows.collect())
}

/// Agencies by rank, each with its points by group.
pub(super) fn ranking(ranking: &Ranking, language: Language) -> (Head, Rows) {
    let mut columns = first();
    columns.extend([
        Column::new(Kind::Word, "Loại cơ quan", "Kind of agency"),
        Column::new(Kind::Number, "Hạng", "Rank"),
        Column::new(Kind::Number, "Hạng kỳ trước", "Rank before"),
        Column::new(Kind::Number, "Tăng (+), giảm (-)", "Up (+), down (-)"),
        Column::new(Kind::Number, "Điểm", "Points"),
        Column::new(Kind::Number, "Điểm tối đa đo được", "Measured maximum"),
        Column::new(Kind::Number, "Điểm tối đa", "Maximum"),
        Column::new(Kind::Word, "Xếp loại", "Class"),
        Column::new(Kind::Text, "Lý do không xếp hạng", "Why not ranked"),
    ]);
    let groups: &[GroupScore] = ranking.items.first().map_or(&[], |one| &one.groups);
    columns.extend(groups.iter().map(|group| Column { name: group.name.clone(), kind: Kind::Number }));
    columns.push(as_of());
    let title = Text::new("Xếp hạng", "Ranking");
    let head = head("xep-hang", title, &ranking.context, &ranking.above, columns);
    let rank = |rank: Option<usize>| number(rank.and_then(|rank| i64::try_from(rank).ok()));
    let rows = ranking.items.iter().map(|one| {
        let mut cells = begun(&ranking.context, Some(&one.agency));
        cells.extend([text(&one.kind), rank(one.rank), rank(one.previous_rank), number(one.movement)]);
        cells.extend(points(&one.total));
        cells.push(text(one.class.as_ref().map_or("", |class| class.name.in_language(language))));
        cells.push(text(one.unranked.as_ref().map_or("", |why| why.in_language(language))));
        // By code, in the order of the headings: what does not apply to an agency is empty.
        let of = |group: &GroupScore| one.groups.iter().find(|own| own.code == group.code);
        cells.extend(groups.iter().map(|group| decimal(of(group).and_then(|own| own.sum.points.as_deref()))));
        cells.push(instant(ranking.context.data_as_of));
        cells
    });
    (head, rows.collect())
}

/// The list behind a figure.
pub(super) fn records(context: &ScoreContext, agency: &Named, (measure, part): (&str, &str)) -> Head {
    let own = [
        Column::new(Kind::Word, "Số đo", "Measure"),
        Column::new(Kind::Word, "Loại bản ghi", "Kind of record"),
        Column::new(Kind::Word, "Mã, số", "Code, number"),
        Column::new(Kind::Word, "Định danh", "Id"),
        Column::new(Kind::Instant, "Thời điểm (giờ Việt Nam)", "When (Vietnam time)"),
        Column::new(Kind::Number, "Được tính", "Counts"),
        Column::new(Kind::Word, "Giá trị", "Value"),
        Column::new(Kind::Text, "Lý do", "Reason"),
    ];
    let title = Text::new("Danh sách đằng sau số liệu", "The list behind a figure");
    let what = format!("danh-sach-{measure}-{part}");
    head(&what, title, context, agency, first().into_iter().chain(own).collect())
}

/// A record, of a measure.
pub(super) fn record(context: &ScoreContext, measure: &str, record: &FigureRecord, language: Language) -> Vec<Cell> {
    let mut cells = begun(context, record.agency.as_ref());
    cells.extend([
        text(measure),
        text(&record.subject),
        text(record.code.as_deref().unwrap_or_default()),
        text(record.id.to_string()),
        instant(record.at),
        number(record.counts),
        text(record.value.as_deref().unwrap_or_default()),
        text(record.reason.in_language(language)),
    ]);
    cells
}
