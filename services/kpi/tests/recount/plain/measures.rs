//! Every measure of the shipped sets, written by hand from what the sets say in words.

#![expect(
    clippy::redundant_closure_for_method_calls,
    clippy::unnecessary_wraps,
    reason = "the measures are a table, whose lines look alike"
)]

use chrono::NaiveDate;
use motcua_clock::Calendar;

use super::dossier::{At, Dossier};
use super::papers::{Announced, Document, Incoming, Procedure, Rating};
use super::period::day_of;

/// Which records there are to look at.
pub(crate) enum Window<R> {
    /// Those with a day in the period.
    Within(fn(&R) -> Option<NaiveDate>),
    /// Those with an instant before the end of the period, seen at its end.
    UntilEnd(fn(&R) -> Option<At>),
    /// Those with an instant before the start of the period, seen at its start.
    BeforeStart(fn(&R) -> Option<At>),
    /// All.
    Now,
}

/// What is counted of them.
pub(crate) enum Count<R> {
    Records,
    /// Different values, for each agency by itself.
    Distinct(fn(&R) -> String),
    Sum(fn(&R) -> i64),
}

/// A measure of records that have one agency each.
pub(crate) struct Measure<R: 'static> {
    pub set: &'static str,
    pub code: &'static str,
    pub window: Window<R>,
    pub when: Option<fn(&R, At) -> bool>,
    pub count: Count<R>,
}

const fn of<R>(
    set: &'static str,
    code: &'static str,
    day: fn(&R) -> Option<NaiveDate>,
    when: fn(&R, At) -> bool,
) -> Measure<R> {
    Measure { set, code, window: Window::Within(day), when: Some(when), count: Count::Records }
}

const fn all_of<R>(set: &'static str, code: &'static str, day: fn(&R) -> Option<NaiveDate>) -> Measure<R> {
    Measure { set, code, window: Window::Within(day), when: None, count: Count::Records }
}

fn received_on(dossier: &Dossier) -> Option<NaiveDate> {
    dossier.received_at.map(day_of)
}

fn processing_on(dossier: &Dossier) -> Option<NaiveDate> {
    dossier.processing_at.map(day_of)
}

fn finished_on(dossier: &Dossier) -> Option<NaiveDate> {
    dossier.finished_at.map(day_of)
}

fn closed_on(dossier: &Dossier) -> Option<NaiveDate> {
    dossier.closed_at().map(day_of)
}

const fn codes(code: &'static str, when: fn(&Dossier, At) -> bool) -> Measure<Dossier> {
    let count = Count::Distinct(|dossier: &Dossier| dossier.procedure.code.clone());
    Measure { set: "qd766", code, window: Window::Within(received_on), when: Some(when), count }
}

/// What is counted of dossiers for who decides them.
pub(crate) const DOSSIERS: &[Measure<Dossier>] = &[
    of("qd766", "received", received_on, |_, _| true),
    of("qd766", "on_time", received_on, |d, t| d.on_time(t)),
    of("qd766", "on_time_less_waits", received_on, |d, t| d.on_time_less_waits(t)),
    of("qd766", "received_online", received_on, |d, _| d.is_online()),
    of("qd766", "received_online_with_result", received_on, |d, _| {
        d.is_online() && (!d.procedure.returns_paper || (d.has_result_code() && d.has_file()))
    }),
    codes("services_with_dossiers", |d, _| d.is_online()),
    codes("procedures_paid_online", |d, _| d.paid_online()),
    codes("procedures_with_fee_dossiers", |d, _| d.owes()),
    of("qd766", "owing", received_on, |d, _| d.owes()),
    of("qd766", "paid_online", received_on, |d, _| d.owes() && d.paid_online()),
    of("qd766", "owing_begun", processing_on, |d, _| d.was_received() && d.owes()),
    of("qd766", "paid_online_begun", processing_on, |d, _| d.was_received() && d.owes() && d.paid_online()),
    all_of("qd766", "finished", finished_on),
    of("qd766", "finished_returning_paper", finished_on, |d, _| d.procedure.returns_paper),
    of("qd766", "finished_with_file", finished_on, |d, _| d.procedure.returns_paper && d.has_file()),
    of("qd766", "digitised_throughout", finished_on, |d, _| {
        d.has_file() && d.components.iter().any(|component| component.has_file)
    }),
    of("qd766", "with_reused_data", received_on, |d, _| d.components.iter().any(|component| component.reused)),
    of("qd766", "from_personal_store", received_on, |d, _| {
        d.components.iter().any(|component| component.from_personal_store)
    }),
    of("qd766", "vneid_verified", received_on, |d, _| d.vneid_verified),
    of("qd766", "with_population_data", received_on, |d, _| {
        d.vneid_verified || d.components.iter().any(|component| component.replaced_by.is_some())
    }),
    of("qd766", "late", received_on, |d, t| !d.on_time(t)),
    of("bieu06", "received_online", received_on, |d, _| d.is_online()),
    of("bieu06", "received_otherwise", received_on, |d, _| !d.is_online()),
    Measure {
        set: "bieu06",
        code: "carried_over",
        window: Window::BeforeStart(|d| d.received_at),
        when: Some(|d, t| d.is_open_at(t)),
        count: Count::Records,
    },
    of("bieu06", "solved_early", closed_on, |d, _| d.closed_early()),
    of("bieu06", "solved_on_time", closed_on, |d, _| !d.closed_early() && !d.closed_late()),
    of("bieu06", "solved_late", closed_on, |d, _| d.closed_late()),
    Measure {
        set: "bieu06",
        code: "open_in_term",
        window: Window::UntilEnd(|d| d.received_at),
        when: Some(|d, t| d.is_open_at(t) && d.is_in_term_at(t)),
        count: Count::Records,
    },
    Measure {
        set: "bieu06",
        code: "open_late",
        window: Window::UntilEnd(|d| d.received_at),
        when: Some(|d, t| d.is_open_at(t) && !d.is_in_term_at(t)),
        count: Count::Records,
    },
    all_of("thu", "submitted", |d| Some(day_of(d.submitted_at))),
    Measure {
        set: "thu",
        code: "begun_late",
        window: Window::UntilEnd(|d| d.processing_at),
        when: Some(|d, t| d.is_open_at(t) && !d.on_time(t)),
        count: Count::Records,
    },
    Measure {
        set: "thu",
        code: "was_open",
        window: Window::BeforeStart(|d| Some(d.submitted_at)),
        when: Some(|d, t| d.is_open_at(t) && d.is_in_term_at(t) && d.on_time_less_waits(t)),
        count: Count::Records,
    },
    Measure {
        set: "thu",
        code: "paid_now",
        window: Window::Now,
        when: Some(|d, _| d.fees.items.iter().map(|fee| fee.paid).sum::<i64>() > 0),
        count: Count::Records,
    },
];

/// What is counted of dossiers for who received them.
pub(crate) const RECEIVED: &[Measure<Dossier>] = &[
    of("thu", "received_here", received_on, |d, _| d.channel == "post" || d.waits.len() > 1),
    Measure {
        set: "thu",
        code: "procedures",
        window: Window::Within(received_on),
        when: None,
        count: Count::Distinct(|d| d.procedure.code.clone()),
    },
];

/// What is counted of dossiers for who issues their results.
pub(crate) const ISSUED: &[Measure<Dossier>] = &[Measure {
    set: "thu",
    code: "fees",
    window: Window::Within(finished_on),
    when: Some(|d, _| !d.fees.items.is_empty()),
    count: Count::Sum(|d| d.fees.items.iter().map(|fee| fee.amount).sum()),
}];

fn issued_on(document: &Document) -> Option<NaiveDate> {
    Some(document.issued_on)
}

/// What is counted of outgoing documents.
pub(crate) const DOCUMENTS: &[Measure<Document>] = &[
    of("van-ban", "issued", issued_on, |d, _| d.is_issued()),
    of("van-ban", "issued_electronic", issued_on, |d, _| d.is_issued() && d.has_file),
    of("van-ban", "issued_signed", issued_on, |d, _| d.is_issued() && d.signed_here),
    of("van-ban", "issued_judged", issued_on, |d, _| d.is_issued() && d.late.is_some()),
    of("van-ban", "issued_on_time", issued_on, |d, _| d.is_issued() && d.late == Some(false)),
    Measure {
        set: "thu",
        code: "types",
        window: Window::Within(issued_on),
        when: None,
        count: Count::Distinct(|d| d.kind.clone()),
    },
];

fn arrived_on(document: &Incoming) -> Option<NaiveDate> {
    Some(day_of(document.received_at))
}

/// What is counted of incoming documents.
pub(crate) const INCOMING: &[Measure<Incoming>] = &[
    all_of("van-ban", "arrived", arrived_on),
    of("van-ban", "arrived_electronic", arrived_on, |d, _| !d.paper && d.channel.as_deref() != Some("paper_scan")),
    of("van-ban", "arrived_signed", arrived_on, |d, _| d.checks.signature == "valid"),
    of("van-ban", "to_register", arrived_on, |d, _| d.register_due_at.is_some()),
    of("van-ban", "registered_on_time", arrived_on, |d, _| d.is_registered_in_time()),
    of("van-ban", "to_complete", arrived_on, |d, _| d.due_at.is_some()),
    of("van-ban", "completed_on_time", arrived_on, |d, t| d.is_in_time_at(t)),
    Measure {
        set: "thu",
        code: "overdue",
        window: Window::UntilEnd(|d| Some(d.received_at)),
        when: Some(|d, t| d.is_overdue_at(t)),
        count: Count::Records,
    },
];

fn rated_on(rating: &Rating) -> Option<NaiveDate> {
    Some(rating.month_on())
}

macro_rules! criterion {
    ($scores:literal, $answers:literal, $name:literal) => {
        [
            Measure {
                set: "mot-cua",
                code: $scores,
                window: Window::Within(rated_on),
                when: Some(|rating: &Rating, _| rating.scores.contains_key($name)),
                count: Count::Sum(|rating: &Rating| rating.scores[$name]),
            },
            of("mot-cua", $answers, rated_on, |rating: &Rating, _| rating.scores.contains_key($name)),
        ]
    };
}

/// What is counted of ratings.
pub(crate) const RATINGS: &[Measure<Rating>] = &[
    of("qd766", "disliked", rated_on, |rating, _| rating.scores.values().any(|score| *score == 0)),
    all_of("mot-cua", "ratings", rated_on),
    Measure {
        set: "thu",
        code: "worst",
        window: Window::Within(rated_on),
        when: None,
        count: Count::Sum(|rating| rating.scores.values().copied().min().unwrap()),
    },
];

/// Sum and number of the scores of each criterion.
pub(crate) const CRITERIA: [[Measure<Rating>; 2]; 9] = [
    criterion!("time_limit_scores", "time_limit_answers", "time_limit"),
    criterion!("step_times_scores", "step_times_answers", "step_times"),
    criterion!("contacts_scores", "contacts_answers", "contacts"),
    criterion!("agencies_contacted_scores", "agencies_contacted_answers", "agencies_contacted"),
    criterion!("one_stop_scores", "one_stop_answers", "one_stop"),
    criterion!("transparency_scores", "transparency_answers", "transparency"),
    criterion!("attitude_scores", "attitude_answers", "attitude"),
    criterion!("feedback_handling_scores", "feedback_handling_answers", "feedback_handling"),
    criterion!("online_service_scores", "online_service_answers", "online_service"),
];

type OfProcedure = fn(&Procedure) -> bool;
type OfAnnounced = fn(&Announced, &Calendar) -> bool;

/// What is counted of procedures as they are now.
pub(crate) const PROCEDURES: &[(&str, OfProcedure)] = &[
    ("procedures", Procedure::is_offered),
    ("complete_procedures", |p| p.is_offered() && p.parts_complete),
    ("online_procedures", |p| p.is_offered() && p.channels.iter().any(|channel| channel == "online")),
    ("fee_procedures", |p| p.is_offered() && p.has_fee),
    ("connected_citizen_procedures", |p| {
        p.is_offered()
            && p.audience.iter().any(|who| who == "citizen")
            && p.databases.iter().any(|one| one == "population")
    }),
];

/// What is counted of announcements: procedures, each once.
pub(crate) const ANNOUNCED: &[(&str, OfAnnounced)] = &[
    ("announced", |one, calendar| one.announced_on_time(calendar).is_some()),
    ("announced_late", |one, calendar| one.announced_on_time(calendar) == Some(false)),
    ("to_publish", |one, calendar| one.published_on_time(calendar).is_some()),
    ("published_late", |one, calendar| one.published_on_time(calendar) == Some(false)),
];
