//! Where the facts of a dossier stand on each form. What nobody knows stays empty: the paper shows dots to write on.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use motcua_clock::vietnam_time::local_date;
use motcua_clock::{Term, TermUnit, timeliness};
use motcua_kernel::Money;
use motcua_paper::{
    Applicant, Content, ControlSlip, Extension, FeeItem, FeeKind, FormCode, Hop, Matter, Paper, PaperKind, Receipt,
    Refusal, Signer, StopNotice, SupplementItem, SupplementRequest, Tracking,
};

use crate::catalogue::content::VersionContent;
use crate::dossiers::facts::{DossierFacts, FeeFact};
use crate::dossiers::rules::State;
use crate::dossiers::step::SupplementItem as AskedItem;
use crate::dossiers::view::{Dossier, FileOrigin};

/// What a form is filled from.
pub(super) struct Material<'a> {
    pub dossier: &'a Dossier,
    pub facts: &'a DossierFacts,
    pub content: &'a VersionContent,
    /// The hand-overs of its papers that were recorded, for the control slip.
    pub hops: &'a [Hop],
}

/// A form's content, its number and its day.
pub(super) struct Filled {
    pub content: Content,
    pub number: Option<String>,
    pub made_on: Option<NaiveDate>,
}

/// What a form of this dossier says; none when nothing has happened that it tells of.
pub(super) fn content(code: FormCode, from: &Material<'_>) -> Option<Filled> {
    match code {
        FormCode::Receipt => receipt(from),
        FormCode::SupplementRequest => supplement_request(from),
        FormCode::Refusal => refusal(from),
        FormCode::Extension => extension(from),
        FormCode::StopNotice => stop_notice(from),
        FormCode::ControlSlip => control_slip(from),
        FormCode::Register => None,
    }
}

/// What the QR code says: the page on which the dossier is followed, or else the reference alone, and nothing personal. None
/// for readers who don't hand it out.
pub(super) fn tracking(dossier: &Dossier, page: Option<&str>) -> Option<Tracking> {
    let reference = dossier.summary.tracking_reference.clone()?;
    let link = page.map_or_else(|| reference.clone(), |page| page.replace("{reference}", &reference));
    Some(Tracking { link, reference: Some(reference), rating_link: None })
}

fn applicant(dossier: &Dossier) -> Applicant {
    let of = &dossier.applicant;
    Applicant {
        name: of.name.clone(),
        identity_number: Some(of.identity_number.clone()),
        address: of.address.clone(),
        phone: of.phone.clone(),
        email: of.email.clone(),
    }
}

fn matter(dossier: &Dossier) -> Matter {
    Matter {
        dossier_code: dossier.summary.code.clone(),
        procedure_name: dossier.summary.procedure.name.clone(),
        procedure_code: Some(dossier.summary.procedure.code.clone()),
        request: None,
    }
}

fn receipt(from: &Material<'_>) -> Option<Filled> {
    let summary = &from.dossier.summary;
    let received_at = summary.received_at?;
    let receipt = Receipt {
        receiving_unit: summary.agencies.receiving.now.name.clone(),
        applicant: applicant(from.dossier),
        matter: matter(from.dossier),
        papers: papers(from),
        sets: Some(1),
        term: summary.term.map(term),
        received_at: Some(received_at),
        due_at: summary.first_due_at,
        return_method: None,
        return_place: Some(summary.agencies.receiving.now.name.clone()),
        fees: fees(from.facts),
        register_book: None,
        register_row: None,
        submitter: Some(submitter(from.dossier).to_owned()),
        receiver: None,
    };
    Some(Filled { content: Content::Receipt(receipt), number: None, made_on: local_date(received_at).ok() })
}

/// Who hands the dossier in: the representative where there is one.
fn submitter(dossier: &Dossier) -> &str {
    dossier.representative.as_ref().map_or(&dossier.applicant.name, |representative| &representative.name)
}

/// The papers that were handed in, by component and kind. Where the desk counted them its figures stand; otherwise a
/// component counts once, as what the procedure asks for.
fn papers(from: &Material<'_>) -> Vec<Paper> {
    let mut papers = Vec::new();
    for component in &from.content.components {
        let mut by_kind: BTreeMap<PaperKind, u32> = BTreeMap::new();
        for file in from.dossier.files.iter().filter(|file| file.component == component.code) {
            let (kind, asked) = match (file.kind, file.origin) {
                (Some(kind), _) => (kind, 1),
                (None, FileOrigin::Digitised) if component.originals > 0 => (PaperKind::Original, component.originals),
                (None, FileOrigin::Digitised) => (PaperKind::Copy, component.copies.max(1)),
                (None, _) => (PaperKind::Electronic, 1),
            };
            let count = by_kind.entry(kind).or_default();
            *count = match file.quantity {
                Some(counted) => count.saturating_add(counted),
                None => asked.max(*count),
            };
        }
        let name = &component.name;
        papers.extend(by_kind.into_iter().map(|(kind, quantity)| Paper { name: name.clone(), kind, quantity }));
    }
    papers
}

fn fees(facts: &DossierFacts) -> Vec<FeeItem> {
    let item = |fee: &FeeFact| {
        let (name, kind) = match fee.kind.as_str() {
            "charge" => ("Lệ phí", FeeKind::Charge),
            "fee" => ("Phí", FeeKind::Fee),
            _ => ("Khoản thu khác", FeeKind::Fee),
        };
        FeeItem { name: name.to_owned(), kind, amount: Money::vnd(fee.amount) }
    };
    facts.fees.items.iter().map(item).collect()
}

fn term(term: Term) -> String {
    let unit = match term.unit {
        TermUnit::WorkingDay => "ngày làm việc",
        TermUnit::CalendarDay => "ngày",
        TermUnit::WorkingHour => "giờ làm việc",
    };
    format!("{} {unit}", term.count)
}

fn supplement_request(from: &Material<'_>) -> Option<Filled> {
    let asked = from.dossier.supplements.last()?;
    let named = |code: &str| from.content.components.iter().find(|component| component.code == code);
    let item = |item: &AskedItem| SupplementItem {
        paper: match item.component.as_deref().and_then(named) {
            Some(component) => format!("{}: {}", component.name, item.what),
            None => item.what.clone(),
        },
        originals: Some(item.originals).filter(|count| *count > 0),
        certified_copies: None,
        photocopies: Some(item.copies).filter(|count| *count > 0),
        reason: item.reason.clone(),
    };
    let request = SupplementRequest {
        applicant: applicant(from.dossier),
        matter: matter(from.dossier),
        items: asked.items.iter().map(item).collect(),
        reason: Some(format!("Căn cứ {}", asked.legal_basis)),
        contact_officer: asked.contact.clone(),
        contact_phone: None,
        guide: None,
    };
    let made_on = local_date(asked.asked_at).ok();
    Some(Filled { content: Content::SupplementRequest(request), number: asked.number.clone(), made_on })
}

fn refusal(from: &Material<'_>) -> Option<Filled> {
    let state = from.facts.state;
    let closing = from.dossier.closing.as_ref()?;
    if !matches!(state, State::Refused | State::Stopped) {
        return None;
    }
    let refusal = Refusal {
        applicant: applicant(from.dossier),
        matter: matter(from.dossier),
        reason: closing.reason.clone().unwrap_or_default(),
        legal_bases: closing.legal_basis.iter().cloned().collect(),
        submitter: Some(submitter(from.dossier).to_owned()),
        officer: None,
    };
    let made_on = from.facts.ended_at.and_then(|at| local_date(at).ok());
    Some(Filled { content: Content::Refusal(refusal), number: None, made_on })
}

fn extension(from: &Material<'_>) -> Option<Filled> {
    let note = from.dossier.extensions.last()?;
    let extension = Extension {
        applicant: applicant(from.dossier),
        matter: matter(from.dossier),
        received_at: from.dossier.summary.received_at,
        receipt_number: from.dossier.summary.code.clone(),
        due_at: note.from,
        reason: format!("{} ({})", note.reason, note.legal_basis),
        new_due_at: note.due_at,
        signer: Signer::default(),
    };
    let made_on = local_date(note.at).ok();
    Some(Filled { content: Content::Extension(extension), number: note.number.clone(), made_on })
}

fn stop_notice(from: &Material<'_>) -> Option<Filled> {
    let ended_at = from.facts.ended_at?;
    let withdrawn = from.facts.withdrawn_at;
    if !matches!(from.facts.state, State::Withdrawn | State::Stopped) {
        return None;
    }
    let notice = StopNotice {
        applicant: applicant(from.dossier),
        matter: matter(from.dossier),
        requested_on: withdrawn.and_then(|at| local_date(at).ok()),
        stopped_at: Some(ended_at),
        state_at_stop: Some(from.facts.state.name().vi),
        fees_effect: None,
        papers_effect: None,
        signer: Signer::default(),
    };
    Some(Filled { content: Content::StopNotice(notice), number: None, made_on: local_date(ended_at).ok() })
}

/// The agencies that were asked for their opinion, each once.
fn consulted(dossier: &Dossier) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for consulted in &dossier.consulted {
        if !names.contains(&consulted.agency.name) {
            names.push(consulted.agency.name.clone());
        }
    }
    names
}

/// The hand-overs that were recorded; where none were, those that a dossier knows by itself: from the desk to whoever
/// decides, and back with the result.
fn control_slip(from: &Material<'_>) -> Option<Filled> {
    let summary = &from.dossier.summary;
    let received_at = summary.received_at?;
    let (desk, deciding) = (&summary.agencies.receiving.now.name, &summary.agencies.competent.now.name);
    let hop = |from_agency: &str, to_agency: &str, at, result, note: &str| Hop {
        from_agency: from_agency.to_owned(),
        to_agency: to_agency.to_owned(),
        handed_over_at: at,
        giver: None,
        receiver: None,
        result,
        note: Some(note.to_owned()),
    };
    let mut hops = vec![hop(submitter(from.dossier), desk, Some(received_at), None, "Tiếp nhận hồ sơ")];
    hops.extend_from_slice(from.hops);
    let unrecorded = from.hops.is_empty();
    let transfers = from.facts.transfers.iter().zip(&from.dossier.transfers);
    let first = from.dossier.transfers.first().map_or(deciding, |transfer| &transfer.from.name);
    let begun = from.facts.transfers.first().map_or(from.facts.processing_at, |transfer| transfer.processing_at);
    if let Some(begun) = begun.filter(|_| unrecorded) {
        hops.push(hop(desk, first, Some(begun), None, "Thụ lý"));
    }
    for (fact, transfer) in transfers {
        hops.push(hop(&transfer.from.name, &transfer.to.name, Some(fact.at), None, "Chuyển thẩm quyền giải quyết"));
    }
    if let Some(finished) = summary.finished_at.filter(|_| unrecorded) {
        let result = summary.due_at.map(|due| timeliness(finished, due));
        hops.push(hop(deciding, desk, Some(finished), result, "Chuyển kết quả"));
    }
    if let Some(returned) = summary.returned_at {
        hops.push(hop(desk, &from.dossier.applicant.name, Some(returned), None, "Trả kết quả"));
    }
    let slip = ControlSlip {
        matter: matter(from.dossier),
        lead_agency: deciding.clone(),
        supporting_agencies: consulted(from.dossier),
        due_at: summary.due_at,
        hops,
    };
    Some(Filled { content: Content::ControlSlip(slip), number: None, made_on: local_date(received_at).ok() })
}
