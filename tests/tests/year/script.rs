//! What shall happen to whom and when: drawn by dice from what the states of a dossier allow.

use super::rules::RULES;
use super::world::{FIRST_WORKING_MINUTE, LAST_MINUTE};

/// Reproducible dice.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn throw(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % sides as u64).unwrap()
    }
}

/// A step of the script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Move {
    Submit,
    Receive,
    Process,
    Ask,
    Answer,
    Pause,
    Resume,
    RequestPayment,
    ConfirmPayment,
    /// So many days after the day on which it is asked.
    Extend(i64),
    Approve,
    TurnDown,
    Withdraw,
}

/// Who receives and who decides.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Office {
    pub receiving: &'static str,
    pub competent: &'static str,
}

/// What happens to one dossier, each step in a tick of the script.
pub(crate) struct Story {
    pub number: usize,
    pub rule: usize,
    pub office: Office,
    pub online: bool,
    pub moves: Vec<(usize, Move)>,
}

/// A year.
pub(crate) struct Script {
    /// Minutes at which something happens, in order.
    pub ticks: Vec<i64>,
    pub stories: Vec<Story>,
}

/// Where a dossier stands while its story is made up.
#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    Received,
    Processing,
    Asked(bool),
    Paused,
    Duty,
}

impl Script {
    pub(crate) fn new(dice: &mut Dice, dossiers: usize, ticks: usize) -> Self {
        let stories = (0..dossiers).map(|number| Story::new(dice, number, ticks)).collect();
        Self { ticks: minutes(dice, ticks), stories }
    }
}

/// Mostly in office hours, also at night and on days off; never on the minute at which an office opens, closes or stops
/// taking today's receipts, because the steps of a tick take some seconds.
fn minutes(dice: &mut Dice, ticks: usize) -> Vec<i64> {
    let stride = (LAST_MINUTE - FIRST_WORKING_MINUTE) / i64::try_from(ticks).unwrap();
    let number = |dice: &mut Dice, sides: i64| i64::try_from(dice.throw(usize::try_from(sides).unwrap())).unwrap();
    let mut all = Vec::with_capacity(ticks);
    let mut last = FIRST_WORKING_MINUTE;
    for tick in 0..ticks {
        let from = FIRST_WORKING_MINUTE + i64::try_from(tick).unwrap() * stride;
        let mut minute = from + number(dice, stride);
        if dice.throw(4) > 0 {
            // By day.
            minute = minute / 1440 * 1440 + 435 + number(dice, 600);
        }
        minute = minute / 5 * 5 + 2;
        last = minute.max(last + 5);
        all.push(last);
    }
    all
}

impl Story {
    fn new(dice: &mut Dice, number: usize, ticks: usize) -> Self {
        let rule = dice.throw(RULES.len());
        let office = match RULES[rule].competent {
            Some(competent) => Office { receiving: "H50.11", competent },
            None if dice.throw(2) == 0 => Office { receiving: "H50.12", competent: "H50.12" },
            None => Office { receiving: "H50.13", competent: "H50.13" },
        };
        let mut tick = dice.throw(ticks - ticks / 20);
        let mut moves = vec![(tick, Move::Submit)];
        // A twentieth of the year at most between two steps, so that some are late and some dossiers stay open.
        let mut later = |dice: &mut Dice, moves: &mut Vec<(usize, Move)>, step: Move| {
            tick += 1 + dice.throw((ticks / 30).max(2));
            if tick < ticks {
                moves.push((tick, step));
            }
        };
        if dice.throw(25) == 0 {
            later(dice, &mut moves, Move::Withdraw);
        } else {
            later(dice, &mut moves, Move::Receive);
            let mut at = At::Received;
            for _ in 0..8 {
                let Some((step, next)) = draw(dice, &RULES[rule], at) else { break };
                later(dice, &mut moves, step);
                let Some(next) = next else { break };
                at = next;
            }
        }
        Self { number, rule, office, online: dice.throw(3) > 0, moves }
    }
}

/// A step that the state allows, and the state after it; nothing when the dossier is left lying.
fn draw(dice: &mut Dice, rule: &super::rules::Rule, at: At) -> Option<(Move, Option<At>)> {
    let extend = Move::Extend(2 + i64::try_from(dice.throw(45)).unwrap());
    Some(match (at, dice.throw(20)) {
        (_, 0) => (Move::Withdraw, None),
        (_, 1) => return None,
        (At::Received, 2..=3) => (Move::Ask, Some(At::Asked(false))),
        (At::Received, 4) => (extend, Some(At::Received)),
        (At::Received, _) => (Move::Process, Some(At::Processing)),
        (At::Processing, 2..=6) => (Move::Ask, Some(At::Asked(true))),
        (At::Processing, 7..=9) if rule.pause().is_some() => (Move::Pause, Some(At::Paused)),
        (At::Processing, 10..=11) if rule.has_duty() => (Move::RequestPayment, Some(At::Duty)),
        (At::Processing, 12..=14) => (extend, Some(At::Processing)),
        (At::Processing, 15) => (Move::TurnDown, None),
        (At::Processing, _) => (Move::Approve, None),
        (At::Asked(_), 2..=4) => return None,
        (At::Asked(begun), _) => (Move::Answer, Some(if begun { At::Processing } else { At::Received })),
        (At::Paused, 2..=4) => (extend, Some(At::Paused)),
        (At::Paused, _) => (Move::Resume, Some(At::Processing)),
        (At::Duty, _) => (Move::ConfirmPayment, Some(At::Processing)),
    })
}
