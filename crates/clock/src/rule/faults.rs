//! A rule that contradicts itself is refused when its procedure is published, with everything that is wrong, and not
//! discovered by the first dossier.

use chrono::NaiveTime;
use serde::Serialize;

use super::{ClockRule, FirstDay, FixedClock, SupplementEffect};
use crate::cut_off::CutOff;
use crate::term::{Term, TermUnit};
use crate::wait::WaitKind;

/// One contradiction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleFault {
    /// Where, as a JSON pointer into the rule.
    pub pointer: String,
    /// The stable code.
    pub code: &'static str,
    /// The text in Vietnamese.
    pub vi: &'static str,
    /// The text in English.
    pub en: &'static str,
}

/// The most minutes of the clock that runs in minutes: a day.
const MOST_MINUTES: u32 = 24 * 60;

struct Findings(Vec<RuleFault>);

impl Findings {
    fn add(&mut self, pointer: impl Into<String>, code: &'static str, vi: &'static str, en: &'static str) {
        self.0.push(RuleFault { pointer: pointer.into(), code, vi, en });
    }

    fn check_term(&mut self, pointer: &str, term: Term) {
        if term.count == 0 {
            self.add(
                format!("{pointer}/count"),
                "clock_rule.empty_term",
                "Thời hạn phải từ 1 trở lên",
                "A term has to be at least 1 long",
            );
        }
        if term.count > term.unit.most_of_a_term() {
            self.add(
                format!("{pointer}/count"),
                "clock_rule.term_too_long",
                "Thời hạn dài nhất khoảng ba năm: 750 ngày làm việc, 1.100 ngày hoặc 6.000 giờ làm việc",
                "A term is at most about three years long: 750 working days, 1,100 days or 6,000 working hours",
            );
        }
    }

    fn check_clock(&mut self, pointer: &str, term: Term) {
        if term.count <= term.unit.most_of_handling() {
            return self.check_term(pointer, term);
        }
        self.add(
            format!("{pointer}/count"),
            "clock_rule.clock_too_long",
            "Mốc xử lý dài nhất khoảng nửa năm: 130 ngày làm việc, 190 ngày hoặc 1.040 giờ làm việc",
            "A clock of the handling is at most about half a year long: 130 working days, 190 days or 1,040 working hours",
        );
    }
}

impl ClockRule {
    /// Everything in which the rule contradicts itself; nothing, and it can be published.
    #[must_use]
    pub fn faults(&self) -> Vec<RuleFault> {
        let mut found = Findings(Vec::new());
        found.check_term("/term", self.term);
        if self.cut_off == CutOff::At(NaiveTime::MIN) {
            found.add(
                "/cut_off/at",
                "clock_rule.cut_off_at_midnight",
                "Mốc 00:00 không để lại lúc nào trong ngày để tiếp nhận; nếu không có mốc, ghi none",
                "A cut-off at 00:00 leaves no time of the day to arrive in; for no cut-off say none",
            );
        }
        if self.term.unit == TermUnit::WorkingHour && self.first_day == FirstDay::DayOfReceipt {
            found.add(
                "/first_day",
                "clock_rule.first_day_of_hours",
                "Thời hạn theo giờ tính từ lúc tiếp nhận nên không có ngày thứ nhất",
                "A term in hours runs from the receipt, so it has no day one",
            );
        }
        self.check_supplements(&mut found);
        self.check_waits(&mut found);
        for clock in FixedClock::ALL {
            self.check_fixed_clock(clock, &mut found);
        }
        found.0
    }

    fn check_supplements(&self, found: &mut Findings) {
        if self.supplements_allowed == 0 && self.supplement_effect != SupplementEffect::None {
            found.add(
                "/supplement_effect",
                "clock_rule.effect_without_supplements",
                "Không cho phép yêu cầu bổ sung thì việc bổ sung không thể có tác động đến thời hạn; ghi none",
                "Where no supplement may be asked for, none can have an effect on the term; say none",
            );
        }
        let Some(closing) = self.automatic_closing else { return };
        found.check_clock("/automatic_closing", closing);
        if self.supplements_allowed == 0 {
            found.add(
                "/automatic_closing",
                "clock_rule.closing_without_supplements",
                "Không cho phép yêu cầu bổ sung thì không có gì để tự động đóng hồ sơ",
                "Where no supplement may be asked for, there is nothing after which to close the dossier",
            );
        }
    }

    fn check_waits(&self, found: &mut Findings) {
        for (index, wait) in self.waits.iter().enumerate() {
            let pointer = format!("/waits/{index}");
            if wait.kind == WaitKind::Supplement {
                found.add(
                    format!("{pointer}/kind"),
                    "clock_rule.supplement_among_waits",
                    "Việc bổ sung có các trường riêng (supplement_effect, supplements_allowed)",
                    "A supplement has fields of its own (supplement_effect, supplements_allowed)",
                );
            }
            if self.waits.iter().take(index).any(|earlier| earlier.kind == wait.kind) {
                found.add(
                    format!("{pointer}/kind"),
                    "clock_rule.wait_twice",
                    "Loại chờ này đã được quy định ở trên",
                    "This kind of wait has been ruled on above",
                );
            }
            if wait.excluded && wait.legal_basis.trim().is_empty() {
                found.add(
                    format!("{pointer}/legal_basis"),
                    "clock_rule.wait_without_basis",
                    "Thời gian chờ chỉ được loại trừ khi văn bản quy định; ghi căn cứ",
                    "A wait is taken out only where a text says so; name it",
                );
            }
            let Some(at_most) = wait.at_most else { continue };
            found.check_term(&format!("{pointer}/at_most"), at_most);
            if !wait.excluded {
                found.add(
                    format!("{pointer}/at_most"),
                    "clock_rule.maximum_of_counted_wait",
                    "Thời gian chờ không được loại trừ thì không có mức loại trừ tối đa",
                    "A wait that is not taken out has no longest time to be taken out",
                );
            }
            // Waits within a day use no day, so a longest time in days would never come to an end.
            if self.term.unit == TermUnit::WorkingHour && at_most.unit != TermUnit::WorkingHour {
                found.add(
                    format!("{pointer}/at_most/unit"),
                    "clock_rule.maximum_not_in_hours",
                    "Thời hạn tính bằng giờ làm việc thì mức loại trừ tối đa cũng phải tính bằng giờ làm việc",
                    "The longest time of a wait is in working hours where the term is",
                );
            }
        }
    }

    fn check_fixed_clock(&self, clock: FixedClock, found: &mut Findings) {
        let pointer = format!("/fixed_clocks/{}", clock.field());
        if let Some(term) = self.fixed_clocks.term(clock) {
            return found.check_clock(&pointer, term);
        }
        match self.fixed_clocks.synchronisation_minutes {
            0 => found.add(
                pointer,
                "clock_rule.empty_term",
                "Thời hạn phải từ 1 trở lên",
                "A term has to be at least 1 long",
            ),
            1..=MOST_MINUTES => {}
            _ => found.add(
                pointer,
                "clock_rule.clock_too_long",
                "Nhiều nhất 1.440 phút, tức một ngày",
                "At most 1,440 minutes, which is a day",
            ),
        }
    }
}
