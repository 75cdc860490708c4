//! The working days (ngày làm việc) by which the deadlines of documents count: the clock of the legal terms over the
//! calendar that reaches an agency.
//!
//! The calendars are those of `procedures`, known here by following its feed: an agency that a storm closes closes for
//! documents as well. While `procedures` is away, what was heard last goes on holding.
//!
//! "The same day, at the latest the next working day" (Decree 30/2020/NĐ-CP, Articles 15, 18, 23) is
//! [`WorkingDays::by_urgency`].

use motcua_calendars::Known;
use motcua_clock::vietnam_time::to_instant;
use motcua_clock::{ClockError, Term};
use motcua_db::{Conn, Failure, TxResult};
use motcua_kernel::{BusinessTime, Error, Result, Uuid};

use crate::marks::Urgency;

/// Counts the deadlines of documents.
#[derive(Debug, Clone)]
pub struct WorkingDays {
    calendars: Known,
}

impl WorkingDays {
    /// Over the calendars the service knows.
    ///
    /// # Errors
    /// When the calendars that come with the program are faulty, which tests rule out.
    pub fn new() -> Result<Self> {
        Ok(Self { calendars: Known::new()? })
    }

    /// When something is due that an agency has so many working days for, at least one: the end of office hours of the
    /// last of them. The day of `from` does not count.
    ///
    /// # Errors
    /// `clock.year_not_covered` when the count reaches a year nobody has decreed yet.
    pub fn due(
        &self,
        conn: &mut Conn,
        tenant: Uuid,
        agency: Uuid,
        from: BusinessTime,
        working_days: u32,
    ) -> TxResult<BusinessTime> {
        self.after(conn, tenant, agency, from, Term::working_days(working_days))
    }

    /// When something is due that an agency has so many working hours for, at least one.
    ///
    /// # Errors
    /// As [`WorkingDays::due`].
    pub fn due_in_hours(
        &self,
        conn: &mut Conn,
        tenant: Uuid,
        agency: Uuid,
        from: BusinessTime,
        hours: u32,
    ) -> TxResult<BusinessTime> {
        self.after(conn, tenant, agency, from, Term::working_hours(hours))
    }

    /// By when something is to be done that is done at once for an urgent document, and by the end of the next working day
    /// for another (Decree 30/2020/NĐ-CP, Articles 4.2, 18, 23); none where that lies in a year nobody has decreed yet,
    /// because the document goes its way all the same.
    ///
    /// # Errors
    /// When the database fails.
    pub fn by_urgency(
        &self,
        conn: &mut Conn,
        tenant: Uuid,
        agency: Uuid,
        from: BusinessTime,
        urgency: Urgency,
    ) -> TxResult<Option<BusinessTime>> {
        let counted = match urgency.working_hours_at_once() {
            Some(hours) => self.due_in_hours(conn, tenant, agency, from, hours),
            None => self.next_working_day(conn, tenant, agency, from),
        };
        match counted {
            Err(Failure::Refused(error)) if error.code == "clock.year_not_covered" => Ok(None),
            counted => counted.map(Some),
        }
    }

    /// The end of office hours of the first working day after the calendar day of an act: what is done on a Friday evening
    /// or on a Saturday is followed up on Monday. The clock of terms would move such an act to Monday and add a day.
    fn next_working_day(
        &self,
        conn: &mut Conn,
        tenant: Uuid,
        agency: Uuid,
        from: BusinessTime,
    ) -> TxResult<BusinessTime> {
        let view = self.calendars.view(conn, tenant, agency)?;
        let next = || -> std::result::Result<BusinessTime, ClockError> {
            let mut day = from.day_in_vietnam();
            loop {
                day = view.calendar.next_working(day)?;
                // On a half day an office may never work that half.
                let sessions = view.office_hours.sessions_of(view.calendar.worked_part(day)?);
                if let Some(last) = sessions.last() {
                    return Ok(BusinessTime(to_instant(day.and_time(last.closes))?));
                }
            }
        };
        Ok(next().map_err(|error| refused(&error))?)
    }

    fn after(
        &self,
        conn: &mut Conn,
        tenant: Uuid,
        agency: Uuid,
        from: BusinessTime,
        term: Term,
    ) -> TxResult<BusinessTime> {
        let view = self.calendars.view(conn, tenant, agency)?;
        let due =
            motcua_clock::due(from.0, term, &view.calendar, &view.office_hours).map_err(|error| refused(&error))?;
        Ok(BusinessTime(due.due_at))
    }
}

fn refused(error: &ClockError) -> Error {
    Error::conflict(
        error.code(),
        format!("Không tính được thời hạn: {}.", error.vi()),
        format!("The deadline can't be counted: {error}."),
    )
}
