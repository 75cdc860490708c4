//! What pages say, in both languages, and what they never say.

use motcua_kpi::pages::models::{Movement, Standing};
use motcua_kpi::pages::view::{Audience, View};
use motcua_kpi::pages::{agency_page, indicator_page, operations_page};

use super::samples::{agency, empty_operations, english, indicator, operations, unmeasured_indicator, vietnamese};

/// The text of a page without its tags, blanks as one.
fn text(page: &str) -> String {
    let (_, body) = page.split_once("<body>").unwrap();
    let words: Vec<&str> = body
        .split('<')
        .filter_map(|piece| piece.split_once('>'))
        .flat_map(|(_, text)| text.split_whitespace())
        .collect();
    words.join(" ")
}

#[test]
fn the_operations_centre_says_points_groups_ranking_and_backlog() {
    let vi = text(&operations_page(&vietnamese(), &operations(40)));
    for said in [
        "Tháng 11/2026",
        "60,11 / 100",
        "Trung bình",
        "15,37 / 18",
        "9.322",
        "397",
        "94,12",
        "▲2",
        "mới",
        "Số liệu đến 08:47, 23/11/2026",
    ] {
        assert!(vi.contains(said), "{said}");
    }
    let en = text(&operations_page(&english(), &operations(40)));
    for said in ["November 2026", "60.11 / 100", "Average", "9,322", "new", "Data as of 08:47, 23 Nov 2026", "Backlog"]
    {
        assert!(en.contains(said), "{said}");
    }
}

#[test]
fn what_is_not_measured_is_said_and_never_0() {
    let page = text(&operations_page(&vietnamese(), &operations(40)));
    assert!(page.contains("chưa đo được / 18") && page.contains("đo được tối đa 20"), "{page}");
    assert!(page.contains("Phần đo được tối đa 80 điểm; 20 điểm chưa đo được, không tính là 0."));
    let empty = operations_page(&vietnamese(), &empty_operations());
    let said = text(&empty);
    assert!(
        said.contains("Chưa đo được")
            && said.contains("Chưa cơ quan nào được xếp hạng.")
            && said.contains("Chưa có số liệu")
    );
    assert!(said.contains("Không nhận được sự kiện của dịch vụ thủ tục"), "trouble is told");
    assert!(!said.contains("0,00") && !empty.contains("role=\"img\" viewBox"), "nothing is drawn of nothing");
    let indicator = text(&indicator_page(&english(), &unmeasured_indicator()));
    assert!(indicator.contains("The national portal does not share what citizens complain about yet."));
    assert!(!indicator.contains("0.00"), "{indicator}");
}

#[test]
fn an_agency_page_has_the_scorecard_with_values_and_reasons() {
    let page = text(&agency_page(&vietnamese(), &agency()));
    for said in [
        "Hạng 12 / 198 ▲3",
        "94,71% 4.239/4.476",
        "18,94 / 20",
        "không tính điểm",
        "4,625",
        "0,00 / 4",
        "! Có nguy cơ",
        "✗ Không đạt",
    ] {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert!(page.contains("Chưa đo được: Cổng Dịch vụ công quốc gia chưa chia sẻ dữ liệu"));
}

#[test]
fn an_indicator_page_explains_and_lists() {
    let page = text(&indicator_page(&english(), &indicator(40)));
    for said in [
        "94.71%",
        "148,903",
        "157,214",
        "18.94 / 20",
        "= 0.9471",
        "! At risk",
        "✓ Met",
        "3,201",
        "3,199",
        "dossier.result_revoked.v1",
        "H50.00-261103-0001",
        "20 / 8,311",
        "12/KH-UBND",
    ] {
        assert!(page.contains(said), "{said}");
    }
}

#[test]
fn a_public_page_has_no_record_whatever_the_model_holds() {
    let public = View { audience: Audience::Public, ..vietnamese() };
    let page = indicator_page(&public, &indicator(40));
    assert!(
        !page.contains("261103") && !page.contains("part=") && !page.contains("measure=") && !page.contains("records"),
        "no record, no way to one"
    );
    assert!(
        indicator_page(&vietnamese(), &indicator(40))
            .contains("measure=on_time&amp;part=excluded&amp;after=eyJhZnRlciI6NDB9#records")
    );
}

#[test]
fn a_published_period_says_when_and_by_which_digest() {
    let mut model = operations(3);
    let on = "2026-12-05".parse().unwrap();
    model.scope.standing = Standing::Published { on, digest: "9f2c1ab0".to_owned() };
    assert!(text(&operations_page(&vietnamese(), &model)).contains("đã công bố 05/12/2026 · 9f2c1ab0"));
}

#[test]
fn movements_are_told_to_who_hears_the_page() {
    let mut model = operations(5);
    model.ranking[0].movement = Movement::Down(1);
    let page = operations_page(&vietnamese(), &model);
    assert!(page.contains("role=\"img\" aria-label=\"giảm 1 bậc\">▼1<"));
}

#[test]
fn what_people_wrote_stays_text() {
    let mut model = operations(3);
    model.ranking[0].agency.name = "<script>alert(1)</script>".to_owned();
    model.province.name = "\"><b>x".to_owned();
    let page = operations_page(&vietnamese(), &model);
    assert!(!page.contains("<script") && !page.contains("<b>x") && page.contains("&lt;script&gt;"));
}
