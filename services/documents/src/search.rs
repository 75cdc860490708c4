//! Search in texts that were folded when they were stored.

use motcua_kernel::text;

/// The pattern of `LIKE … ESCAPE '\'` for texts that contain this one, without regard to case and diacritics.
pub(crate) fn contains(searched: &str) -> String {
    let mut pattern = String::from("%");
    for character in text::fold(searched).chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_like_would_read_as_a_wildcard_is_only_itself() {
        assert_eq!(contains(" Quảng Trị"), "%quang tri%");
        assert_eq!(contains("100%_\\"), "%100\\%\\_\\\\%");
    }
}
