//! What is rated. The nine criteria are those of Decree 61/2018/NĐ-CP, articles 31 to 33, which one-stop desks still show;
//! later acts can add others, so a rating says which of them it answers.

use motcua_kernel::Text;
use serde::Serialize;
use utoipa::ToSchema;

/// A criterion (tiêu chí đánh giá).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Criterion {
    /// Its code in requests and events.
    pub code: &'static str,
    /// Its name in Vietnamese.
    pub vi: &'static str,
    /// Its name in English.
    pub en: &'static str,
}

/// The best score of a criterion: 2 is good, 1 is acceptable, 0 is bad.
pub const BEST: i64 = 2;

/// Every criterion, in the order of the form.
pub const CRITERIA: [Criterion; 9] = [
    criterion("time_limit", "Thời gian giải quyết so với quy định", "Time taken, against the legal term"),
    criterion("step_times", "Thời gian thực hiện của từng bước so với quy định", "Time of each step, against the rule"),
    criterion(
        "contacts",
        "Số lần phải liên hệ để hoàn thiện hồ sơ",
        "How often one had to come to complete the dossier",
    ),
    criterion("agencies_contacted", "Số cơ quan phải liên hệ", "How many agencies one had to go to"),
    criterion("one_stop", "Việc tiếp nhận tại bộ phận một cửa", "Whether all of it was received at the one-stop desk"),
    criterion("transparency", "Công khai, minh bạch thủ tục", "How openly the procedure is published"),
    criterion("attitude", "Thái độ của cán bộ, công chức", "How officers behaved"),
    criterion("feedback_handling", "Tiếp nhận, xử lý phản ánh, kiến nghị", "How feedback was dealt with"),
    criterion("online_service", "Tiến độ, chất lượng dịch vụ công trực tuyến", "How good the online service is"),
];

const fn criterion(code: &'static str, vi: &'static str, en: &'static str) -> Criterion {
    Criterion { code, vi, en }
}

impl Criterion {
    /// Its name.
    #[must_use]
    pub fn name(self) -> Text {
        Text::new(self.vi, self.en)
    }
}

/// What the total of all nine comes to (xếp loại).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    /// 15 to 18 (xuất sắc).
    Excellent,
    /// 12 to 14 (tốt).
    Good,
    /// 9 to 11 (khá).
    Fair,
    /// 6 to 8 (trung bình).
    Average,
    /// Below 6 (yếu).
    Weak,
}

/// The least total of each grade, the best first.
pub const GRADES: [(Grade, i64); 5] =
    [(Grade::Excellent, 15), (Grade::Good, 12), (Grade::Fair, 9), (Grade::Average, 6), (Grade::Weak, 0)];

/// The grade of a total.
#[must_use]
pub fn grade(total: i64) -> Grade {
    GRADES.iter().find(|(_, least)| total >= *least).map_or(Grade::Weak, |(grade, _)| *grade)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grades_begin_at_their_least_total() {
        let of = [18, 15, 14, 12, 11, 9, 8, 6, 5, 0].map(grade);
        let expected = [Grade::Excellent, Grade::Good, Grade::Fair, Grade::Average, Grade::Weak];
        assert!(of.chunks(2).zip(expected).all(|(pair, grade)| pair.iter().all(|one| *one == grade)));
    }
}
