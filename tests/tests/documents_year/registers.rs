//! The books of the registers as the script keeps them: what was answered, line by line. Read at the end as a person with a
//! pencil would: 1 to n without gap, letters behind numbers, void numbers and reasons where they belong.

use std::collections::BTreeMap;
use std::sync::Mutex;

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::province::Province;
use super::year::{Now, Year, number, text};

/// Agency, kind, book, year.
pub(crate) type Key = (usize, &'static str, String, i32);

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Line {
    Used(String),
    Reserved,
    Void,
}

#[derive(Debug, Default, Clone)]
pub(crate) struct Book {
    pub id: String,
    pub lines: BTreeMap<(i64, String), Line>,
    /// The day of each line: of the document, or on which its number was reserved.
    pub days: BTreeMap<(i64, String), NaiveDate>,
    pub closed: bool,
}

#[derive(Default)]
pub(crate) struct Registers(Mutex<BTreeMap<Key, Book>>);

/// Types that go into one book where the head of the agency has decided so.
pub(crate) const SHARED: [&str; 4] = ["TB", "KH", "BC", "CV"];
pub(crate) const TYPES: [&str; 7] = ["QĐ", "TB", "KH", "BC", "CV", "TTr", "GM"];

/// The book of a type: every second agency has decided on a common one.
pub(crate) fn book_of(agency: usize, kind: &str) -> String {
    if agency.is_multiple_of(2) && SHARED.contains(&kind) { "VB".to_owned() } else { kind.to_owned() }
}

impl Registers {
    /// Writes down what a number has become.
    pub(crate) fn write(&self, key: Key, register: &str, place: (i64, String), line: Line, what: &str) {
        let named = format!("{what}: {place:?} of {key:?}");
        let mut books = self.0.lock().unwrap();
        let book = books.entry(key).or_default();
        assert!(!book.closed, "{named}: the book is closed");
        if book.id.is_empty() {
            register.clone_into(&mut book.id);
        }
        assert_eq!(book.id, register, "{named}: two registers");
        let before = book.lines.get(&place);
        let follows = matches!(
            (before, &line),
            (None, Line::Used(_) | Line::Reserved)
                | (Some(Line::Reserved), Line::Used(_) | Line::Void)
                | (Some(Line::Used(_)), Line::Void)
        );
        assert!(follows, "{named} was {before:?} and becomes {line:?}");
        book.lines.insert(place, line);
    }

    /// Writes down the day of a line.
    pub(crate) fn date(&self, key: &Key, place: (i64, String), on: NaiveDate) {
        self.0.lock().unwrap().get_mut(key).unwrap().days.insert(place, on);
    }

    pub(crate) fn all(&self) -> Vec<(Key, Book)> {
        self.0.lock().unwrap().iter().map(|(key, book)| (key.clone(), book.clone())).collect()
    }

    pub(crate) fn id(&self, key: &Key) -> Option<String> {
        self.0.lock().unwrap().get(key).map(|book| book.id.clone())
    }

    fn close(&self, key: &Key) {
        self.0.lock().unwrap().get_mut(key).unwrap().closed = true;
    }

    pub(crate) fn is_closed(&self, key: &Key) -> bool {
        self.0.lock().unwrap().get(key).is_some_and(|book| book.closed)
    }
}

/// Where a number stands: `12a`.
pub(crate) fn place_of(body: &Value) -> (i64, String) {
    (number(&body["number"]), body["suffix"].as_str().unwrap_or_default().to_owned())
}

/// Who keeps an agency's register on a day.
fn keeper(province: &Province, agency: usize, on: NaiveDate) -> usize {
    province.officer(province.now(agency, on), super::province::WRITER)
}

/// Reads a book by its printed sheet, and has the service count it; says how many lines it has.
pub(crate) async fn check(year: &Year, now: Now, key: &Key, book: &Book) -> usize {
    let clerk = keeper(&year.province, key.0, now.day);
    let sheet = year.read(clerk, &format!("/v1/registers/{}/sheet", book.id)).await.ok();
    let mut last = (0, String::new());
    let mut told = BTreeMap::new();
    for row in sheet["rows"].as_array().unwrap() {
        let place = place_of(row);
        let letter = match last.1.chars().next() {
            None => "a".to_owned(),
            Some(letter) => char::from_u32(u32::from(letter) + 1).unwrap().to_string(),
        };
        let follows = (place.0 == last.0 + 1 && place.1.is_empty()) || (place.0 == last.0 && place.1 == letter);
        assert!(follows, "{key:?}: {place:?} behind {last:?}");
        last.clone_from(&place);
        let line = match row["state"].as_str().unwrap() {
            "used" => Line::Used(text(&row["document_id"])),
            "void" => Line::Void,
            _ => Line::Reserved,
        };
        let note = text(&row["cells"][9]);
        assert_eq!(note.contains("HỦY SỐ"), line == Line::Void, "{key:?} {place:?}: {note}");
        assert_eq!(note.contains("Số chèn"), !place.1.is_empty() && line != Line::Void, "{key:?} {place:?}: {note}");
        if let Line::Used(_) = &line {
            let subject = text(&row["cells"][if key.1 == "incoming" { 5 } else { 2 }]);
            assert!(subject.contains("sự việc"), "{key:?} {place:?} says nothing: {row}");
        }
        told.insert(place, line);
    }
    assert_eq!(told, book.lines, "{key:?}: the sheet is what was answered");
    let most = book.lines.keys().map(|(number, _)| *number).max().unwrap_or_default();
    assert_eq!(number(&sheet["register"]["last_number"]), most, "{key:?}");
    let check = year.read(clerk, &format!("/v1/registers/{}/check", book.id)).await.ok();
    assert_eq!((&check["in_order"], &check["missing"]), (&json!(true), &json!([])), "{key:?}: {check}");
    assert_eq!(check["differing_documents"], json!([]), "{key:?}");
    let count =
        |wanted: fn(&Line) -> bool| i64::try_from(book.lines.values().filter(|line| wanted(line)).count()).unwrap();
    let counted = (count(|line| matches!(line, Line::Used(_))), count(|line| *line == Line::Void));
    assert_eq!((number(&check["used"]), number(&check["void"])), counted, "{key:?}");
    book.lines.len()
}

/// The sheet of some days has the lines of these days and no others; says how many.
pub(crate) async fn check_days(
    year: &Year,
    now: Now,
    key: &Key,
    book: &Book,
    (from, to): (NaiveDate, NaiveDate),
) -> usize {
    let clerk = keeper(&year.province, key.0, now.day);
    let sheet = year.read(clerk, &format!("/v1/registers/{}/sheet?from={from}&to={to}", book.id)).await.ok();
    let told: Vec<(i64, String)> = sheet["rows"].as_array().unwrap().iter().map(place_of).collect();
    let own = book.days.iter().filter(|(_, on)| from <= **on && **on <= to).map(|(place, _)| place.clone());
    let own: Vec<(i64, String)> = own.collect();
    assert_eq!(told, own, "{key:?} from {from} to {to}");
    own.len()
}

/// Closes a book of the year that has ended; a book with numbers that wait is refused first.
pub(crate) async fn close(year: &Year, now: Now, key: &Key, book: &Book) {
    let leader = year.province.officer(year.province.now(key.0, now.day), super::province::LEADER);
    let path = format!("/v1/registers/{}", book.id);
    let version = number(&year.read(leader, &path).await.ok()["version"]);
    let closing = format!("{path}/closing");
    let stranger = year.province.officer(if key.0 == 4 { 1 } else { 4 }, super::province::WRITER);
    let refused = year.ask(stranger, &closing, Some(version), &json!({})).await;
    assert!(matches!(refused.status, 403 | 404), "{key:?}: {}", refused.body);
    let reply = year.ask(leader, &closing, Some(version), &json!({"note": "Đã in và đóng dấu giáp lai"})).await;
    year.agree(&format!("closing {key:?}"), &reply, Ok(()));
    assert_eq!(reply.body["closing"]["last_number"], reply.body["last_number"]);
    year.registers.close(key);
    let again = year.ask(leader, &closing, Some(version), &json!({})).await;
    year.agree("closing again", &again, Err((409, "register.closed")));
    let check = year.read(leader, &format!("{path}/check")).await.ok();
    assert_eq!(check["agrees_with_journal"], json!(true), "{key:?}: {check}");
}
