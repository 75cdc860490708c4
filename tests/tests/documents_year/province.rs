//! The province as the script knows it: sixty agencies, three hundred officers, who holds what where, and who may sign.
//! Everything here is plain: a list is walked, nothing is looked up in a tree of the service's.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use chrono::NaiveDate;
use motcua_tests::{Api, Installation, Service};
use serde_json::{Value, json};
use tokio::sync::OnceCell;

use super::calendar::day;

pub(crate) type Role = &'static str;
pub(crate) const KEEPERS: [Role; 4] = ["clerk", "leader", "approver", "administrator"];
pub(crate) const HEADS: [Role; 2] = ["leader", "approver"];
pub(crate) const CLERK: [Role; 1] = ["clerk"];
pub(crate) const ANY: [Role; 6] = ["receiver", "processor", "approver", "clerk", "leader", "administrator"];

/// An agency by its place in the list; the province is the first.
pub(crate) struct Agency {
    pub code: String,
    pub id: String,
    pub name: String,
    pub symbol: String,
    pub parent: Option<usize>,
    pub kind: &'static str,
}

/// A post, held for a time, perhaps for another officer.
#[derive(Debug, Clone)]
pub(crate) struct Post {
    pub agency: usize,
    pub role: Role,
    pub days: Option<(NaiveDate, NaiveDate)>,
    pub of: Option<usize>,
}

pub(crate) struct Officer {
    pub subject: String,
    pub id: String,
    pub posts: Vec<Post>,
    api: OnceCell<Api>,
    file: OnceCell<String>,
}

/// Who may sign for an agency, in which capacity and until when.
pub(crate) struct Authority {
    pub agency: usize,
    pub officer: usize,
    /// Its place among capacities: the first goes before.
    pub rank: usize,
    pub capacity: &'static str,
    pub prefix: String,
    pub types: Option<&'static [&'static str]>,
    pub until: Option<NaiveDate>,
}

/// What closes, into what, and from which day on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Succession {
    pub from: usize,
    pub to: usize,
    pub on: NaiveDate,
}

pub(crate) struct Province {
    pub agencies: Vec<Agency>,
    pub officers: Vec<Officer>,
    pub authorities: Vec<Authority>,
    pub successions: Vec<Succession>,
    pub administrator: usize,
}

const DEPARTMENTS: usize = 12;
const COMMUNES: usize = 23;
/// What is the same in every agency: the first leads it, the second stands in, the third keeps its books.
const ROLES: [Role; 5] = ["leader", "approver", "clerk", "processor", "processor"];
pub(crate) const LEADER: usize = 0;
pub(crate) const DEPUTY: usize = 1;
pub(crate) const WRITER: usize = 2;
pub(crate) const OFFICER: usize = 3;

impl Province {
    pub(crate) fn plan() -> Self {
        let mut agencies = Vec::new();
        let mut add = |code: String, name: String, symbol: String, parent: Option<usize>, kind| {
            agencies.push(Agency { code, id: String::new(), name, symbol, parent, kind });
            agencies.len() - 1
        };
        let top = add("H50".into(), "Ủy ban nhân dân tỉnh Quảng Trị".into(), "UBND".into(), None, "province");
        for at in 1..=DEPARTMENTS {
            let code = format!("H50.D{at:02}");
            let department = add(code.clone(), format!("Sở Mẫu {at}"), format!("SM{at}"), Some(top), "department");
            for unit in 1..=2 {
                let name = format!("Phòng Nghiệp vụ {unit} Sở Mẫu {at}");
                add(format!("{code}.{unit:02}"), name, format!("P{unit}"), Some(department), "department");
            }
        }
        for at in 1..=COMMUNES {
            let name = format!("Ủy ban nhân dân xã Mẫu {at}");
            add(format!("H50.X{at:02}"), name, "UBND".into(), Some(top), "commune");
        }
        let mut officers: Vec<Officer> = Vec::new();
        for (agency, known) in agencies.iter().enumerate() {
            for (place, role) in ROLES.into_iter().enumerate() {
                let mut posts = vec![Post { agency, role, days: None, of: None }];
                if place == DEPUTY && known.kind == "commune" {
                    // In a commune one person does two things.
                    posts.push(Post { agency, role: "clerk", days: None, of: None });
                }
                // In a department an officer stands in for the leader in spring.
                if place == 4 && known.kind == "department" && known.parent == Some(top) {
                    let days = Some((day("2026-03-02"), day("2026-06-01")));
                    posts.push(Post { agency, role: "leader", days, of: Some(agency * ROLES.len() + LEADER) });
                }
                officers.push(Officer::new(format!("year-{agency}-{place}"), posts));
            }
        }
        let administrator = officers.len();
        let post = Post { agency: top, role: "administrator", days: None, of: None };
        officers.push(Officer::new("year-administrator".into(), vec![post]));
        let mut new = Self { agencies, officers, authorities: Vec::new(), successions: Vec::new(), administrator };
        new.successions = vec![
            Succession { from: new.coded("H50.X23"), to: new.coded("H50.X22"), on: day("2026-06-01") },
            Succession { from: new.coded("H50.D01.02"), to: new.coded("H50.D01.01"), on: day("2026-09-15") },
            Succession { from: new.coded("H50.X11"), to: new.coded("H50.X12"), on: day("2026-10-01") },
        ];
        new.plan_authorities();
        new
    }

    fn coded(&self, code: &str) -> usize {
        self.agencies.iter().position(|agency| agency.code == code).unwrap()
    }

    fn plan_authorities(&mut self) {
        const SMALL: &[&str] = &["CV", "TB"];
        for agency in self.issuing() {
            let officer = |place: usize| agency * ROLES.len() + place;
            let mut add = |officer, rank, capacity, prefix: &str, types, until| {
                let prefix = prefix.to_owned();
                self.authorities.push(Authority { agency, officer, rank, capacity, prefix, types, until });
            };
            if self.agencies[agency].kind == "department" {
                add(officer(LEADER), 0, "head", "", None, None);
                add(officer(DEPUTY), 3, "deputy", "KT. GIÁM ĐỐC", None, None);
                let unit = agency + 1;
                add(unit * ROLES.len() + LEADER, 4, "by_order", "TL. GIÁM ĐỐC", Some(SMALL), None);
                let until = Some(day("2026-07-01"));
                add(officer(OFFICER), 6, "authorised", "TUQ. GIÁM ĐỐC", Some(SMALL), until);
            } else {
                add(officer(LEADER), 2, "collective", "TM. ỦY BAN NHÂN DÂN", None, None);
                let until = (agency % 2 == 0).then(|| day("2026-09-01"));
                add(officer(DEPUTY), 3, "deputy", "KT. CHỦ TỊCH", None, until);
            }
        }
    }

    /// The agencies that issue documents; units of a department do not.
    pub(crate) fn issuing(&self) -> Vec<usize> {
        (0..self.agencies.len())
            .filter(|at| self.units_of(*at).len() == 2 || self.agencies[*at].kind != "department")
            .collect()
    }

    pub(crate) fn units_of(&self, agency: usize) -> Vec<usize> {
        let below = |at: &usize| agency != 0 && self.agencies[*at].parent == Some(agency);
        (0..self.agencies.len()).filter(below).collect()
    }

    /// The officer at a place of an agency.
    pub(crate) fn officer(&self, agency: usize, place: usize) -> usize {
        assert!(agency < self.agencies.len());
        agency * ROLES.len() + place
    }

    /// Whether an agency is another, or below it.
    pub(crate) fn within(&self, agency: usize, above: usize) -> bool {
        let mut at = Some(agency);
        while let Some(here) = at {
            if here == above {
                return true;
            }
            at = self.agencies[here].parent;
        }
        false
    }

    fn posts(&self, officer: usize, on: NaiveDate) -> impl Iterator<Item = &Post> {
        self.officers[officer].posts.iter().filter(move |post| post.days.is_none_or(|(from, to)| from <= on && on < to))
    }

    /// Whether an officer holds one of these roles at an agency or above it.
    pub(crate) fn holds(&self, officer: usize, agency: usize, roles: &[Role], on: NaiveDate) -> bool {
        self.posts(officer, on).any(|post| roles.contains(&post.role) && self.within(agency, post.agency))
    }

    /// Whose post it is that alone gives an officer these roles there; none when a post of their own does.
    pub(crate) fn stands_in(&self, officer: usize, agency: usize, roles: &[Role], on: NaiveDate) -> Option<usize> {
        let fits = |post: &&Post| roles.contains(&post.role) && self.within(agency, post.agency);
        if self.posts(officer, on).any(|post| fits(&post) && post.of.is_none()) {
            return None;
        }
        self.posts(officer, on).find(fits).and_then(|post| post.of)
    }

    /// Whether an officer holds any post at an agency or below it.
    pub(crate) fn serves(&self, officer: usize, agency: usize, on: NaiveDate) -> bool {
        self.posts(officer, on).any(|post| self.within(post.agency, agency))
    }

    /// Whether an officer has a post of their own there or below.
    pub(crate) fn belongs(&self, officer: usize, agency: usize) -> bool {
        self.officers[officer].posts.iter().any(|post| post.of.is_none() && self.within(post.agency, agency))
    }

    /// Whether an officer holds any post exactly there.
    pub(crate) fn works_at(&self, officer: usize, agency: usize, on: NaiveDate) -> bool {
        self.posts(officer, on).any(|post| post.agency == agency)
    }

    /// What an agency has become by a day.
    pub(crate) fn now(&self, agency: usize, on: NaiveDate) -> usize {
        let gone = self.successions.iter().find(|one| one.from == agency && one.on <= on);
        gone.map_or(agency, |one| self.now(one.to, on))
    }

    /// Those who may sign for an agency on a day.
    pub(crate) fn signs(&self, officer: usize, agency: usize, on: NaiveDate) -> impl Iterator<Item = &Authority> {
        let serves = self.serves(officer, agency, on);
        self.held(officer, agency).filter(move |one| serves && one.until.is_none_or(|until| on < until))
    }

    /// Every authority of an officer for an agency, over or not.
    pub(crate) fn held(&self, officer: usize, agency: usize) -> impl Iterator<Item = &Authority> {
        self.authorities.iter().filter(move |one| one.officer == officer && one.agency == agency)
    }

    /// How the program is told of them.
    pub(crate) fn load(&self, installation: &Installation) {
        let mut agencies = String::from(
            "code,name,name_en,kind,parent_code,valid_from,valid_to,successor_code,succession_kind,legal_basis,symbol,units,note\n",
        );
        for agency in &self.agencies[1..] {
            let Agency { code, name, kind, symbol, parent, .. } = agency;
            let parent = &self.agencies[parent.unwrap()].code;
            writeln!(agencies, "{code},{name},,{kind},{parent},2025-07-01,,,,1/NQ-HĐND,{symbol},,").unwrap();
        }
        let mut officers = String::from("subject,name,agency_code,role,email\n");
        for officer in &self.officers {
            for post in officer.posts.iter().filter(|post| post.of.is_none()) {
                let (code, subject) = (&self.agencies[post.agency].code, &officer.subject);
                writeln!(officers, "{subject},Nguyễn Văn {subject},{code},{},", post.role).unwrap();
            }
        }
        for (what, content) in [("agencies", agencies), ("officers", officers)] {
            let path = installation.folder.path().join(format!("year-{what}.csv"));
            std::fs::write(&path, content).unwrap();
            let told = installation.run(&["import", what, path.to_str().unwrap()]);
            assert!(told.contains(" 0 refused"), "{told}");
        }
    }

    /// Learns ids, and has the administrator record who may sign and who stands in for whom.
    pub(crate) async fn settle(&mut self, installation: &Installation) {
        let api = self.api(installation, self.administrator).await.clone();
        let agencies: BTreeMap<String, String> = listed(&api, "/v1/agencies?open_on=2026-01-05", "code").await;
        for agency in &mut self.agencies {
            agency.id.clone_from(&agencies[&agency.code]);
        }
        let officers: BTreeMap<String, String> = listed(&api, "/v1/officers?agency=under:H50", "subject").await;
        for officer in &mut self.officers {
            officer.id.clone_from(&officers[&officer.subject]);
        }
        for authority in &self.authorities {
            let path = format!("/v1/agencies/{}/signing-authorities", self.agencies[authority.agency].id);
            let mut body = json!({
                "officer": self.officers[authority.officer].subject, "capacity": authority.capacity,
                "position": "CÁN BỘ", "valid_from": "2026-01-05", "valid_to": authority.until.map(|day| day.to_string()),
                "legal_basis": "1/QĐ-UBND", "document_types": authority.types,
            });
            match authority.capacity {
                "head" => body["position"] = json!("GIÁM ĐỐC"),
                "collective" => body["for_title"] = json!("ỦY BAN NHÂN DÂN"),
                "deputy" if self.agencies[authority.agency].kind != "department" => {
                    body["for_title"] = json!("CHỦ TỊCH");
                }
                _ => {}
            }
            // Only the head themselves authorises others.
            let head = self.officer(authority.agency, LEADER);
            let by = if authority.capacity == "authorised" { self.api(installation, head).await } else { &api };
            by.post(&path, &format!("sign-{}-{}", authority.agency, authority.officer), &body).await.ok();
        }
        for (at, officer) in self.officers.iter().enumerate() {
            for post in officer.posts.iter().filter(|post| post.of.is_some()) {
                let (from, to) = post.days.unwrap();
                let leader = &self.officers[post.of.unwrap()].id;
                let body = json!({
                    "delegate": officer.subject, "agency": self.agencies[post.agency].code, "role": post.role,
                    "valid_from": from.to_string(), "valid_to": to.to_string(), "legal_basis": "12/QĐ",
                });
                let by = self.api(installation, post.of.unwrap()).await;
                by.post(&format!("/v1/officers/{leader}/delegations"), &format!("in-{at}"), &body).await.ok();
            }
        }
    }

    /// An officer as the service knows them.
    pub(crate) async fn api(&self, installation: &Installation, officer: usize) -> &Api {
        let known = &self.officers[officer];
        known
            .api
            .get_or_init(async || {
                let token = installation.token(&["--kind", "officer", "--subject", &known.subject]);
                installation.api(Service::Documents, &token)
            })
            .await
    }

    /// A file that an officer has uploaded.
    pub(crate) async fn file(&self, installation: &Installation, officer: usize) -> String {
        let api = self.api(installation, officer).await;
        let known = &self.officers[officer];
        known
            .file
            .get_or_init(async || api.upload("van-ban.pdf", format!("%PDF-1.7 {}", known.subject).into_bytes()).await)
            .await
            .clone()
    }
}

impl Officer {
    fn new(subject: String, posts: Vec<Post>) -> Self {
        Self { subject, id: String::new(), posts, api: OnceCell::new(), file: OnceCell::new() }
    }
}

/// Ids by another field, of every page of a list.
pub(crate) async fn listed(api: &Api, path: &str, field: &str) -> BTreeMap<String, String> {
    let items = pages(api, path).await;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    items.iter().map(|item| (text(&item[field]), text(&item["id"]))).collect()
}

/// Every item of a list.
pub(crate) async fn pages(api: &Api, path: &str) -> Vec<Value> {
    let joint = if path.contains('?') { '&' } else { '?' };
    let (mut all, mut next) = (Vec::new(), format!("{path}{joint}limit=200"));
    loop {
        let page = api.get(&next).await.ok();
        all.extend(page["items"].as_array().unwrap().iter().cloned());
        let Some(after) = page["next"].as_str() else { return all };
        next = format!("{path}{joint}limit=200&after={after}");
    }
}
