//! Pages as a browser gets them, and the files that `scripts/check-pages` shows one.

use std::path::Path;

use actix_web::Responder;
use actix_web::body::MessageBody;
use actix_web::test::TestRequest;
use motcua_kpi::pages::http::{PageQuery, PageTheme, show_agency, show_indicator, show_operations};
use motcua_kpi::pages::view::{Audience, View};
use motcua_web::WebResult;

use super::samples::{agency, empty_operations, indicator, operations, unmeasured_indicator};

/// Where the samples are written to, when a browser shall look at them.
const FOLDER: &str = "MOTCUA_SAMPLE_PAGES";

/// Headers and body of an answer.
fn received(answer: WebResult) -> (Vec<(String, String)>, String) {
    let response = answer.unwrap().respond_to(&TestRequest::get().to_http_request());
    let headers = response.headers().iter();
    let headers = headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect();
    let Ok(body) = response.into_body().try_into_bytes() else { panic!("a page is whole in itself") };
    (headers, String::from_utf8(body.to_vec()).unwrap())
}

#[test]
fn a_page_comes_with_a_policy_that_forbids_all_but_its_own_style() {
    let view = PageQuery::default().view(Audience::Public);
    let (headers, _) = received(show_operations(&view, &operations(3), Some(1)));
    let all = |name: &str| -> Vec<&str> {
        headers.iter().filter(|(of, _)| of == name).map(|(_, value)| value.as_str()).collect()
    };
    let policies = all("content-security-policy");
    assert!(policies.iter().any(|policy| policy.starts_with("default-src 'none'; style-src 'unsafe-inline'")));
    assert!(policies.iter().any(|policy| policy.contains("frame-ancestors 'none'")));
    assert_eq!(all("content-type"), ["text/html; charset=utf-8"]);
    assert_eq!(all("refresh"), ["15"], "no screen asks every second");
    let (headers, _) = received(show_operations(&view, &operations(3), None));
    assert!(!headers.iter().any(|(name, _)| name == "refresh"));
}

#[test]
fn the_query_says_language_and_colours() {
    let query = PageQuery { theme: Some(PageTheme::Dark), set: Some("bieu06".to_owned()), ..PageQuery::default() };
    let (_, page) = received(show_agency(&query.view(Audience::Public), &agency(), None));
    assert!(page.contains("<html lang=\"vi\"") && page.contains("<meta name=\"color-scheme\" content=\"dark\">"));
    assert!(page.contains("../operations?set=bieu06&amp;theme=dark"), "links keep what was asked for");
}

/// Writes every sample in every theme and language with the headers of its answer, for a browser to show.
#[test]
fn samples_are_written_for_a_browser_when_one_asks() {
    let Ok(folder) = std::env::var(FOLDER) else { return };
    let folder = Path::new(&folder);
    std::fs::create_dir_all(folder).unwrap();
    let mut headers = serde_json::Map::new();
    for theme in [None, Some(PageTheme::Light), Some(PageTheme::Dark)] {
        for language in [None, Some(motcua_kpi::pages::http::PageLanguage::En)] {
            let query = PageQuery { theme, lang: language, ..PageQuery::default() };
            let (inside, outside) = (query.view(Audience::Internal), query.view(Audience::Public));
            let pages = |view: &View| {
                [
                    ("operations", show_operations(view, &operations(126), None)),
                    ("operations-empty", show_operations(view, &empty_operations(), None)),
                    ("agency", show_agency(view, &agency(), None)),
                    ("indicator", show_indicator(view, &indicator(126), None)),
                    ("indicator-unmeasured", show_indicator(view, &unmeasured_indicator(), None)),
                ]
            };
            let public = ("indicator-public", show_indicator(&outside, &indicator(126), None));
            for (name, answer) in pages(&inside).into_iter().chain([public]) {
                let theme = inside.theme.as_str().unwrap_or("system");
                let name = format!("{name}.{theme}.{}.html", inside.language_code());
                let (of, page) = received(answer);
                std::fs::write(folder.join(&name), page).unwrap();
                headers.insert(name, serde_json::to_value(of).unwrap());
            }
        }
    }
    std::fs::write(folder.join("headers.json"), serde_json::to_vec_pretty(&headers).unwrap()).unwrap();
}
