//! How a page was asked for: language, theme, who looks, and what its links must carry on.

use form_urlencoded::{Serializer, byte_serialize};
use motcua_kernel::Text;
use motcua_kernel::text::Language;

/// Colours of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// As the reader's system has it.
    #[default]
    System,
    /// Light (nền sáng).
    Light,
    /// Dark (nền tối).
    Dark,
}

impl Theme {
    /// The word as the address has it; none for what needs no word.
    #[must_use]
    pub fn as_str(self) -> Option<&'static str> {
        match self {
            Self::System => None,
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
        }
    }
}

/// Who looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Audience {
    /// Anybody: sums alone, no record.
    #[default]
    Public,
    /// A caller with a token: the records behind a figure as well.
    Internal,
}

/// How a page was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct View {
    /// In which language.
    pub language: Language,
    /// In which colours.
    pub theme: Theme,
    /// By whom.
    pub audience: Audience,
    /// The set that was asked for; links keep it.
    pub set: Option<String>,
    /// The period that was asked for; links keep it.
    pub period: Option<String>,
    /// The agency whose figure an indicator's page explains, where one was asked for; only that page keeps it.
    pub agency: Option<String>,
}

impl View {
    /// One of two wordings.
    #[must_use]
    pub fn say<'t>(&self, vi: &'t str, en: &'t str) -> &'t str {
        match self.language {
            Language::Vietnamese => vi,
            Language::English => en,
        }
    }

    /// The wording of a text.
    #[must_use]
    pub fn text<'t>(&self, text: &'t Text) -> &'t str {
        text.in_language(self.language)
    }

    /// Code of the language, as HTML has it.
    #[must_use]
    pub fn language_code(&self) -> &'static str {
        self.say("vi", "en")
    }

    /// The address of this page with something changed; an empty value takes a parameter away.
    #[must_use]
    pub fn this_page(&self, more: &[(&str, &str)]) -> String {
        let mut kept: Vec<(&str, &str)> = self.agency.iter().map(|agency| ("agency", agency.as_str())).collect();
        kept.retain(|(name, _)| !more.iter().any(|(other, _)| other == name));
        let query = self.query(&[&kept, more].concat());
        // A bare `?` is this page without a query; an empty address would keep the one it has.
        if query.is_empty() { "?".to_owned() } else { query }
    }

    /// The query of a link: what was asked for, and what the link adds.
    #[must_use]
    pub fn query(&self, more: &[(&str, &str)]) -> String {
        let mut query = Serializer::new(String::new());
        let kept = [
            ("set", self.set.as_deref()),
            ("period", self.period.as_deref()),
            ("lang", (self.language == Language::English).then_some("en")),
            ("theme", self.theme.as_str()),
        ];
        let said = |name: &str| more.iter().any(|(other, _)| *other == name);
        query.extend_pairs(
            kept.iter().filter(|(name, _)| !said(name)).filter_map(|(name, value)| Some((name, (*value)?))),
        );
        query.extend_pairs(more.iter().filter(|(_, value)| !value.is_empty()));
        let query = query.finish();
        if query.is_empty() { query } else { format!("?{query}") }
    }
}

/// Where a page stands below the folder of the pages: links are relative, so that pages work under any address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place(pub &'static str);

impl Place {
    /// `…/operations`.
    pub const OPERATIONS: Self = Self("");
    /// `…/agencies/{code}`.
    pub const AGENCY: Self = Self("../");
    /// `…/indicators/{set}/{indicator}`.
    pub const INDICATOR: Self = Self("../../");

    /// Address of the operations centre.
    #[must_use]
    pub fn operations(self, view: &View) -> String {
        format!("{}operations{}", self.0, view.query(&[]))
    }

    /// Address of an agency's page.
    #[must_use]
    pub fn agency(self, view: &View, code: &str) -> String {
        format!("{}agencies/{}{}", self.0, segment(code), view.query(&[]))
    }

    /// Address of an indicator's page, for an agency.
    #[must_use]
    pub fn indicator(self, view: &View, set: &str, code: &str, agency: &str) -> String {
        // The set stands in the path.
        let query = view.query(&[("set", ""), ("agency", agency)]);
        format!("{}indicators/{}/{}{query}", self.0, segment(set), segment(code))
    }
}

fn segment(text: &str) -> String {
    byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_keep_what_was_asked_for_and_nothing_else() {
        let plain = View::default();
        assert_eq!(Place::OPERATIONS.agency(&plain, "H50.12"), "agencies/H50.12");
        let asked = View {
            language: Language::English,
            theme: Theme::Dark,
            set: Some("qd766".to_owned()),
            period: Some("2026-11".to_owned()),
            ..View::default()
        };
        assert_eq!(Place::AGENCY.operations(&asked), "../operations?set=qd766&period=2026-11&lang=en&theme=dark");
        let link = Place::OPERATIONS.indicator(&asked, "qd766", "3.1", "H50");
        assert_eq!(link, "indicators/qd766/3.1?period=2026-11&lang=en&theme=dark&agency=H50");
        assert_eq!(asked.query(&[("lang", ""), ("period", "2026-10")]), "?set=qd766&theme=dark&period=2026-10");
        let of_agency = View { agency: Some("H50.12".to_owned()), ..plain.clone() };
        assert_eq!(of_agency.this_page(&[("theme", "light")]), "?agency=H50.12&theme=light");
        assert_eq!((plain.this_page(&[]), of_agency.query(&[])), ("?".to_owned(), String::new()));
    }

    #[test]
    fn what_stands_in_a_path_can_not_leave_it() {
        assert_eq!(Place::OPERATIONS.agency(&View::default(), "../a b?c"), "agencies/..%2Fa%20b%3Fc");
    }
}
