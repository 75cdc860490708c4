//! The books of an agency, as its head decides on them (Decree 30/2020/NĐ-CP, Article 15.2).

use std::sync::Arc;

use motcua_agencies::{Named, authority_in, names, open_agency};
use motcua_db::{Conn, TxResult};
use motcua_journal::{Change, Moment, Stamp};
use motcua_kernel::text::normalise;
use motcua_kernel::{Actor, Answer, Authority, Error, FieldError, Idempotency, Result, Role, Text, Uuid};

use super::class::{INCOMING_BOOK, NumberClass, default_book, type_unknown};
use super::facts::{BOOK_DECIDED, BookDecided};
use super::http::books::{PutRegisterBook, RegisterBook, RegisterBooks};
use super::rules::{RegisterKind, register_year};
use super::store::books::{self, BookRow, Plan};
use super::{READ, Registers, WRITE, refusals, store};
use crate::document_types::DocumentType;
use crate::precondition::check_version;
use crate::text_fields::needed;

const LONGEST_BOOK: usize = 40;
const LONGEST_DECISION: usize = 200;
const LAST_YEAR: i32 = 2199;

/// Decides on a book; the answer is the whole plan.
///
/// # Errors
/// Every fault at once; `register.not_head`; `register.year_begun` naming the types that were numbered already;
/// `agency.closed`; `precondition.stale`.
pub(super) async fn put(
    room: &Registers,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    (agency, kind, book): (Uuid, String, String),
    version: i64,
    new: PutRegisterBook,
) -> Result<Answer> {
    actor.require_scope(WRITE)?;
    let kind: RegisterKind = kind.parse().map_err(|_unknown| Error::not_found())?;
    let asking = Arc::clone(&actor);
    room.db.read("register_plan_right", move |conn| head(conn, &asking, agency).map(drop)).await?;
    let own = room.clone();
    room.db
        .write_once("register_book_put", actor.tenant, key, move |tx| {
            let target = Target { agency, kind, book: &book, version };
            put_in(tx, &own, &actor, target, &new)
        })
        .await
}

/// Which book of whom, as the caller has read the plan.
#[derive(Clone, Copy)]
struct Target<'a> {
    agency: Uuid,
    kind: RegisterKind,
    book: &'a str,
    version: i64,
}

fn put_in(
    tx: &mut Conn,
    room: &Registers,
    actor: &Actor,
    target: Target<'_>,
    new: &PutRegisterBook,
) -> TxResult<Answer> {
    let by = head(tx, actor, target.agency)?;
    let now = Moment::of(&room.db.clock);
    let today = now.occurred.day_in_vietnam();
    let agency = open_agency(tx, actor.tenant, &target.agency.to_string(), today)?;
    let asked = check(target.kind, target.book, new, register_year(now.occurred))?;
    let version = books::hold(tx, actor.tenant, agency.id)?;
    check_version(version - 1, target.version)?;
    let plan = Plan { tenant: actor.tenant, agency: agency.id, kind: target.kind };
    let released = released(tx, plan, &asked, new.from_year)?;
    let mut begun = Vec::new();
    let leaving = released.iter().map(|class| (class, default_book(target.kind, class)));
    let staying = asked.classes.iter().map(|class| (class, asked.book.clone()));
    for (class, book) in staying.chain(leaving) {
        if !books::put(tx, plan, class, new.from_year, &book, &asked.decision)? {
            begun.push(class.clone());
        }
    }
    if !begun.is_empty() {
        return Err(refusals::year_begun(new.from_year, &begun).into());
    }
    let facts = BookDecided {
        agency_id: agency.id,
        version,
        kind: target.kind,
        book: asked.book,
        from_year: new.from_year,
        document_types: asked.classes,
        released_types: released,
        decision: asked.decision,
    };
    let data = serde_json::to_value(facts).map_err(Error::internal)?;
    let change = Change { kind: BOOK_DECIDED, subject: agency.id, version, data: &data };
    room.journal.record(tx, &Stamp::of(&by, now), &change)?;
    let plan = view(agency, version, books::all(tx, actor.tenant, target.agency)?)?;
    Ok(Answer::done(&plan)?.version(version))
}

/// The classes that were in a book and are not named any more: each goes where nothing else is decided for it. Those for
/// which this very book is that stay.
fn released(tx: &mut Conn, plan: Plan, asked: &Asked, from_year: i32) -> TxResult<Vec<String>> {
    let before = books::classes_in(tx, plan, &asked.book, from_year)?;
    let leaves = |class: &String| !asked.classes.contains(class) && default_book(plan.kind, class) != asked.book;
    Ok(before.into_iter().filter(leaves).collect())
}

/// The right of the head of an agency, whose leader or administrator the caller is, or of one above.
fn head(conn: &mut Conn, actor: &Actor, agency: Uuid) -> TxResult<Authority> {
    if !store::sees_agency(conn, actor, agency)? {
        return Err(Error::not_found().into());
    }
    let held = authority_in(conn, actor, agency, &[Role::Leader, Role::Administrator])?;
    Ok(held.ok_or_else(refusals::not_head)?)
}

/// A decision within its limits.
struct Asked {
    book: String,
    classes: Vec<String>,
    decision: String,
}

fn check(kind: RegisterKind, book: &str, new: &PutRegisterBook, this_year: i32) -> Result<Asked> {
    let mut faults = Vec::new();
    let book = normalise(book);
    if !is_book(&book) {
        let text = Text::new(
            "Tên sổ có từ 1 đến 40 chữ cái, chữ số, dấu cách, dấu chấm, gạch nối.",
            "The name of a book has 1 to 40 letters, digits, spaces, dots and hyphens.",
        );
        faults.push(FieldError::new("", "register.book_invalid", text));
    }
    let classes = check_classes(kind, &book, &new.document_types, &mut faults);
    if !(this_year..=LAST_YEAR).contains(&new.from_year) {
        let text = Text::new(
            format!("Chỉ quyết định được từ năm {this_year} trở đi."),
            format!("Only years from {this_year} on can be decided on."),
        );
        faults.push(FieldError::new("/from_year", "register.year_past", text));
    }
    let decision = needed(&new.decision, "/decision", LONGEST_DECISION, &mut faults);
    if faults.is_empty() { Ok(Asked { book, classes, decision }) } else { Err(Error::invalid(faults)) }
}

fn is_book(text: &str) -> bool {
    let allowed = |sign: char| sign.is_alphanumeric() || matches!(sign, ' ' | '.' | '-');
    (1..=LONGEST_BOOK).contains(&text.chars().count())
        && text.chars().all(allowed)
        && text.chars().any(char::is_alphanumeric)
}

fn check_classes(kind: RegisterKind, book: &str, asked: &[String], faults: &mut Vec<FieldError>) -> Vec<String> {
    let mut classes: Vec<String> = Vec::new();
    for (place, text) in asked.iter().enumerate() {
        let (pointer, text) = (format!("/document_types/{place}"), normalise(text));
        // Letters of thanks and the like come in, though they never go out under a number.
        let known = match kind {
            RegisterKind::Outgoing => NumberClass::by_key(&text).is_some(),
            RegisterKind::Incoming => DocumentType::by_code(&text).is_some(),
        };
        if !known {
            faults.push(type_unknown(&pointer));
        } else if classes.contains(&text) {
            let message = Text::new("Loại này đã nêu ở trên.", "This type is named above.");
            faults.push(FieldError::new(pointer, "repeated", message));
        } else {
            classes.push(text);
        }
    }
    let fault = |code: &str, text: Text| FieldError::new("/document_types", code, text);
    if asked.is_empty() {
        let text = Text::new("Cần ít nhất một loại văn bản.", "At least one type is needed.");
        faults.push(fault("required", text));
    }
    let normative = |class: &&String| NumberClass::by_key(class).is_some_and(NumberClass::is_normative);
    let named_normative = NumberClass::by_key(book).is_some_and(NumberClass::is_normative);
    if kind == RegisterKind::Outgoing {
        let alone = classes.len() == 1 && classes.first().is_some_and(|class| !named_normative || class == book);
        if (named_normative || classes.iter().any(|class| normative(&class))) && !alone {
            let text = Text::new(
                "Văn bản quy phạm pháp luật có hệ thống số riêng cho từng loại (Nghị định 30/2020/NĐ-CP, Điều 15.2).",
                "Normative documents have one sequence a type, alone (Decree 30/2020/NĐ-CP, Article 15.2).",
            );
            faults.push(fault("register.normative_alone", text));
        } else if NumberClass::by_key(book).is_some() && !classes.iter().any(|class| class == book) {
            let text = Text::new(
                format!("Sổ mang tên loại {book} thì phải có loại {book}."),
                format!("A book named by the type {book} has that type in it."),
            );
            faults.push(fault("register.book_of_type", text));
        }
    }
    classes
}

/// The books of an agency.
///
/// # Errors
/// `not_found` where the caller may not see them.
pub(super) async fn get(room: &Registers, actor: Arc<Actor>, agency: Uuid) -> Result<RegisterBooks> {
    actor.require_scope(READ)?;
    let today = room.db.clock.business().day_in_vietnam();
    room.db
        .read_snapshot("register_plan", move |conn| {
            let named = names(conn, actor.tenant, &[agency], today)?.remove(&agency);
            let named = if store::sees_agency(conn, &actor, agency)? { named } else { None };
            let named = named.ok_or_else(Error::not_found)?;
            let version = books::version(conn, actor.tenant, agency)?;
            Ok(view(named, version, books::all(conn, actor.tenant, agency)?)?)
        })
        .await
}

fn view(agency: Named, version: i64, rows: Vec<BookRow>) -> Result<RegisterBooks> {
    let mut all: Vec<RegisterBook> = Vec::new();
    for row in rows {
        let kind: RegisterKind = row.kind.parse().map_err(Error::internal)?;
        let same = |book: &&mut RegisterBook| {
            book.kind == kind
                && book.book == row.book
                && book.from_year == row.from_year
                && book.decision == row.decision
        };
        match all.iter_mut().find(same) {
            Some(book) => {
                book.begun |= row.begun;
                book.document_types.push(row.document_type);
            }
            None => all.push(RegisterBook {
                kind,
                book: row.book,
                from_year: row.from_year,
                document_types: vec![row.document_type],
                decision: row.decision,
                begun: row.begun,
            }),
        }
    }
    Ok(RegisterBooks { agency, incoming_book: INCOMING_BOOK, books: all, version })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn codes(kind: RegisterKind, book: &str, types: &[&str]) -> Vec<String> {
        let new = PutRegisterBook {
            document_types: types.iter().map(|text| (*text).to_owned()).collect(),
            from_year: 2026,
            decision: "1/QĐ-UBND ngày 05/01/2026".into(),
        };
        let faults = check(kind, book, &new, 2026).err().map(|error| error.fields).unwrap_or_default();
        let codes: BTreeSet<String> = faults.into_iter().map(|fault| fault.code).collect();
        codes.into_iter().collect()
    }

    #[test]
    fn normative_documents_stay_alone() {
        let outgoing = |book: &str, types: &[&str]| codes(RegisterKind::Outgoing, book, types);
        assert!(outgoing("VB", &["QĐ", "TB", "CV", "SY"]).is_empty());
        assert!(outgoing("Quyết định", &["QPPL-QĐ"]).is_empty());
        assert!(outgoing("QPPL-QĐ", &["QPPL-QĐ"]).is_empty());
        assert_eq!(outgoing("VB", &["QPPL-QĐ", "QĐ"]), ["register.normative_alone"]);
        assert_eq!(outgoing("QPPL-QĐ", &["QĐ"]), ["register.normative_alone"]);
        assert_eq!(outgoing("TB", &["QĐ"]), ["register.book_of_type"]);
        assert!(outgoing("TB", &["QĐ", "TB"]).is_empty());
    }

    #[test]
    fn a_book_has_a_name_and_types_that_are_known() {
        assert_eq!(
            codes(RegisterKind::Outgoing, "a/b", &["ThC", "QĐ", "QĐ"]),
            ["document.type_unknown", "register.book_invalid", "repeated"]
        );
        assert_eq!(codes(RegisterKind::Incoming, "-", &[]), ["register.book_invalid", "required"]);
        assert!(codes(RegisterKind::Incoming, "ĐƠN", &["ThC"]).is_empty());
    }
}
