//! What is looked at between the steps: who sees what, by id, in lists, counted and found; the books; what the reports say.

use std::collections::BTreeSet;

use serde_json::json;

use super::dice::Dice;
use super::province::WRITER;
use super::registers;
use super::story::Story;
use super::year::{Now, Year, number, text};

/// Every document a story has, with its kind, path and who may see it.
fn documents(story: &Story) -> Vec<(&'static str, String, bool)> {
    let arrived = story.arrived.iter().map(|one| ("incoming", one.id.clone(), true));
    let drafts = story.drafts.iter().map(|one| ("draft", one.id.clone(), true));
    let issued = story.issued.iter().map(|one| ("outgoing", one.id.clone(), one.state != "void"));
    arrived.chain(drafts).chain(issued).collect()
}

fn sees(story: &Story, year: &Year, officer: usize, now: Now, kind: &str, id: &str) -> bool {
    let province = &year.province;
    match kind {
        "incoming" => story.arrived.iter().any(|one| one.id == id && one.seen_by(province, officer, now)),
        "draft" => story.drafts.iter().any(|one| one.id == id && one.seen_by(province, officer, now)),
        _ => story.issued.iter().any(|one| one.id == id && one.seen_by(province, officer, now)),
    }
}

fn path(kind: &str) -> &'static str {
    match kind {
        "incoming" => "/v1/incoming-documents",
        "draft" => "/v1/drafts",
        _ => "/v1/outgoing-documents",
    }
}

/// Somebody near a story, or anybody.
fn looker(story: &Story, year: &Year, dice: &mut Dice) -> usize {
    let named: Vec<usize> = story.drafts.iter().flat_map(|one| one.people.iter().copied()).collect();
    let at: Vec<usize> =
        story.arrived.iter().map(|one| one.responsible).chain(story.issued.iter().map(|one| one.agency)).collect();
    match dice.throw(4) {
        0 if !named.is_empty() => dice.pick(&named),
        1 | 2 if !at.is_empty() => {
            let agency = dice.pick(&at);
            year.province.officer(agency, dice.throw(5))
        }
        _ => dice.throw(year.province.officers.len()),
    }
}

/// Looks at some documents with some officers' eyes; says at how many.
pub(crate) async fn circles(year: &Year, stories: &[Story], now: Now, dice: &mut Dice, samples: usize) -> usize {
    let begun: Vec<&Story> = stories.iter().filter(|story| story.documents() > 0).collect();
    if begun.is_empty() {
        return 0;
    }
    let mut looked = 0;
    for at in 0..samples {
        let story = begun[dice.throw(begun.len())];
        let officer = looker(story, year, dice);
        let all = documents(story);
        let (kind, id, _) = &all[dice.throw(all.len())];
        let expected = sees(story, year, officer, now, kind, id);
        let reply = year.read(officer, &format!("{}/{id}", path(kind))).await;
        let status = if expected { 200 } else { 404 };
        let what = format!("{}: officer {officer} reads {kind} {id} at {}", story.name(), now.day);
        assert_eq!(reply.status, status, "{what}: {}", reply.body);
        if let (true, Some(one)) = (expected, story.arrived.iter().find(|one| one.id == *id)) {
            one.compare(&year.province, officer, now, &reply.body, &what);
        }
        looked += 1;
        if at % 3 == 0 {
            found(year, story, officer, now).await;
            looked += all.len();
        }
        if at % 6 == 0 {
            listed(year, stories, officer, now).await;
            looked += stories.iter().map(Story::documents).sum::<usize>();
        }
    }
    looked
}

/// What a search for the story's word finds, and what the officer may see of it.
async fn told_and_seen(year: &Year, story: &Story, officer: usize, now: Now) -> [BTreeSet<(String, String)>; 2] {
    let reply = year.ask(officer, "/v1/documents/search", None, &json!({"q": story.word(), "limit": 200})).await.ok();
    let told = reply["items"].as_array().unwrap().iter().map(|hit| (text(&hit["kind"]), text(&hit["id"]))).collect();
    let seen = documents(story)
        .into_iter()
        .filter(|(kind, id, findable)| *findable && sees(story, year, officer, now, kind, id))
        .map(|(kind, id, _)| (kind.to_owned(), id))
        .collect();
    [told, seen]
}

/// Whether a search finds what the officer may see, and nothing else.
pub(crate) async fn finds_rightly(year: &Year, story: &Story, officer: usize, now: Now) -> bool {
    let [told, seen] = told_and_seen(year, story, officer, now).await;
    told == seen
}

async fn found(year: &Year, story: &Story, officer: usize, now: Now) {
    let [told, seen] = told_and_seen(year, story, officer, now).await;
    assert_eq!(told, seen, "{}: what officer {officer} finds at {}", story.name(), now.day);
}

/// The counts of an officer's three lists.
async fn listed(year: &Year, stories: &[Story], officer: usize, now: Now) {
    let province = &year.province;
    let incoming = stories.iter().flat_map(|story| &story.arrived);
    let incoming = incoming.filter(|one| one.state != "taken_back" && one.seen_by(province, officer, now)).count();
    let drafts =
        stories.iter().flat_map(|story| &story.drafts).filter(|one| one.seen_by(province, officer, now)).count();
    let issued =
        stories.iter().flat_map(|story| &story.issued).filter(|one| one.seen_by(province, officer, now)).count();
    for (kind, expected) in [("incoming", incoming), ("draft", drafts), ("outgoing", issued)] {
        let page = year.read(officer, &format!("{}?limit=1&count=exact", path(kind))).await.ok();
        let told = usize::try_from(number(&page["count"])).unwrap();
        assert_eq!(told, expected, "officer {officer} lists {kind} at {}", now.day);
    }
}

/// Reads some of the books, or all; says how many lines they have.
pub(crate) async fn books(year: &Year, now: Now, dice: &mut Dice, most: usize) -> (usize, usize) {
    let mut all = year.registers.all();
    while all.len() > most {
        let gone = dice.throw(all.len());
        all.swap_remove(gone);
    }
    let mut lines = 0;
    for (key, book) in &all {
        lines += registers::check(year, now, key, book).await;
    }
    (all.len(), lines)
}

/// Every arrival was registered or returned, or its sender has it back, or it was revoked: by the lists of the province.
pub(crate) async fn all_registered(year: &Year, stories: &[Story], now: Now) {
    let clerk = year.province.officer(0, WRITER);
    let states = [
        "received",
        "returned",
        "registered",
        "submitted",
        "assigned",
        "processing",
        "finished",
        "cancelled",
        "taken_back",
    ];
    for state in states {
        let page = year.read(clerk, &format!("/v1/incoming-documents?state={state}&limit=1&count=exact")).await.ok();
        let own = stories.iter().flat_map(|story| &story.arrived).filter(|one| one.state == state).count();
        assert_eq!(page["count"], json!(own), "{state} at {}", now.day);
    }
    for one in stories.iter().flat_map(|story| &story.arrived) {
        let numbered = one.number.is_some();
        let right = match one.state {
            "received" => panic!("neither registered nor returned: {one:?}"),
            "returned" => !numbered,
            "cancelled" | "taken_back" => true,
            _ => numbered,
        };
        assert!(right, "{one:?}");
    }
}

/// The journal's chain, by the command.
pub(crate) fn verified(year: &Year) {
    let told = year.installation.run(&["verify", "documents"]);
    assert!(told.lines().all(|line| line.contains("events in order")), "{told}");
}
