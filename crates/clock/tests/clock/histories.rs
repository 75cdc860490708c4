//! The engine against the slow oracle: calendars of ten years with half days and an agency's exceptions, rules of
//! every kind, and what may happen to a dossier. `MOTCUA_TEST_SIZE=full` compares 200,000 histories, else 2,000.

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, TimeDelta, Utc, Weekday};
use motcua_clock::{
    AgencyException, Calendar, ClockError, ClockEvent, ClockRule, CoveredYear, CutOff, DayKind, Ending, ExceptionKind,
    Extension, FirstDay, FixedClocks, Happening, OfficeHours, OfficeSession, Reckoning, SpecialDay, SupplementEffect,
    Term, TermUnit, WaitKind, WaitRule, WorkedPart, deadline, may_extend_to, reckon,
};
use proptest::prelude::*;

use super::at;
use super::history_oracle::{Step, Told, World, tell, tell_new};
use super::oracle::DAY;

const FIRST_YEAR: i32 = 2030;
const YEARS: i32 = 10;
/// So many histories are compared in each made-up world, because a world takes longer to make.
const HISTORIES_A_WORLD: u32 = 20;

pub(crate) fn histories_to_compare() -> u32 {
    if std::env::var("MOTCUA_TEST_SIZE").is_ok_and(|size| size == "full") { 200_000 } else { 2_000 }
}

/// A made-up world, and the same as the engine takes it.
#[derive(Clone)]
pub(crate) struct Setting {
    seed: u64,
    pub world: World,
    pub calendar: Calendar,
    pub office_hours: OfficeHours,
}

impl std::fmt::Debug for Setting {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The days of ten years would hide everything else.
        write!(formatter, "build({}, {:?})", self.seed, self.world.sessions)
    }
}

/// What happened to a dossier, with the instant of the question; minutes since the start of the world.
#[derive(Debug, Clone)]
pub(crate) struct Story {
    pub received: i64,
    pub steps: Vec<(i64, Step)>,
    pub now: i64,
}

/// Reproducible dice for the days of a world; proptest would keep thousands of values for each.
struct Dice(u64);

impl Dice {
    fn throw(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % sides
    }
}

pub(crate) fn setting() -> impl Strategy<Value = Setting> {
    let edges = prop::sample::subsequence((0..96_i64).collect::<Vec<_>>(), 2..=6);
    let ordinary = Just(vec![30, 46, 54, 68]);
    (any::<u64>(), prop_oneof![edges, ordinary]).prop_map(|(seed, edges)| {
        let sessions = edges.chunks_exact(2).map(|pair| (pair[0] * 15, pair[1] * 15)).collect();
        build(seed, sessions)
    })
}

fn build(seed: u64, sessions: Vec<(i64, i64)>) -> Setting {
    let mut dice = Dice(seed);
    let first = NaiveDate::from_ymd_opt(FIRST_YEAR, 1, 1).unwrap();
    let (mut days, mut entries, mut exceptions) = (Vec::new(), Vec::new(), Vec::new());
    let mut run_of_days_off = 0;
    for date in first.iter_days().take_while(|date| date.year() < FIRST_YEAR + YEARS) {
        let weekend = matches!(date.weekday(), Weekday::Sat | Weekday::Sun);
        if run_of_days_off == 0 && dice.throw(60) == 0 {
            run_of_days_off = 1 + dice.throw(9);
        }
        let kind = match (weekend, dice.throw(40)) {
            (false, _) if run_of_days_off > 0 => Some(DayKind::PublicHoliday),
            (false, 0) => Some(DayKind::MorningOnly),
            (false, 1) => Some(DayKind::AfternoonOnly),
            (true, 0..=3) => Some(DayKind::MakeUpWorkingDay),
            _ => None,
        };
        run_of_days_off = run_of_days_off.saturating_sub(1);
        let mut part = match kind {
            Some(kind) => kind.part(),
            None if weekend => WorkedPart::Nothing,
            None => WorkedPart::WholeDay,
        };
        if let Some(kind) = kind {
            // The other half of a swap would stand in a year that this calendar does not have.
            let linked_date = (kind == DayKind::MakeUpWorkingDay).then(|| "2028-03-01".parse().unwrap());
            let name = "x".to_owned();
            entries.push(SpecialDay {
                date,
                kind,
                linked_date,
                name_vi: name.clone(),
                name_en: name.clone(),
                source: name,
                provisional: false,
                note: String::new(),
            });
        }
        let exceptional = match dice.throw(120) {
            0 => Some(ExceptionKind::Closed),
            1 => Some(ExceptionKind::MorningOnly),
            2 => Some(ExceptionKind::AfternoonOnly),
            3 => Some(ExceptionKind::Working),
            _ => None,
        };
        // Only a day that is worked beyond the table adds work; what takes work away leaves no more than there was.
        let left = |kind| match (kind, part) {
            (ExceptionKind::Working, _) => WorkedPart::WholeDay,
            (ExceptionKind::MorningOnly, WorkedPart::WholeDay | WorkedPart::Morning) => WorkedPart::Morning,
            (ExceptionKind::AfternoonOnly, WorkedPart::WholeDay | WorkedPart::Afternoon) => WorkedPart::Afternoon,
            _ => WorkedPart::Nothing,
        };
        if let Some(kind) = exceptional.filter(|kind| left(*kind) != part) {
            part = left(kind);
            let (reason_vi, reason_en, source) = ("x".to_owned(), "x".to_owned(), "x".to_owned());
            exceptions.push(AgencyException { date, kind, reason_vi, reason_en, source });
        }
        days.push(part);
    }
    let years = (FIRST_YEAR..FIRST_YEAR + YEARS).map(|year| CoveredYear {
        year,
        name_vi: "x".to_owned(),
        name_en: "x".to_owned(),
        source: "x".to_owned(),
        provisional: false,
        note: String::new(),
    });
    let time = |minutes| NaiveTime::MIN + TimeDelta::minutes(minutes);
    let office = sessions.iter().map(|(opens, closes)| OfficeSession { opens: time(*opens), closes: time(*closes) });
    let office_hours = OfficeHours::new(office.collect()).unwrap();
    let national = Calendar::from_entries(years.collect(), entries).unwrap();
    Setting {
        seed,
        calendar: national.with_exceptions(exceptions).unwrap(),
        office_hours,
        world: World::new(days, sessions),
    }
}

fn term() -> impl Strategy<Value = Term> {
    prop_oneof![
        (1..=30_u32).prop_map(Term::working_days),
        (1..=45_u32).prop_map(Term::calendar_days),
        (1..=90_u32).prop_map(Term::working_hours),
    ]
}

fn short_term() -> impl Strategy<Value = Term> {
    prop_oneof![
        (1..=8_u32).prop_map(Term::working_days),
        (1..=12_u32).prop_map(Term::calendar_days),
        (1..=30_u32).prop_map(Term::working_hours),
    ]
}

fn cut_off() -> impl Strategy<Value = CutOff> {
    let local_time = (1..96_i64).prop_map(|quarter| CutOff::At(NaiveTime::MIN + TimeDelta::minutes(quarter * 15)));
    prop_oneof![
        Just(CutOff::None),
        Just(CutOff::At(NaiveTime::MIN + TimeDelta::hours(15))),
        local_time,
        Just(CutOff::LastOfficeHour),
        Just(CutOff::Outside17To08),
        Just(CutOff::OfficeEnd),
    ]
}

const KINDS: [WaitKind; 4] =
    [WaitKind::Supplement, WaitKind::Consultation, WaitKind::FinancialDuty, WaitKind::Expertise];

pub(crate) fn rule() -> impl Strategy<Value = ClockRule> {
    let effect =
        prop::sample::select(vec![SupplementEffect::Restart, SupplementEffect::Subtract, SupplementEffect::None]);
    let first_day = prop::sample::select(vec![FirstDay::NextDay, FirstDay::DayOfReceipt]);
    // The consultation has no longest time, the financial duty may have one, the expertise is not taken out.
    let at_most = prop::option::of(short_term());
    (term(), cut_off(), first_day, effect, 0..=3_u32, 0..=2_u32, at_most).prop_map(
        |(term, cut_off, first_day, supplement_effect, supplements_allowed, extensions_allowed, at_most)| {
            let wait = |kind, excluded, at_most| WaitRule { kind, excluded, at_most, legal_basis: "x".to_owned() };
            ClockRule {
                term,
                cut_off,
                first_day,
                supplement_effect,
                supplements_allowed,
                extensions_allowed,
                waits: vec![
                    wait(WaitKind::Consultation, true, None),
                    wait(WaitKind::FinancialDuty, true, at_most),
                    wait(WaitKind::Expertise, false, None),
                ],
                automatic_closing: None,
                fixed_clocks: FixedClocks::default(),
            }
        },
    )
}

#[derive(Debug, Clone, Copy)]
enum Move {
    Begin(usize),
    EndOne(usize),
    ExtendBy(Term),
    ExtendTo(i64),
    Finish,
}

fn story() -> impl Strategy<Value = Story> {
    let whole_world = 365 * i64::from(YEARS) * DAY;
    let gap = || prop_oneof![3 => 0..3 * DAY, 2 => 0..DAY / 2, 1 => Just(0), 1 => 0..14 * DAY];
    let what = prop_oneof![
        6 => (0..KINDS.len()).prop_map(Move::Begin),
        6 => (0..3_usize).prop_map(Move::EndOne),
        1 => short_term().prop_map(Move::ExtendBy),
        1 => (0..30_i64).prop_map(Move::ExtendTo),
        1 => Just(Move::Finish),
    ];
    (0..whole_world, prop::collection::vec((gap(), what), 0..9), gap()).prop_map(|(received, moves, last_gap)| {
        let (mut minute, mut steps) = (received, Vec::new());
        let (mut open, mut next_number) = (Vec::new(), 0);
        for (gap, what) in moves {
            minute += gap;
            let step = match what {
                Move::Begin(kind) => {
                    next_number += 1;
                    open.push(next_number);
                    Step::Begin(next_number, KINDS[kind])
                }
                Move::EndOne(_) if open.is_empty() => continue,
                Move::EndOne(which) => Step::End(open.remove(which % open.len())),
                Move::ExtendBy(term) => Step::ExtendBy(term),
                Move::ExtendTo(days) => Step::ExtendTo(minute / DAY + days),
                Move::Finish => Step::Finish,
            };
            steps.push((minute, step));
            if step == Step::Finish {
                break;
            }
        }
        Story { received, steps, now: minute + last_gap }
    })
}

fn first_date() -> NaiveDate {
    NaiveDate::from_ymd_opt(FIRST_YEAR, 1, 1).unwrap()
}

pub(crate) fn instant(minute: i64) -> DateTime<Utc> {
    at("2030-01-01 00:00") + TimeDelta::minutes(minute)
}

impl Story {
    pub(crate) fn events(&self) -> Vec<ClockEvent> {
        let mut events = vec![ClockEvent { at: instant(self.received), what: Happening::Received }];
        for (minute, step) in &self.steps {
            let what = match *step {
                Step::Begin(wait, kind) => Happening::WaitBegan { wait, kind, legal_basis: None },
                Step::End(wait) => Happening::WaitEnded { wait },
                Step::ExtendBy(term) => Happening::Extended(Extension::ByTerm(term)),
                Step::ExtendTo(day) => Happening::Extended(Extension::ToDate(first_date() + TimeDelta::days(day))),
                Step::Finish => Happening::Ended(Ending::Finished),
            };
            events.push(ClockEvent { at: instant(*minute), what });
        }
        events
    }
}

impl Setting {
    pub(crate) fn reckon(&self, rule: &ClockRule, story: &Story) -> Result<Reckoning, ClockError> {
        reckon(rule, &story.events(), &self.calendar, &self.office_hours, instant(story.now))
    }
}

/// The days that the ledger counted, as numbers from the start of the world.
fn days_of(reckoning: &Reckoning) -> Vec<i64> {
    let counted = reckoning.ledger.iter().filter(|line| line.day_number.is_some());
    counted.map(|line| line.date.signed_duration_since(first_date()).num_days()).collect()
}

fn check(setting: &Setting, rule: &ClockRule, story: &Story) -> Result<(), TestCaseError> {
    let told = tell(&setting.world, rule, story.received, &story.steps, story.now);
    let reckoned = setting.reckon(rule, story);
    let bare = deadline(rule, &story.events(), &setting.calendar, &setting.office_hours, instant(story.now));
    prop_assert_eq!(&bare, &reckoned.as_ref().map(|reckoned| reckoned.deadline.clone()).map_err(|error| *error));
    check_appointment(setting, rule, story)?;
    let answer = match told {
        Told::Refused(event, fault) => {
            prop_assert_eq!(reckoned, Err(ClockError::Event { event, fault }));
            return Ok(());
        }
        Told::BeyondTheWorld => {
            prop_assert!(matches!(reckoned, Err(ClockError::YearNotCovered(_))), "{:?}", reckoned.map(|r| r.deadline));
            return Ok(());
        }
        Told::Due(answer) => answer,
    };
    let reckoned = reckoned.map_err(|error| TestCaseError::fail(format!("{error}, but the oracle has {answer:?}")))?;
    let found = &reckoned.deadline;
    prop_assert_eq!(found.counted_from, instant(answer.counted_from));
    prop_assert_eq!(found.first_due_at, instant(answer.first_due));
    prop_assert_eq!(found.due_at, instant(answer.due));
    prop_assert_eq!(found.waiting, answer.waiting);
    prop_assert_eq!((found.left.overdue, found.left.office_seconds), (answer.overdue, answer.office_minutes_left * 60));
    prop_assert_eq!(days_of(&reckoned), answer.counted_days);
    check_ledger(rule, story, &reckoned)
}

/// A new appointment that comes last is judged as one that is given then.
fn check_appointment(setting: &Setting, rule: &ClockRule, story: &Story) -> Result<(), TestCaseError> {
    let Some((minute, Step::ExtendTo(day))) = story.steps.last().copied() else { return Ok(()) };
    let mut events = story.events();
    events.pop();
    let (date, now) = (first_date() + TimeDelta::days(day), instant(minute));
    let judged = may_extend_to(date, rule, &events, &setting.calendar, &setting.office_hours, now);
    match tell_new(&setting.world, rule, story.received, &story.steps, minute) {
        Told::Refused(event, fault) => prop_assert_eq!(judged, Err(ClockError::Event { event, fault })),
        // The oracle also looks where the new appointment lies.
        Told::BeyondTheWorld => prop_assert!(matches!(judged, Ok(()) | Err(ClockError::YearNotCovered(_)))),
        Told::Due(_) => prop_assert_eq!(judged, Ok(())),
    }
    Ok(())
}

/// The ledger has every date once and in order, numbers what it counts, and sums to the term.
fn check_ledger(rule: &ClockRule, story: &Story, reckoned: &Reckoning) -> Result<(), TestCaseError> {
    let first = first_date() + TimeDelta::days(story.received / DAY);
    for (line, date) in reckoned.ledger.iter().zip(first.iter_days()) {
        prop_assert_eq!(line.date, date);
        prop_assert_eq!(line.counted, line.day_number.is_some() || line.office_seconds > 0);
    }
    prop_assert_eq!(reckoned.ledger.last().map(|line| line.date), Some(reckoned.deadline.due_on));
    let numbers: Vec<u32> = reckoned.ledger.iter().filter_map(|line| line.day_number).collect();
    prop_assert_eq!(&numbers, &(1..).take(numbers.len()).collect::<Vec<u32>>());
    if reckoned.deadline.extensions == 0 {
        let seconds: u32 = reckoned.ledger.iter().map(|line| line.office_seconds).sum();
        let days = u32::try_from(numbers.len()).unwrap();
        let counted = if rule.term.unit == TermUnit::WorkingHour { seconds / 3600 } else { days };
        prop_assert_eq!(counted, rule.term.count);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: histories_to_compare() / HISTORIES_A_WORLD,
        failure_persistence: None,
        max_shrink_iters: 4000,
        ..ProptestConfig::default()
    })]

    #[test]
    fn the_engine_agrees_with_the_oracle_on_every_history(
        setting in setting(),
        histories in prop::collection::vec((rule(), story()), HISTORIES_A_WORLD as usize),
    ) {
        for (rule, story) in &histories {
            check(&setting, rule, story).map_err(|error| TestCaseError::fail(format!("{rule:?}\n{story:?}\n{error}")))?;
        }
    }
}

#[test]
fn the_histories_compared_are_not_mostly_refused_or_empty() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let setting = setting().new_tree(&mut runner).unwrap().current();
    let (mut due, mut moved, mut waiting, mut refused, mut beyond) = (0, 0, 0, 0, 0);
    for _ in 0..400 {
        let (rule, story) = (rule(), story()).new_tree(&mut runner).unwrap().current();
        match tell(&setting.world, &rule, story.received, &story.steps, story.now) {
            Told::Due(answer) => {
                due += 1;
                moved += i32::from(answer.due != answer.first_due);
                waiting += i32::from(answer.waiting);
            }
            Told::Refused(..) => refused += 1,
            Told::BeyondTheWorld => beyond += 1,
        }
    }
    println!("due {due}, of them moved {moved}, waiting {waiting}; refused {refused}; beyond the calendar {beyond}");
    assert!(due > 200 && moved > 60 && waiting > 30 && refused > 20);
}
