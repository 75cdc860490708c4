//! The elements every installation begins with: what the digital transformation index asks for and no system knows.

use motcua_db::{Db, Failure, is_unique_violation};
use motcua_journal::{Journal, Moment, Stamp};
use motcua_kernel::{Error, Result, Uuid, new_id};

use super::define;
use super::facts;
use super::http::definitions::ElementDefinition;
use super::store::elements;

/// The shipped definitions.
const SHIPPED: &str = include_str!("../../elements/dti.json");

/// Defines the shipped elements that a tenant does not have. One that is there stays as it is: it may have been defined
/// anew since.
///
/// # Errors
/// When the database fails.
pub(crate) async fn ship(db: &Db, journal: &Journal, tenant: Uuid) -> Result<()> {
    let definitions = read()?;
    let (clock, journal) = (db.clock.clone(), journal.clone());
    let shipped = db.write("data_elements_ship", move |tx| {
        let stamp = Stamp::by_service(journal.service(), tenant, &clock);
        for definition in &definitions {
            if elements::named(tx, tenant, &definition.code)?.is_none() {
                let row = define::row(new_id(), tenant, 1, definition.clone(), Moment::of(&clock).now)?;
                match elements::insert(tx, &row) {
                    Err(Failure::Database(error)) if is_unique_violation(&error) => return Err(by_another().into()),
                    other => other?,
                }
                facts::tell_element(tx, &journal, &stamp, &row)?;
            }
        }
        Ok(())
    });
    match shipped.await {
        // Two copies of the service that start at once ship the same: whichever was later has nothing left to do.
        Err(error) if error.code == SHIPPED_ALREADY => Ok(()),
        other => other,
    }
}

/// What one copy says to itself when another one was first.
const SHIPPED_ALREADY: &str = "data_elements.shipped";

fn by_another() -> Error {
    Error::conflict(
        SHIPPED_ALREADY,
        "Bản khác của dịch vụ vừa nạp.",
        "Another copy of the service has just shipped them.",
    )
}

fn read() -> Result<Vec<ElementDefinition>> {
    serde_json::from_str(SHIPPED).map_err(Error::internal)
}

#[cfg(test)]
mod tests {
    use motcua_kernel::Clock;

    use super::super::judge::RuleBook;
    use super::*;
    use crate::definitions::SHIPPED as SHIPPED_SETS;

    #[test]
    fn the_shipped_elements_are_defined_without_fault() {
        let now = Moment::of(&Clock::new()).now;
        let rows = read().unwrap().into_iter().map(|definition| {
            let code = definition.code.clone();
            define::row(new_id(), Uuid::nil(), 1, definition, now).map_err(|error| format!("{code}: {error}")).unwrap()
        });
        let rows: Vec<_> = rows.collect();
        assert!(rows.len() >= 10);
        assert!(RuleBook::new(&rows).unwrap().is_ok());
    }

    #[test]
    fn what_the_shipped_sets_ask_for_can_be_entered() {
        let elements = read().unwrap();
        for (file, text) in SHIPPED_SETS {
            let set = crate::definitions::read(text).unwrap();
            for asked in &set.elements {
                let element = elements.iter().find(|element| element.code == asked.code);
                let element = element.unwrap_or_else(|| panic!("{file}: nobody can enter {}", asked.code));
                assert_eq!(element.kind.as_str(), asked.kind.as_str(), "{file}: {}", asked.code);
            }
        }
    }
}
