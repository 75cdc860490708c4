//! The law behind a refusal (căn cứ pháp lý), which a problem tells as `legal_basis`: an officer must be able to say to the
//! applicant why not, and by which text. A refusal that no text stands behind, as of a number used twice, has none.

use motcua_clock::{ClockError, EventFault};

use crate::catalogue::content::VersionContent;

/// One appointment is given again, once and before the old one has passed. No article: acts that cite the decree for it
/// name none.
const ONE_STOP: &str = "Nghị định 118/2025/NĐ-CP";
/// One request says all that is to be added.
const SUPPLEMENT: &str = "Nghị quyết 66.7/2025/NQ-CP";
/// Fees and charges at the one-stop desk.
pub(crate) const FEES: &str = "Nghị định 118/2025/NĐ-CP, Điều 24";

/// The text by which the clock refuses what was asked of it; none where the history itself can't be.
pub(crate) const fn of_clock(error: &ClockError) -> Option<&'static str> {
    let ClockError::Event { fault, .. } = error else { return None };
    match fault {
        EventFault::SupplementsUsedUp => Some(SUPPLEMENT),
        EventFault::ExtensionsUsedUp
        | EventFault::ExtendedAfterDue
        | EventFault::ExtensionNotLater
        | EventFault::ExtendedToUncountedDay
        | EventFault::EmptyExtension => Some(ONE_STOP),
        EventFault::NotReceived
        | EventFault::ReceivedTwice
        | EventFault::OutOfOrder
        | EventFault::InTheFuture
        | EventFault::AfterEnd
        | EventFault::WaitNumberTwice
        | EventFault::WaitNotOpen => None,
    }
}

/// The texts a procedure rests on, by which its rule refuses; the decision that announced it where its record names none.
pub(crate) fn of_procedure(content: &VersionContent) -> Option<String> {
    let named = content.legal_bases.iter().map(|basis| basis.number.as_str()).filter(|number| !number.is_empty());
    let named: Vec<&str> = named.collect();
    if named.is_empty() {
        return content.decision.as_ref().map(|decision| decision.number.clone()).filter(|number| !number.is_empty());
    }
    Some(named.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::content::{Decision, LegalBasis};

    #[test]
    fn what_the_law_forbids_the_clock_is_told_with_its_law_and_what_cannot_be_with_none() {
        let told = |fault| of_clock(&ClockError::Event { event: 0, fault });
        let lawful = EventFault::ALL.into_iter().filter(|fault| told(*fault).is_some()).count();
        assert_eq!(lawful, 6);
        assert_eq!(told(EventFault::SupplementsUsedUp), Some(SUPPLEMENT));
        assert_eq!(told(EventFault::ExtendedAfterDue), Some(ONE_STOP));
        assert_eq!((told(EventFault::OutOfOrder), of_clock(&ClockError::YearNotCovered(2030))), (None, None));
    }

    #[test]
    fn a_procedure_refuses_by_its_legal_bases_or_else_by_its_decision() {
        let basis = |number: &str| LegalBasis { number: number.into(), ..LegalBasis::default() };
        let decision = Some(Decision { number: "163/QĐ-BTP".into(), date: None });
        let mut content = VersionContent { decision, ..VersionContent::default() };
        assert_eq!(of_procedure(&content).as_deref(), Some("163/QĐ-BTP"));
        content.legal_bases = vec![basis("60/2014/QH13"), basis(""), basis("123/2015/NĐ-CP")];
        assert_eq!(of_procedure(&content).as_deref(), Some("60/2014/QH13; 123/2015/NĐ-CP"));
    }
}
