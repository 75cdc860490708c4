//! How large pages are, how fast they are made, and that they need nothing from anywhere.

use std::time::Instant;

use motcua_kpi::pages::{agency_page, indicator_page, operations_page};

use super::samples::{agency, english, indicator, operations, vietnamese};

/// Of a large province.
const AGENCIES: usize = 200;
const LARGEST: usize = 200_000;
/// What a test build must keep as well as a released one: the best of some tries, for the machine may be busy.
const SLOWEST_MILLIS: u128 = 100;
const TRIES: usize = 7;

/// A page by its name, made anew each time.
type Sample = (&'static str, Box<dyn Fn() -> String>);

fn pages() -> [Sample; 6] {
    [
        ("operations vi", Box::new(|| operations_page(&vietnamese(), &operations(AGENCIES)))),
        ("operations en", Box::new(|| operations_page(&english(), &operations(AGENCIES)))),
        ("agency vi", Box::new(|| agency_page(&vietnamese(), &agency()))),
        ("agency en", Box::new(|| agency_page(&english(), &agency()))),
        ("indicator vi", Box::new(|| indicator_page(&vietnamese(), &indicator(AGENCIES)))),
        ("indicator en", Box::new(|| indicator_page(&english(), &indicator(AGENCIES)))),
    ]
}

#[test]
fn every_page_of_a_large_province_is_under_200_kb_and_soon_made() {
    for (name, make) in pages() {
        let tries = (0..TRIES).map(|_| {
            let since = Instant::now();
            (make().len(), since.elapsed().as_millis())
        });
        let (size, took) = tries.min_by_key(|(_, took)| *took).unwrap();
        assert!(size < LARGEST, "{name}: {size} bytes");
        assert!(took < SLOWEST_MILLIS, "{name}: {took} ms");
    }
}

#[test]
fn a_page_needs_nothing_from_anywhere_and_runs_nothing() {
    for (name, make) in pages() {
        let page = make();
        for never in ["http:", "https:", "<script", "<iframe", "@import", "url(", " src=", "onclick", "<form"] {
            assert!(!page.contains(never), "{name}: {never}");
        }
    }
}

#[test]
fn every_id_is_given_once_and_every_reference_has_its_id() {
    for (name, make) in pages() {
        let page = make();
        let attributes = |start: &str| -> Vec<String> {
            page.split(start).skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
        };
        let ids = attributes(" id=\"");
        let mut once = ids.clone();
        once.sort();
        once.dedup();
        assert_eq!(once.len(), ids.len(), "{name}: {ids:?}");
        for reference in [attributes(" aria-labelledby=\""), attributes(" aria-describedby=\"")].concat() {
            assert!(ids.contains(&reference), "{name}: {reference}");
        }
    }
}
