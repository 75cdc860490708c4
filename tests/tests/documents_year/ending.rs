//! The end of the year: what is left lying is done or given up, every book is read and closed, every report recounted.

use motcua_tests::full_size;
use serde_json::json;

use super::acts::Act;
use super::calendar::day;
use super::drafts::Step;
use super::outgoing::{Issued, Place};
use super::province::{LEADER, WRITER};
use super::registers::{self, Line};
use super::reports;
use super::story::Story;
use super::year::{Now, Year};

/// Registers or returns what waits, issues or gives up what has a number, and frees numbers that were held for nothing.
pub(crate) async fn wind_up(year: &Year, stories: &mut [Story], now: Now) {
    for story in stories.iter_mut() {
        let name = story.name();
        for at in story.unregistered() {
            let clerk = year.province.officer(story.arrived[at].responsible, WRITER);
            let act = if story.arrived[at].checks_bad { Act::Return } else { Act::Register };
            story.arrived[at].take(year, now, clerk, &act, &name).await;
        }
        for at in 0..story.drafts.len() {
            let (clerk, leader) = (
                year.province.officer(story.drafts[at].agency, WRITER),
                year.province.officer(story.drafts[at].agency, LEADER),
            );
            let steps = match story.drafts[at].state {
                "numbered" if story.drafts[at].has_closed(&year.province, now) || story.dice.chance(40) => {
                    vec![(leader, Step::Cancel)]
                }
                "numbered" => vec![(clerk, Step::Seal), (clerk, Step::Issue)],
                "sealed" => vec![(clerk, Step::Issue)],
                _ => continue,
            };
            for (by, step) in steps {
                let Story { drafts, issued, .. } = story;
                assert!(drafts[at].take(year, now, by, &step, issued, &name).await);
            }
        }
    }
}

/// A book in which a number is still reserved is not closed.
pub(crate) async fn free_reservations(year: &Year, stories: &mut [Story], now: Now) -> usize {
    let (mut freed, mut refused) = (0, false);
    for story in stories.iter_mut() {
        for at in 0..story.reservations.len() {
            let Place::Reserved { agency, key, register, state: "reserved", .. } = story.reservations[at].clone()
            else {
                continue;
            };
            if !refused && key.3 == 2026 {
                refused = true;
                let leader = year.province.officer(year.province.now(agency, now.day), LEADER);
                let path = format!("/v1/registers/{register}");
                let version = year.read(leader, &path).await.ok()["version"].as_i64();
                let reply = year.ask(leader, &format!("{path}/closing"), version, &json!({})).await;
                year.agree("a book with a reserved number is closed", &reply, Err((409, "register.reservations_open")));
            }
            story.void(year, now, at).await;
            freed += 1;
        }
    }
    freed
}

/// Reads every book of a year and closes it, a quarter of them in a small year; says how many books and lines there were.
pub(crate) async fn close_books(year: &Year, now: Now, of_year: i32) -> (usize, usize) {
    let (mut books, mut lines) = (0, 0);
    for (key, book) in year.registers.all().into_iter().filter(|(key, _)| key.3 == of_year) {
        assert!(!book.lines.values().any(|line| *line == Line::Reserved), "{key:?}");
        lines += registers::check(year, now, &key, &book).await;
        books += 1;
        if full_size() || books % 4 == 0 {
            registers::close(year, now, &key, &book).await;
        }
    }
    (books, lines)
}

/// Nothing is added to a book that is closed.
pub(crate) async fn knock_at_a_closed_book(year: &Year, stories: &mut [Story], now: Now) {
    let fits = |one: &&Issued| {
        one.place.1.is_empty()
            && year.registers.is_closed(&one.key)
            && year.province.now(one.agency, now.day) == one.agency
    };
    let found = stories.iter().position(|story| story.issued.iter().any(|one| fits(&one)));
    let story = &mut stories[found.expect("a document in a closed book")];
    let one = story.issued.iter().find(fits).unwrap().clone();
    let place = Place::Late { key: one.key.clone(), after: one.place.0, on: one.on, decision: true };
    assert!(!story.issue_at_once(year, now, one.agency, one.kind, place).await, "a late number in a closed book");
}

/// Recounts the reports of some agencies, month by month; says how many documents were counted.
pub(crate) async fn recount_all(year: &Year, stories: &[Story], now: Now) -> usize {
    let open = |agency: &usize| year.province.now(*agency, now.day) == *agency;
    let all: Vec<usize> = year.province.issuing().into_iter().filter(open).collect();
    let some = if full_size() { all.len() } else { 5 };
    let mut counted = 0;
    for agency in all.into_iter().take(some) {
        for month in 1..=12 {
            counted += reports::recount(year, stories, now, agency, reports::month(2026, month)).await;
        }
        counted += reports::recount(year, stories, now, agency, (day("2026-01-01"), day("2026-12-31"))).await;
    }
    counted
}
