//! The operations centre of the province.

use motcua_kernel::Text;
use motcua_kpi::definitions::exact::Exact;
use motcua_kpi::pages::models::{Backlog, Movement, OperationsPage, RankedAgency, Score, Standing};

use super::{agency_name, alerts, backlog, class, exact, fields, groups, points_trend, province, scope, score};

/// So many agencies, two of them without a rank.
pub(crate) fn operations(agencies: usize) -> OperationsPage {
    let total = exact("60.107");
    OperationsPage {
        scope: scope(),
        province: province(),
        class: class(&total),
        total: score(Some("60.107"), "80", "100"),
        groups: groups(),
        trend: points_trend(),
        backlog: backlog(9322, 397),
        fields: fields(),
        ranking: (0..agencies).map(|number| ranked(number, agencies)).collect(),
        alerts: Some(alerts(14, &agency_name(3))),
    }
}

fn ranked(number: usize, of: usize) -> RankedAgency {
    let agency = agency_name(number);
    let place = i64::try_from(number).unwrap();
    let points = Exact::fraction(9412 - place * 6900 / i64::try_from(of).unwrap(), 100).unwrap();
    let small = number + 2 >= of;
    let rank = match number {
        // The third has the same points as the second.
        2 => Ok(2),
        _ => Ok(number + 1),
    };
    let too_few = Text::new("Chỉ có 2 bản ghi, dưới mức tối thiểu 5.", "It has 2 records, below the minimum of 5.");
    let movement = match (small, number % 5) {
        (true, _) => Movement::None,
        (_, 0) => Movement::Same,
        (_, 1) => Movement::Up(number % 7 + 1),
        (_, 2) => Movement::Down(number % 4 + 1),
        (_, 3) => Movement::New,
        _ => Movement::Up(1),
    };
    RankedAgency {
        agency,
        rank: if small { Err(too_few) } else { rank },
        movement,
        class: class(&points).filter(|_| !small),
        points: Some(points),
        backlog: if small {
            Backlog { open: None, overdue: None }
        } else {
            backlog(17 + place * 13 % 1400, place * 7 % 64)
        },
    }
}

/// A province on its first day: nothing is measured, nobody is ranked.
pub(crate) fn empty_operations() -> OperationsPage {
    let mut page = operations(3);
    page.scope.data_as_of = None;
    page.scope.standing = Standing::Over;
    page.alerts = None;
    page.scope.trouble = Some(Text::new(
        "Không nhận được sự kiện của dịch vụ thủ tục từ 07:12.",
        "No events have come from the procedures service since 07:12.",
    ));
    let nothing =
        |score: &Score| Score { points: None, measured_maximum: Exact::zero(), maximum: score.maximum.clone() };
    (page.total, page.class) = (nothing(&page.total), None);
    for group in &mut page.groups {
        group.score = nothing(&group.score);
    }
    for point in &mut page.trend {
        point.value = None;
    }
    page.backlog = Backlog { open: None, overdue: None };
    page.fields.clear();
    for one in &mut page.ranking {
        one.rank = Err(Text::new("Không có chỉ tiêu nào đo được.", "None of the indicators is measured."));
        (one.points, one.class, one.movement) = (None, None, Movement::None);
        one.backlog = page.backlog.clone();
    }
    page
}
