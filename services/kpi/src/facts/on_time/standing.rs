//! The comparison itself.

use super::{At, Course, Credit, Standing, Variant, Waiting};

/// How a dossier stands in a variant.
#[must_use]
pub fn standing(course: &Course, variant: Variant) -> Standing {
    if course.received_at.is_none() {
        return Standing::NotReceived;
    }
    // The one rule that needs no dates: asked again and waiting again.
    if course.open_wait().is_some_and(|wait| wait.is_supplement) && course.supplements() > 1 {
        return Standing::Late;
    }
    if let Some((end, due)) = compared(course, variant) {
        return if end <= due { Standing::OnTime } else { Standing::Late };
    }
    match (course.close().is_some() || stands_still(course, variant).is_some(), running_until(course, variant)) {
        (false, Some(until)) => Standing::Running { until },
        (true, _) | (false, None) => Standing::NoDueDate,
    }
}

/// What is compared of a dossier that is closed or whose clock stands still: the end, and what it may not pass.
pub(super) fn compared(course: &Course, variant: Variant) -> Option<(At, At)> {
    let end = match course.close() {
        Some((at, _)) => at,
        None => stands_still(course, variant)?.started_at,
    };
    if has_no_appointment(course) {
        // There is no due instant that waiting could have moved, so the formula takes the supplements off.
        return Some((end - course.waited(no_appointment_credit(variant), end), course.legal_end_at?));
    }
    match variant {
        Variant::FirstDue(credit) => Some((end - course.waited(credit, end), course.first_due_at?)),
        Variant::CurrentDue => match course.due_at {
            Some(due) => Some((end, due)),
            // The clock stood still up to the end: what counts is how it stood when it stopped.
            None => match course.waits.last() {
                Some(last) => Some((last.started_at.min(end), last.due_before.or(course.first_due_at)?)),
                None => Some((end, course.first_due_at?)),
            },
        },
    }
}

/// The wait for which the clock of an open dossier stands still.
///
/// A wait for a supplement always counts from the request. Another one does where its variant credits it; by the current
/// due instant that is so while there is none, because a due instant that stands in spite of a wait had passed before
/// it, or is there because the wait took longer than the rule excludes.
fn stands_still(course: &Course, variant: Variant) -> Option<&Waiting> {
    let wait = course.open_wait()?;
    let credited = match variant {
        Variant::FirstDue(credit) => credit.takes(wait),
        Variant::CurrentDue => course.due_at.is_none_or(|due| due < wait.started_at),
    };
    (wait.is_supplement || credited).then_some(wait)
}

/// Until when a dossier that is worked on is on time.
fn running_until(course: &Course, variant: Variant) -> Option<At> {
    // Every wait that is credited has ended, so what was waited no longer depends on the hour.
    let waited = |credit| course.waited(credit, At::MAX_UTC);
    if has_no_appointment(course) {
        return course.legal_end_at?.checked_add_signed(waited(no_appointment_credit(variant)));
    }
    match variant {
        Variant::CurrentDue => course.due_at.or(course.first_due_at),
        Variant::FirstDue(credit) => course.first_due_at?.checked_add_signed(waited(credit)),
    }
}

fn has_no_appointment(course: &Course) -> bool {
    course.first_due_at.is_none() && course.due_at.is_none()
}

fn no_appointment_credit(variant: Variant) -> Credit {
    match variant {
        Variant::CurrentDue => Credit::Supplements,
        Variant::FirstDue(credit) => credit,
    }
}
