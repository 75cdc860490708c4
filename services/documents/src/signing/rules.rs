//! What a signing authority says, and which of them a signature rests on.

use chrono::NaiveDate;
use motcua_kernel::text::normalise;
use motcua_kernel::{Error, FieldError, Result, Text, Uuid};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::http::CreateSigningAuthority;
use crate::document_types::DocumentType;
use crate::far_days::term_fault;
use crate::text_fields::{needed, optional, required};

const LONGEST_POST: usize = 100;
const LONGEST_BASIS: usize = 200;
const LONGEST_REFERENCE: usize = 100;
/// The law that says who signs in which capacity.
pub(crate) const SIGNING_LAW: &str = "Nghị định 30/2020/NĐ-CP, Điều 13";

/// In which capacity somebody signs (thẩm quyền ký).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Capacity {
    /// Head of the agency (người đứng đầu): no prefix.
    Head,
    /// Acting head (quyền cấp trưởng): `Q.`.
    ActingHead,
    /// For a body that decides together (thay mặt tập thể): `TM.`.
    Collective,
    /// Deputy, in the head's place (ký thay): `KT.`.
    Deputy,
    /// Head of a unit, by order of the head (thừa lệnh): `TL.`.
    ByOrder,
    /// Deputy of such a unit, in the place of its head: `TL.`, and `KT.` under it.
    ByOrderDeputy,
    /// Authorised in writing for a time (thừa ủy quyền): `TUQ.`.
    Authorised,
}

impl Capacity {
    /// Every capacity; where one person has several for the same document, the first goes before.
    pub const ALL: [Self; 7] = [
        Self::Head,
        Self::ActingHead,
        Self::Collective,
        Self::Deputy,
        Self::ByOrder,
        Self::ByOrderDeputy,
        Self::Authorised,
    ];

    /// The word as columns and events write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Head => "head",
            Self::ActingHead => "acting_head",
            Self::Collective => "collective",
            Self::Deputy => "deputy",
            Self::ByOrder => "by_order",
            Self::ByOrderDeputy => "by_order_deputy",
            Self::Authorised => "authorised",
        }
    }

    /// Reads the word back.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|capacity| capacity.as_str() == word)
    }

    /// Whether it is the headship itself, which one person has at a time.
    pub(super) const fn heads(self) -> bool {
        matches!(self, Self::Head | Self::ActingHead)
    }

    /// Whether it is given for some documents and never for all (Article 13.3: limited in time and content; 13.4: some
    /// types of document).
    const fn is_for_some(self) -> bool {
        matches!(self, Self::ByOrder | Self::ByOrderDeputy | Self::Authorised)
    }

    const fn abbreviation(self) -> &'static str {
        match self {
            Self::Head => "",
            Self::ActingHead => "Q.",
            Self::Collective => "TM.",
            Self::Deputy => "KT.",
            Self::ByOrder | Self::ByOrderDeputy => "TL.",
            Self::Authorised => "TUQ.",
        }
    }

    /// What stands above the post: the prefix and whom it is for, and on a second line whose place a deputy takes.
    pub(super) fn prefix(self, for_title: &str, deputy_of: Option<&str>) -> String {
        if self == Self::Head {
            return String::new();
        }
        let first = format!("{} {for_title}", self.abbreviation());
        deputy_of.map_or_else(|| first.clone(), |title| format!("{first}\nKT. {title}"))
    }
}

/// What is asked for, in normal form and within its limits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Asked {
    pub officer: String,
    pub capacity: Capacity,
    pub position: String,
    /// None for the post of the head there is.
    pub for_title: Option<String>,
    pub deputy_of: Option<String>,
    pub document_types: Option<Vec<String>>,
    pub valid_from: Option<NaiveDate>,
    pub valid_to: Option<NaiveDate>,
    pub legal_basis: String,
}

/// Checks a request: every fault of every field at once.
///
/// # Errors
/// `validation`.
pub(super) fn check(new: CreateSigningAuthority, today: NaiveDate) -> Result<Asked> {
    let mut faults = Vec::new();
    let officer = needed(&new.officer, "/officer", LONGEST_REFERENCE, &mut faults);
    let position = needed(&new.position, "/position", LONGEST_POST, &mut faults);
    let for_title = optional(new.for_title, "/for_title", LONGEST_POST, &mut faults);
    let deputy_of = optional(new.deputy_of, "/deputy_of", LONGEST_POST, &mut faults);
    let legal_basis = needed(&new.legal_basis, "/legal_basis", LONGEST_BASIS, &mut faults);
    if new.capacity == Capacity::Collective && for_title.is_none() {
        faults.push(required("/for_title"));
    }
    if new.capacity == Capacity::ByOrderDeputy && deputy_of.is_none() {
        faults.push(required("/deputy_of"));
    }
    if deputy_of.is_some() && !matches!(new.capacity, Capacity::ByOrderDeputy | Capacity::Collective) {
        let text = Text::new(
            "Chỉ người ký TM. hoặc TL. với tư cách cấp phó mới ghi chức vụ được ký thay.",
            "Only a deputy who signs TM. or TL. names whose place they take.",
        );
        faults.push(FieldError::new("/deputy_of", "signing.deputy_of_nobody", text));
    }
    if new.capacity == Capacity::Authorised && new.valid_to.is_none() {
        let text = Text::new(
            "Ủy quyền ký phải có thời hạn (Nghị định 30/2020/NĐ-CP, Điều 13 khoản 3).",
            "An authorisation to sign is for a time (Decree 30/2020/NĐ-CP, Article 13.3).",
        );
        faults.push(FieldError::new("/valid_to", "required", text));
    }
    if new.capacity.is_for_some() && new.document_types.is_none() {
        faults.push(types_required());
    }
    faults.extend(new.valid_to.and_then(|day| term_fault(day, today, "/valid_to")));
    faults.extend(new.valid_from.filter(|day| today < *day).and_then(|day| term_fault(day, today, "/valid_from")));
    if let (Some(from), Some(to)) = (new.valid_from, new.valid_to)
        && to <= from
    {
        faults.push(order_fault());
    }
    let document_types = new.document_types.map(|types| known_types(&types, &mut faults));
    if !faults.is_empty() {
        return Err(Error::invalid(faults));
    }
    let (capacity, valid_from, valid_to) = (new.capacity, new.valid_from, new.valid_to);
    Ok(Asked { officer, capacity, position, for_title, deputy_of, document_types, valid_from, valid_to, legal_basis })
}

/// What is signed by order or by authorisation is named.
fn types_required() -> FieldError {
    let text = Text::new(
        "Ký thừa lệnh, thừa ủy quyền chỉ cho một số loại văn bản: cần nêu loại (Nghị định 30/2020/NĐ-CP, Điều 13 khoản 3, 4).",
        "By order or by authorisation some types of document are signed: name them (Decree 30/2020/NĐ-CP, Article 13.3, 4).",
    );
    FieldError::new("/document_types", "required", text)
}

/// The fault of a first day on which the agency was not there.
pub(super) fn before_agency(founded: NaiveDate) -> FieldError {
    let text = Text::new(
        format!("Cơ quan được thành lập ngày {}; thẩm quyền ký không bắt đầu trước đó.", founded.format("%d/%m/%Y")),
        format!("The agency exists since {founded}: nobody signed for it before."),
    );
    FieldError::new("/valid_from", "signing.before_agency", text)
}

/// The fault of an officer who is not of the agency.
pub(super) fn of_another_agency() -> FieldError {
    let text = Text::new(
        "Cán bộ này không giữ vị trí ở cơ quan hoặc đơn vị, tổ chức thuộc cơ quan (Nghị định 30/2020/NĐ-CP, Điều 13).",
        "This officer holds no post in the agency or in one that belongs to it (Decree 30/2020/NĐ-CP, Article 13).",
    );
    FieldError::new("/officer", "signing.of_another_agency", text)
}

/// The fault of an end that is not behind the beginning, or has passed.
pub(super) fn order_fault() -> FieldError {
    let text = Text::new(
        "Ngày hết hiệu lực phải sau ngày bắt đầu và sau hôm nay.",
        "The end must be behind the beginning and behind today.",
    );
    FieldError::new("/valid_to", "order", text)
}

fn known_types(types: &[String], faults: &mut Vec<FieldError>) -> Vec<String> {
    let types: Vec<String> = types.iter().map(|text| normalise(text)).collect();
    if types.is_empty() || types.len() > crate::document_types::DOCUMENT_TYPES.len() {
        let text = Text::new("Cần từ 1 đến 29 loại văn bản.", "1 to 29 types of document are expected.");
        faults.push(FieldError::new("/document_types", "length", text));
    }
    for (at, one) in types.iter().enumerate() {
        if DocumentType::by_code(one).is_none() {
            let text = Text::new("Không có loại văn bản này.", "There is no such type of document.");
            faults.push(FieldError::new(format!("/document_types/{at}"), "document.type_unknown", text));
        }
    }
    types
}

/// An authority as far as a signature asks of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Held {
    pub id: Uuid,
    pub capacity: Capacity,
    pub prefix: String,
    pub position: String,
    pub document_types: Option<Vec<String>>,
    pub valid_from: NaiveDate,
    /// First day on which it no longer holds, by its own term, by being ended, or with the headship it was given under.
    pub until: Option<NaiveDate>,
    /// Whether it is an authorisation whose giver holds no post in the agency any more.
    pub giver_left: bool,
    pub legal_basis: String,
}

impl Held {
    pub(crate) fn holds_on(&self, day: NaiveDate) -> bool {
        self.in_term(day) && !self.giver_left
    }

    fn in_term(&self, day: NaiveDate) -> bool {
        self.valid_from <= day && self.until.is_none_or(|until| day < until)
    }

    fn covers(&self, document_type: &str) -> bool {
        self.document_types.as_ref().is_none_or(|types| types.iter().any(|one| one == document_type))
    }
}

/// The authority by which somebody signs a document of a type on a day: the one that was named, or the highest.
///
/// # Errors
/// `signing.no_authority`, `signing.type_not_covered`, `signing.giver_left`, `signing.authority_not_begun`, or `signing.authority_ended` naming
/// the day and the decision it rested on.
pub(crate) fn choose<'a>(
    held: &'a [Held],
    named: Option<Uuid>,
    document_type: &str,
    day: NaiveDate,
) -> Result<&'a Held> {
    let asked = || held.iter().filter(|one| named.is_none_or(|id| id == one.id));
    let good = asked().filter(|one| one.holds_on(day) && one.covers(document_type));
    if let Some(found) = good.min_by_key(|one| one.capacity) {
        return Ok(found);
    }
    if asked().any(|one| one.holds_on(day)) {
        return Err(type_not_covered());
    }
    if let Some(orphaned) = asked().find(|one| one.in_term(day) && one.giver_left) {
        return Err(giver_left(orphaned));
    }
    let ended = asked().filter(|one| one.until.is_some_and(|until| until <= day)).max_by_key(|one| one.until);
    let to_come = asked().filter(|one| day < one.valid_from).min_by_key(|one| one.valid_from);
    Err(match (ended, to_come) {
        (Some(ended), _) => authority_ended(ended),
        (None, Some(to_come)) => not_begun(to_come),
        (None, None) => no_authority(),
    })
}

fn no_authority() -> Error {
    Error::forbidden(
        "signing.no_authority",
        "Bạn không có thẩm quyền ký văn bản của cơ quan này (Nghị định 30/2020/NĐ-CP, Điều 13).",
        "You have no authority to sign documents of this agency (Decree 30/2020/NĐ-CP, Article 13).",
    )
    .with("legal_basis", SIGNING_LAW)
}

fn type_not_covered() -> Error {
    Error::forbidden(
        "signing.type_not_covered",
        "Thẩm quyền ký của bạn không bao gồm loại văn bản này (Nghị định 30/2020/NĐ-CP, Điều 13).",
        "Your authority to sign does not cover documents of this type (Decree 30/2020/NĐ-CP, Article 13).",
    )
    .with("legal_basis", SIGNING_LAW)
}

/// An authorisation is from one person to another: when who gave it has left, it holds nothing, and whoever heads the agency
/// now gives another.
fn giver_left(orphaned: &Held) -> Error {
    Error::conflict(
        "signing.giver_left",
        format!(
            "Người ủy quyền ký theo {} không còn giữ vị trí ở cơ quan, nên ủy quyền này không còn hiệu lực; người đứng đầu hiện \
             nay có thể ủy quyền lại.",
            orphaned.legal_basis
        ),
        format!(
            "Who authorised this under {} holds no post in the agency any more, so the authorisation has lapsed; whoever heads \
             the agency now may give another.",
            orphaned.legal_basis
        ),
    )
    .with("authority_id", orphaned.id.to_string())
    .with("legal_basis", SIGNING_LAW)
}

fn authority_ended(ended: &Held) -> Error {
    let until = ended.until.unwrap_or(ended.valid_from);
    Error::conflict(
        "signing.authority_ended",
        format!(
            "Thẩm quyền ký theo {} đã hết hiệu lực từ ngày {} (Nghị định 30/2020/NĐ-CP, Điều 13).",
            ended.legal_basis,
            until.format("%d/%m/%Y")
        ),
        format!(
            "The authority to sign under {} has not held since {until} (Decree 30/2020/NĐ-CP, Article 13).",
            ended.legal_basis
        ),
    )
    .with("ended_on", until.to_string())
    .with("authority_id", ended.id.to_string())
    .with("legal_basis", SIGNING_LAW)
}

fn not_begun(to_come: &Held) -> Error {
    Error::conflict(
        "signing.authority_not_begun",
        format!(
            "Thẩm quyền ký theo {} chỉ có hiệu lực từ ngày {}.",
            to_come.legal_basis,
            to_come.valid_from.format("%d/%m/%Y")
        ),
        format!("The authority to sign under {} holds from {} on.", to_come.legal_basis, to_come.valid_from),
    )
    .with("begins_on", to_come.valid_from.to_string())
    .with("authority_id", to_come.id.to_string())
    .with("legal_basis", SIGNING_LAW)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn held(id: u128, capacity: Capacity, from: &str, until: Option<&str>) -> Held {
        Held {
            id: Uuid::from_u128(id),
            capacity,
            prefix: String::new(),
            position: "CHỦ TỊCH".into(),
            document_types: None,
            valid_from: day(from),
            until: until.map(day),
            giver_left: false,
            legal_basis: "12/QĐ-UBND".into(),
        }
    }

    #[test]
    fn prefixes_stand_as_annex_i_writes_them() {
        assert_eq!(Capacity::Head.prefix("CHỦ TỊCH", None), "");
        assert_eq!(Capacity::Deputy.prefix("CHỦ TỊCH", None), "KT. CHỦ TỊCH");
        assert_eq!(Capacity::ActingHead.prefix("GIÁM ĐỐC", None), "Q. GIÁM ĐỐC");
        assert_eq!(
            Capacity::Collective.prefix("ỦY BAN NHÂN DÂN", Some("CHỦ TỊCH")),
            "TM. ỦY BAN NHÂN DÂN\nKT. CHỦ TỊCH"
        );
        let by_order = Capacity::ByOrderDeputy.prefix("CHỦ TỊCH", Some("CHÁNH VĂN PHÒNG"));
        assert_eq!(by_order, "TL. CHỦ TỊCH\nKT. CHÁNH VĂN PHÒNG");
        assert_eq!(Capacity::Authorised.prefix("CHỦ TỊCH", None), "TUQ. CHỦ TỊCH");
    }

    #[test]
    fn an_authority_holds_from_its_first_day_until_the_day_of_its_end() {
        let one = held(1, Capacity::Authorised, "2026-11-01", Some("2026-11-21"));
        assert!(one.holds_on(day("2026-11-01")) && one.holds_on(day("2026-11-20")));
        assert!(!one.holds_on(day("2026-10-31")) && !one.holds_on(day("2026-11-21")));
    }

    #[test]
    fn a_refusal_says_whether_it_ended_has_not_begun_or_never_was() {
        let today = day("2026-11-21");
        let code = |held: &[Held], named: Option<u128>| {
            choose(held, named.map(Uuid::from_u128), "QĐ", today).unwrap_err().code
        };
        assert_eq!(code(&[], None), "signing.no_authority");
        let ended = held(1, Capacity::Authorised, "2026-11-01", Some("2026-11-21"));
        let to_come = held(2, Capacity::Deputy, "2026-11-22", None);
        let error = choose(std::slice::from_ref(&ended), None, "QĐ", today).unwrap_err();
        assert_eq!(
            (error.code.as_str(), &error.members["ended_on"]),
            ("signing.authority_ended", &"2026-11-21".into())
        );
        assert_eq!(code(std::slice::from_ref(&to_come), None), "signing.authority_not_begun");
        assert_eq!(code(&[ended.clone(), to_come], Some(2)), "signing.authority_not_begun");
        let only = Held { document_types: Some(vec!["TB".into()]), ..held(3, Capacity::Deputy, "2026-01-01", None) };
        assert_eq!(code(std::slice::from_ref(&only), None), "signing.type_not_covered");
        assert_eq!(choose(&[only, ended], None, "TB", today).unwrap().id, Uuid::from_u128(3));
    }

    #[test]
    fn an_authorisation_lapses_while_its_giver_has_no_post_and_an_own_authority_still_holds() {
        let today = day("2026-11-21");
        let orphaned = Held { giver_left: true, ..held(1, Capacity::Authorised, "2026-11-01", None) };
        let error = choose(std::slice::from_ref(&orphaned), None, "QĐ", today).unwrap_err();
        assert_eq!((error.code.as_str(), error.members.contains_key("authority_id")), ("signing.giver_left", true));
        let own = held(2, Capacity::ByOrder, "2026-01-01", None);
        assert_eq!(choose(&[orphaned.clone(), own.clone()], None, "QĐ", today).unwrap().id, own.id);
        let named = choose(&[orphaned, own], Some(Uuid::from_u128(1)), "QĐ", today).unwrap_err();
        assert_eq!(named.code, "signing.giver_left");
    }

    #[test]
    fn of_several_authorities_the_highest_is_taken_unless_one_is_named() {
        let today = day("2026-11-21");
        let both = [held(1, Capacity::ByOrder, "2026-01-01", None), held(2, Capacity::Head, "2026-01-01", None)];
        assert_eq!(choose(&both, None, "QĐ", today).unwrap().capacity, Capacity::Head);
        assert_eq!(choose(&both, Some(Uuid::from_u128(1)), "QĐ", today).unwrap().capacity, Capacity::ByOrder);
    }

    #[test]
    fn an_authorisation_without_an_end_and_a_deputy_of_nobody_are_told_at_once() {
        let new = CreateSigningAuthority {
            officer: " ".into(),
            capacity: Capacity::Authorised,
            position: "P".repeat(101),
            for_title: None,
            deputy_of: Some("CHỦ TỊCH".into()),
            document_types: Some(vec!["QD".into()]),
            valid_from: None,
            valid_to: None,
            legal_basis: String::new(),
        };
        let found: Vec<String> =
            check(new, day("2026-11-21")).unwrap_err().fields.into_iter().map(|field| field.pointer).collect();
        assert_eq!(found, ["/officer", "/position", "/legal_basis", "/deputy_of", "/valid_to", "/document_types/0"]);
    }
}
