//! What each line of an agencies file means once the whole file is read: a line may name a parent or successor that stands
//! further down.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use motcua_agencies::DatedCode;
use motcua_kernel::{Text, Uuid, new_id};

use super::lines::Row;
use super::store::HeldCode;
use crate::import_report::FileReport;

/// A line with everything it names found.
#[derive(Debug, Clone)]
pub(super) struct Planned {
    pub row: Row,
    pub agency: Uuid,
    pub parent: Option<Uuid>,
    pub successor: Option<Uuid>,
}

/// Who holds which code when: what is stored, with the lines of the file put over it.
pub(super) struct Book {
    held: HashMap<String, BTreeMap<Uuid, (NaiveDate, Option<NaiveDate>)>>,
}

impl Book {
    /// The codes that are stored.
    pub(super) fn new(stored: Vec<HeldCode>) -> Self {
        let mut book = Self { held: HashMap::new() };
        for (code, agency) in stored {
            book.put(&code, agency);
        }
        book
    }

    fn holder_since(&self, code: &DatedCode) -> Option<Uuid> {
        let holders = self.held.get(&code.code)?;
        holders.iter().find(|(_, (from, _))| *from == code.valid_from).map(|(agency, _)| *agency)
    }

    fn holder_on(&self, code: &str, on: NaiveDate) -> Option<Uuid> {
        let holders = self.held.get(code)?;
        let open = |days: &(NaiveDate, Option<NaiveDate>)| days.0 <= on && days.1.is_none_or(|end| on < end);
        holders.iter().find(|(_, days)| open(days)).map(|(agency, _)| *agency)
    }

    fn is_taken(&self, code: &DatedCode, agency: Uuid) -> bool {
        let others = self.held.get(&code.code).into_iter().flatten().filter(|(holder, _)| **holder != agency);
        let days = |(from, to): &(NaiveDate, Option<NaiveDate>)| DatedCode {
            code: code.code.clone(),
            valid_from: *from,
            valid_to: *to,
        };
        others.into_iter().any(|(_, held)| days(held).overlaps(code))
    }

    fn put(&mut self, code: &DatedCode, agency: Uuid) {
        self.held.entry(code.code.clone()).or_default().insert(agency, (code.valid_from, code.valid_to));
    }

    fn remove(&mut self, code: &DatedCode, agency: Uuid) {
        if let Some(holders) = self.held.get_mut(&code.code) {
            holders.remove(&agency);
        }
    }

    /// Finds for every line its agency, parent and successor; refuses those that name nobody.
    pub(super) fn plan(&mut self, rows: Vec<Row>, report: &mut FileReport) -> Vec<Planned> {
        let (known, new): (Vec<Row>, Vec<Row>) =
            rows.into_iter().partition(|row| self.holder_since(&row.code).is_some());
        let mut taken: Vec<(Uuid, bool, Row)> = Vec::new();
        // Known agencies first: a line that closes one frees its code for a line that opens another.
        for row in known.into_iter().chain(new) {
            let stored = self.holder_since(&row.code);
            if stored.is_some_and(|agency| taken.iter().any(|(other, ..)| *other == agency)) {
                report.refuse(row.line, repeated(&row.code));
                continue;
            }
            let agency = stored.unwrap_or_else(new_id);
            if self.is_taken(&row.code, agency) {
                report.refuse(row.line, code_taken(&row.code.code));
                continue;
            }
            self.put(&row.code, agency);
            taken.push((agency, stored.is_some(), row));
        }
        self.resolve(taken, report)
    }

    /// A line that is refused takes those with it that stand below it or were succeeded by it, so until nothing changes.
    fn resolve(&mut self, mut taken: Vec<(Uuid, bool, Row)>, report: &mut FileReport) -> Vec<Planned> {
        loop {
            let before = taken.len();
            let mut planned = Vec::with_capacity(before);
            let mut left = Vec::with_capacity(before);
            for (agency, is_known, row) in taken {
                match self.found(agency, &row) {
                    Ok((parent, successor)) => {
                        planned.push(Planned { row: row.clone(), agency, parent, successor });
                        left.push((agency, is_known, row));
                    }
                    Err(reason) => {
                        if !is_known {
                            self.remove(&row.code, agency);
                        }
                        report.refuse(row.line, reason);
                    }
                }
            }
            if left.len() == before {
                planned.sort_by_key(|planned| planned.row.line);
                return planned;
            }
            taken = left;
        }
    }

    fn found(&self, agency: Uuid, row: &Row) -> Result<(Option<Uuid>, Option<Uuid>), Text> {
        let nobody = |what: &str, vi: &str, code: &str, on: NaiveDate| {
            Text::new(
                format!("{vi} {code} không tồn tại vào ngày {on}."),
                format!("The {what} {code} does not exist on {on}."),
            )
        };
        let parent = match &row.parent_code {
            None => None,
            Some(code) => {
                let on = row.code.valid_from;
                Some(self.holder_on(code, on).ok_or_else(|| nobody("parent", "Cơ quan cấp trên", code, on))?)
            }
        };
        let successor = match (&row.successor, row.code.valid_to) {
            (Some(successor), Some(on)) => {
                let found = self.holder_on(&successor.code, on);
                let found = found.ok_or_else(|| nobody("successor", "Cơ quan kế thừa", &successor.code, on))?;
                if found == agency {
                    return Err(Text::new("Cơ quan không thể kế thừa chính nó.", "An agency can't succeed itself."));
                }
                Some(found)
            }
            _ => None,
        };
        Ok((parent, successor))
    }
}

fn repeated(code: &DatedCode) -> Text {
    Text::new(
        format!("Mã {} từ ngày {} đã có ở dòng khác.", code.code, code.valid_from),
        format!("The code {} since {} stands in another line.", code.code, code.valid_from),
    )
}

/// A code held by another agency on some of the same days.
pub(super) fn code_taken(code: &str) -> Text {
    Text::new(
        format!("Mã {code} thuộc về cơ quan khác trong cùng thời gian."),
        format!("Another agency holds the code {code} on some of these days."),
    )
}

#[cfg(test)]
mod tests {
    use super::super::lines::read;
    use super::*;

    const HEADER: &str = "code,name,name_en,kind,parent_code,valid_from,valid_to,successor_code,succession_kind,legal_basis,symbol,units,note\n";

    fn planned(lines: &str) -> (Vec<Planned>, FileReport) {
        let mut report = FileReport::new("test");
        let rows = read(format!("{HEADER}{lines}").as_bytes(), &mut report).unwrap();
        let planned = Book::new(Vec::new()).plan(rows, &mut report);
        (planned, report)
    }

    #[test]
    fn parents_and_successors_may_stand_further_down_and_mean_the_holder_on_the_day() {
        let (planned, report) = planned(
            "H50,Tỉnh cũ,,province,,1989-07-01,2025-07-01,H50,merged_into,202/2025/QH15,UBND,45,\n\
             H50.04,Sở cũ,,department,H50,1989-07-01,2025-07-01,H50.04,merged_into,202/2025/QH15,STC,45,\n\
             H50.04,Sở mới,,department,H50,2025-07-01,,,,,STC,44,\n\
             H50,Tỉnh mới,,province,,2025-07-01,,,,,UBND,44,\n",
        );
        assert!(report.refused.is_empty(), "{report:?}");
        let [old, old_department, department, new] = planned.as_slice() else { panic!("four lines") };
        assert_eq!((old.successor, old_department.successor), (Some(new.agency), Some(department.agency)));
        assert_eq!((old_department.parent, department.parent), (Some(old.agency), Some(new.agency)));
        assert_ne!(old.agency, new.agency);
    }

    #[test]
    fn a_line_that_names_nobody_is_refused_with_everything_that_hangs_on_it() {
        let (planned, report) = planned(
            "H50,Tỉnh,,province,,2025-07-01,,,,,UBND,,\n\
             H50.01,A,,department,H99,2025-07-01,,,,,A,,\n\
             H50.01.02,B,,other,H50.01,2025-07-01,,,,,B,,\n\
             H50.03,C,,department,H50,2025-07-01,2026-01-01,H50.01,merged_into,x,C,,\n\
             H50.05,D,,department,H50,2025-06-30,,,,,D,,\n",
        );
        assert_eq!(planned.len(), 1);
        assert_eq!(report.refused.iter().map(|remark| remark.line).collect::<Vec<_>>(), [3, 4, 5, 6]);
    }

    #[test]
    fn a_code_twice_at_once_is_refused_and_one_after_the_other_is_not() {
        let (planned, report) = planned(
            "H50,A,,province,,2020-01-01,2025-07-01,,,,UBND,,\n\
             H50,B,,province,,2025-06-30,,,,,UBND,,\n\
             H50,C,,province,,2025-07-01,,,,,UBND,,\n\
             H50,D,,province,,2025-07-01,,,,,UBND,,\n",
        );
        assert_eq!(planned.iter().map(|row| row.row.name.as_str()).collect::<Vec<_>>(), ["A", "C"]);
        assert_eq!(report.refused.iter().map(|remark| remark.line).collect::<Vec<_>>(), [3, 5]);
    }

    #[test]
    fn a_succession_without_its_day_or_kind_is_refused() {
        let (planned, report) = planned(
            "H50,A,,province,,2020-01-01,,H51,merged_into,x,UBND,,\n\
             H51,B,,province,,2020-01-01,2025-07-01,H52,,x,UBND,,\n\
             H52,C,,province,,2020-01-01,2025-07-01,H51,swallowed,x,UBND,,\n\
             H53,D,,kingdom,,2020-01-01,,,,,UBND,,\n\
             H54,E,,province,,01/01/2020,,,,,UBND,,\n",
        );
        assert!(planned.is_empty());
        assert_eq!(report.refused.len(), 5);
    }
}
