//! Patterns of `LIKE` over texts that were folded when they were stored: names of agencies and places.

use motcua_kernel::text;

/// The pattern of `LIKE … ESCAPE '\'` for texts that contain this one, without regard to case and diacritics.
pub(crate) fn contains(searched: &str) -> String {
    format!("%{}%", literal(&text::fold(searched)))
}

/// The pattern of `LIKE … ESCAPE '\'` for texts that begin with this one.
pub(crate) fn begins_with(searched: &str) -> String {
    format!("{}%", literal(searched))
}

fn literal(text: &str) -> String {
    let mut literal = String::with_capacity(text.len());
    for character in text.chars() {
        if matches!(character, '%' | '_' | '\\') {
            literal.push('\\');
        }
        literal.push(character);
    }
    literal
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
