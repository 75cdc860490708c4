//! Agencies that close in the middle of the year: announced a week before; on the day everything follows.

use motcua_tests::eventually;
use serde_json::json;

use super::province::{LEADER, Succession, WRITER};
use super::story::Story;
use super::year::{Now, Year, text};

/// Has the administrator announce a succession.
pub(crate) async fn announce(year: &Year, one: Succession) {
    let province = &year.province;
    let path = format!("/v1/agencies/{}", province.agencies[one.from].id);
    let tag = year.read(province.administrator, &path).await.etag.unwrap();
    let body = json!({
        "kind": "merged_into", "successors": [province.agencies[one.to].code], "effective_on": one.on.to_string(),
        "legal_basis": "1/NQ-HĐND",
    });
    let reply = year.ask_tagged(province.administrator, &format!("{path}/successions"), Some(tag), &body).await;
    year.agree(&format!("{one:?} is announced"), &reply, Ok(()));
}

/// Its day has come: moves everything in the book, and waits until the service has done the same.
pub(crate) async fn follow(year: &Year, stories: &mut [Story], now: Now, one: Succession) {
    for story in stories.iter_mut() {
        story.succeed(one.from, one.to);
    }
    let province = &year.province;
    let (leader, clerk) = (province.officer(one.to, LEADER), province.officer(one.to, WRITER));
    let code = json!(province.agencies[one.to].code);
    let follows = async |path: String, version: Option<i64>| {
        eventually(&format!("{path} follows {one:?}"), 60, async || {
            let reply = year.read(leader, &path).await;
            let same = version.is_none_or(|version| reply.body["version"] == json!(version));
            reply.status == 200 && reply.body["responsible_agency"]["code"] == code && same
        })
        .await;
    };
    for story in stories.iter() {
        for arrived in story.arrived.iter().filter(|arrived| arrived.responsible == one.to) {
            follows(format!("/v1/incoming-documents/{}", arrived.id), Some(arrived.version)).await;
        }
        for draft in story.drafts.iter().filter(|draft| draft.agency == one.to) {
            follows(format!("/v1/drafts/{}", draft.id), Some(draft.version)).await;
        }
        for issued in story.issued.iter().filter(|issued| issued.responsible == one.to) {
            follows(format!("/v1/outgoing-documents/{}", issued.id), Some(issued.version)).await;
        }
        // Whom a unit was given things to is seen by those of the other unit.
        for draft in story.drafts.iter().filter(|draft| draft.unit == Some(one.to)) {
            let path = format!("/v1/drafts/{}", draft.id);
            eventually("a drafting unit follows", 60, async || {
                let body = year.read(province.administrator, &path).await.body;
                body["unit"]["code"] == code && body["version"] == json!(draft.version)
            })
            .await;
        }
        for arrived in story.arrived.iter().filter(|arrived| arrived.seen_by(province, leader, now)) {
            let path = format!("/v1/incoming-documents/{}", arrived.id);
            eventually("what a unit was given follows", 60, async || {
                let reply = year.read(leader, &path).await;
                reply.status == 200 && reply.body["version"] == json!(arrived.version)
            })
            .await;
        }
    }
    for (key, book) in year.registers.all().into_iter().filter(|(key, _)| key.0 == one.from) {
        let path = format!("/v1/registers/{}", book.id);
        eventually(&format!("the register {key:?} follows"), 60, async || {
            let reply = year.read(clerk, &path).await;
            reply.status == 200 && reply.body["responsible_agency"]["code"] == code
        })
        .await;
    }
    for (_, shelf) in year.shelves.all().into_iter().filter(|((agency, _), _)| *agency == one.from) {
        let path = format!("/v1/case-files/{}", shelf.id);
        eventually("a case file follows", 60, async || year.read(clerk, &path).await.status == 200).await;
    }
    // What is found follows by a worker of its own.
    for story in stories.iter().filter(|story| touches(story, one.to)) {
        eventually(&format!("{} is found at {}", story.name(), text(&code)), 60, async || {
            super::checks::finds_rightly(year, story, leader, now).await
        })
        .await;
    }
}

fn touches(story: &Story, agency: usize) -> bool {
    story.arrived.iter().any(|one| one.responsible == agency)
        || story.drafts.iter().any(|one| one.agency == agency || one.unit == Some(agency))
        || story.issued.iter().any(|one| one.responsible == agency)
}
