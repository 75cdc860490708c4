//! Following a dossier without login (tra cứu hồ sơ): what a citizen sees on a telephone with the reference they got at
//! submission.
//!
//! The code of a dossier can be guessed, so the secret is the tracking reference: ten signs out of thirty. It stands in
//! the body of a POST and in no address. A wrong reference and a right one with a wrong code are the same 404 after the
//! same time, and whoever guesses is slowed down. The answer names no person: not the applicant, not an officer. After
//! Decree 224/2026/NĐ-CP, article 15.

pub mod http;
pub mod view;

mod guard;
mod read;
mod words;

use motcua_db::{Conn, TxResult};
use motcua_kernel::{Error, Uuid};

use crate::dossiers::Dossiers;
use crate::dossiers::store::DossierRow;

pub(crate) use guard::Guard;

/// How many signs a tracking reference has.
const SIGNS: usize = 10;

/// What the room works with.
#[derive(Clone)]
pub struct Tracking {
    pub(crate) dossiers: Dossiers,
    /// The installation's tenant: nobody says another one without a token.
    pub(crate) tenant: Uuid,
    pub(crate) guard: Guard,
}

impl Tracking {
    /// The room over a service's dossiers.
    #[must_use]
    pub fn new(dossiers: Dossiers, tenant: Uuid) -> Self {
        Self { dossiers, tenant, guard: Guard::new() }
    }
}

/// A tracking reference as it is stored, from how people type it: small letters, blanks and dashes do not matter.
pub(crate) fn canonical(reference: &str) -> Option<String> {
    let mut signs = reference.chars().filter(|c| !c.is_whitespace() && *c != '-').map(|c| c.to_ascii_uppercase());
    let kept: Vec<char> = signs.by_ref().take(SIGNS).collect();
    let fits = kept.len() == SIGNS && signs.next().is_none() && kept.iter().all(char::is_ascii_alphanumeric);
    fits.then(|| kept.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-"))
}

/// The dossier with a reference, and with this code if one is given: one statement, whatever is wrong.
pub(crate) fn find(conn: &mut Conn, tenant: Uuid, reference: &str, code: Option<&str>) -> TxResult<Option<DossierRow>> {
    let row = crate::dossiers::store::by_tracking_reference(conn, tenant, reference)?;
    Ok(row.filter(|row| code.is_none_or(|code| row.code.as_deref() == Some(code))))
}

/// No such pair.
pub(crate) fn unknown() -> Error {
    let mut error = Error::not_found();
    error.code = "tracking.unknown".into();
    error.detail = motcua_kernel::Text::new(
        "Không có hồ sơ với mã tra cứu này. Hãy xem lại mã trên giấy tiếp nhận hoặc tin nhắn.",
        "There is no dossier with this reference. Please look at your receipt or message again.",
    );
    error
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_read_as_people_type_it() {
        for typed in ["7F3K-9Q2M-XA", "7f3k9q2mxa", " 7F3K 9Q2M XA "] {
            assert_eq!(canonical(typed).unwrap(), "7F3K-9Q2M-XA");
        }
        for wrong in ["", "7F3K-9Q2M-X", "7F3K-9Q2M-XAB", "7F3K-9Q2M-XÁ", "7F3K_9Q2MX"] {
            assert_eq!(canonical(wrong), None, "{wrong}");
        }
    }
}
