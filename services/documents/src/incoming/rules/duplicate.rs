//! When two documents are the same: number, notation and issuer in one year (Decree 30/2020/NĐ-CP, Annex VI, Part I).

use chrono::NaiveDate;
use motcua_kernel::text::{fold, normalise};
use motcua_kernel::{Uuid, Vault};

/// Who issued a document: the agency where it is known, else the name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Issuer<'a> {
    /// An agency of this installation.
    Agency(Uuid),
    /// Anybody else, as written.
    Name(&'a str),
}

/// The key by which two rows of one agency are found to be the same document; none of one without number and notation.
///
/// It is a keyed hash, because the name of an issuer may be that of a person. Case counts in it (`QyĐ` is not `QYĐ`), so
/// what is hashed is written in digits first: a look-up hash has no capitals.
pub(crate) fn duplicate_key(
    vault: &Vault,
    number: &str,
    notation: &str,
    issuer: &Issuer<'_>,
    day: NaiveDate,
) -> Option<String> {
    if number.is_empty() && notation.is_empty() {
        return None;
    }
    let issuer = match issuer {
        Issuer::Agency(id) => id.to_string(),
        Issuer::Name(name) => fold(name),
    };
    let said = format!("{}\n{}\n{issuer}\n{}", bare_number(number), written_alike(notation), day.format("%Y"));
    Some(vault.lookup("incoming_documents.duplicate_key", &hex::encode(said)))
}

/// `05` and `5` are one number.
fn bare_number(number: &str) -> String {
    let number = written_alike(number);
    let bare = number.trim_start_matches('0');
    if bare.is_empty() { number } else { bare.to_owned() }
}

/// A notation as it is compared: one normal form, and the letter eth, which looks the same and turns up in real lists, is
/// read as the Đ it was meant for. White space inside is a slip.
fn written_alike(text: &str) -> String {
    let same = |character| match character {
        'Ð' => 'Đ',
        'ð' => 'đ',
        other => other,
    };
    normalise(text).chars().filter(|character| !character.is_whitespace()).map(same).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn key(number: &str, notation: &str, issuer: &Issuer<'_>, day: &str) -> Option<String> {
        let vault = Vault::new(&BTreeMap::from([(1, vec![1; 32])]), &[2; 32]).unwrap();
        duplicate_key(&vault, number, notation, issuer, day.parse().unwrap())
    }

    #[test]
    fn letters_that_look_alike_and_normal_forms_are_one_and_case_is_not() {
        let issuer = Issuer::Name("Sở Xây dựng");
        let of = |number: &str, notation: &str| key(number, notation, &issuer, "2026-11-21").unwrap();
        assert_eq!(of("05", "QĐ-UBND"), of("5", "Q\u{d0}-UBND"));
        assert_eq!(of("5", "TTr-SNN&MT"), of("5", "TTr - SNN&MT"));
        assert_eq!(of("5", "QyĐ-Ủy"), of("5", "QyĐ-U\u{309}y"));
        assert_ne!(of("5", "QyĐ-UBND"), of("5", "QYĐ-UBND"));
        assert_ne!(of("5", "ĐA-UBND"), of("5", "DA-UBND"));
        assert_ne!(of("5", "QĐ-UBND"), of("50", "QĐ-UBND"));
    }

    #[test]
    fn issuer_and_year_are_part_of_it() {
        let (name, agency) = (Issuer::Name("Sở Xây dựng"), Issuer::Agency(Uuid::from_u128(1)));
        let of = |issuer: &Issuer<'_>, day: &str| key("5", "QĐ", issuer, day).unwrap();
        assert_eq!(of(&name, "2026-01-01"), of(&Issuer::Name("sở  xây DỰNG"), "2026-12-31"));
        assert_ne!(of(&name, "2026-01-01"), of(&name, "2025-12-31"));
        assert_ne!(of(&name, "2026-01-01"), of(&agency, "2026-01-01"));
        assert_eq!(key("", "", &name, "2026-01-01"), None);
    }
}
