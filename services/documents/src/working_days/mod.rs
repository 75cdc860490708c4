//! The working days (ngày làm việc) by which the deadlines of documents count: the clock of the legal terms over the
//! calendar of an agency.
//!
//! "The same day, at the latest the next working day" (Decree 30/2020/NĐ-CP, Articles 15, 18, 23) is [`WorkingDays::due`]
//! with one day.

use std::sync::Arc;

use motcua_clock::{Calendar, ClockError, OfficeHours, Term};
use motcua_db::{Conn, TxResult};
use motcua_kernel::{BusinessTime, Error, Result, Uuid};

/// Counts the deadlines of documents.
#[derive(Debug, Clone)]
pub struct WorkingDays {
    national: Arc<Calendar>,
}

impl WorkingDays {
    /// Over the calendars that come with the program.
    ///
    /// # Errors
    /// When those are faulty, which tests rule out.
    pub fn new() -> Result<Self> {
        Ok(Self { national: Arc::new(Calendar::embedded().map_err(Error::internal)?) })
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

    fn after(
        &self,
        _conn: &mut Conn,
        _tenant: Uuid,
        _agency: Uuid,
        from: BusinessTime,
        term: Term,
    ) -> TxResult<BusinessTime> {
        let due = motcua_clock::due(from.0, term, &self.national, &OfficeHours::default());
        Ok(BusinessTime(due.map_err(|error| refused(&error))?.due_at))
    }
}

fn refused(error: &ClockError) -> Error {
    Error::conflict(
        error.code(),
        format!("Không tính được thời hạn: {}.", error.vi()),
        format!("The deadline can't be counted: {error}."),
    )
}
