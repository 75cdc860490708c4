//! What a unit is, how its names are cleaned, and when two rows mean the same unit.

use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;
use motcua_kernel::Text;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Level of an administrative unit (cấp hành chính).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Province or city under the central government (tỉnh, thành phố).
    Province,
    /// District (huyện, quận, thị xã), abolished on 1 July 2025.
    District,
    /// Commune, ward or special zone (xã, phường, đặc khu); before July 2025 also a township (thị trấn).
    Commune,
}

impl Level {
    /// The word as columns and files write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Province => "province",
            Self::District => "district",
            Self::Commune => "commune",
        }
    }

    /// How many digits a code of this level has.
    fn digits(self) -> usize {
        match self {
            Self::Province => 2,
            Self::District => 3,
            Self::Commune => 5,
        }
    }

    /// Whether a text can be a code of this level. Leading zeros belong to it.
    pub(crate) fn takes(self, code: &str) -> bool {
        code.len() == self.digits() && code.bytes().all(|byte| byte.is_ascii_digit())
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Level {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        [Self::Province, Self::District, Self::Commune]
            .into_iter()
            .find(|level| level.as_str() == text)
            .ok_or_else(|| format!("unknown level `{text}`: one of province, district, commune"))
    }
}

/// How much of a unit went to a successor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// All of it.
    Full,
    /// One of several pieces.
    Partial,
}

impl Part {
    /// The word as columns and files write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Partial => "partial",
        }
    }
}

impl FromStr for Part {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "full" => Ok(Self::Full),
            "partial" => Ok(Self::Partial),
            _ => Err(format!("unknown part `{text}`: one of full, partial")),
        }
    }
}

/// A unit as a file or the database tells of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UnitRecord {
    pub level: Level,
    pub code: String,
    pub name: String,
    pub full_name: String,
    pub full_name_en: String,
    pub kind: String,
    pub parent_code: Option<String>,
    pub province_code: Option<String>,
    /// None when nobody recorded it.
    pub valid_from: Option<NaiveDate>,
    pub valid_to: Option<NaiveDate>,
    pub resolution: String,
}

impl UnitRecord {
    /// Whether it is valid on a day.
    pub(super) fn is_valid(&self, on: NaiveDate) -> bool {
        self.valid_from.is_none_or(|start| start <= on) && self.valid_to.is_none_or(|end| on < end)
    }

    /// A day on which it is valid: the last of a unit that ended, the first of one that goes on.
    pub(super) fn one_day(&self) -> Option<NaiveDate> {
        self.valid_to.map_or(self.valid_from, |end| end.pred_opt())
    }

    /// Whether both are valid on some day. Two units of a level and code that are can only be one.
    pub(super) fn overlaps(&self, other: &Self) -> bool {
        let before = |one: &Self, two: &Self| match (one.valid_to, two.valid_from) {
            (Some(end), Some(start)) => end <= start,
            _ => false,
        };
        !before(self, other) && !before(other, self)
    }

    /// What is known after a row was read: what the row leaves empty stays as it was.
    pub(super) fn with(&self, row: &Self) -> Self {
        let text = |new: &String, old: &String| if new.is_empty() { old.clone() } else { new.clone() };
        Self {
            level: self.level,
            code: self.code.clone(),
            name: text(&row.name, &self.name),
            full_name: text(&row.full_name, &self.full_name),
            full_name_en: text(&row.full_name_en, &self.full_name_en),
            kind: text(&row.kind, &self.kind),
            parent_code: row.parent_code.clone().or_else(|| self.parent_code.clone()),
            province_code: row.province_code.clone().or_else(|| self.province_code.clone()),
            valid_from: row.valid_from.or(self.valid_from),
            valid_to: row.valid_to,
            resolution: text(&row.resolution, &self.resolution),
        }
    }
}

/// The types of units, as full names begin. A type that begins like another stands before it.
const TYPES: [&str; 9] = ["thành phố", "thị trấn", "thị xã", "đặc khu", "phường", "huyện", "quận", "tỉnh", "xã"];

/// The type a full name begins with, and the rest: `Phường Đông Hà` is `phường` and `Đông Hà`.
pub(crate) fn split_full_name(full_name: &str) -> Option<(&'static str, &str)> {
    TYPES.into_iter().find_map(|kind| {
        let end = full_name.char_indices().nth(kind.chars().count()).map(|(at, _)| at)?;
        let (front, rest) = full_name.split_at_checked(end)?;
        let rest = rest.strip_prefix(' ')?;
        (front.to_lowercase() == kind && !rest.is_empty()).then_some((kind, rest))
    })
}

/// Names as they should be written, and what was wrong with them in the file.
pub(crate) struct CleanNames {
    pub name: String,
    pub full_name: String,
    pub kind: String,
    pub warning: Option<Text>,
}

/// Cleans the three names of a unit. The full name is believed: it is what people write.
pub(crate) fn clean_names(name: &str, full_name: &str, kind: &str) -> Result<CleanNames, Text> {
    let Some((true_kind, rest)) = split_full_name(full_name) else {
        return Err(Text::new(
            format!("Tên đầy đủ “{full_name}” không bắt đầu bằng loại đơn vị hành chính."),
            format!("The full name “{full_name}” does not begin with a type of unit."),
        ));
    };
    let mut letters = true_kind.chars();
    let capital: String = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
    let clean = format!("{capital} {rest}");
    let told = kind.to_lowercase();
    // A city under the central government is a city.
    let kind_fits = told.is_empty() || told == true_kind || told == format!("{true_kind} trung ương");
    let warning = if !kind_fits {
        Some(Text::new(
            format!("Loại “{kind}” không khớp với tên đầy đủ “{full_name}”; lấy theo tên đầy đủ."),
            format!("The type “{kind}” does not fit the full name “{full_name}”, which is believed."),
        ))
    } else if !name.is_empty() && name != rest {
        Some(Text::new(
            format!("Tên “{name}” không khớp với tên đầy đủ “{full_name}”; lấy “{rest}”."),
            format!("The name “{name}” does not fit the full name “{full_name}”; “{rest}” is taken."),
        ))
    } else {
        None
    };
    Ok(CleanNames { name: rest.to_owned(), full_name: clean, kind: true_kind.to_owned(), warning })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(from: Option<&str>, to: Option<&str>) -> UnitRecord {
        UnitRecord {
            level: Level::Commune,
            code: "19333".into(),
            name: "Đông Hà".into(),
            full_name: "Phường Đông Hà".into(),
            full_name_en: String::new(),
            kind: "phường".into(),
            parent_code: Some("44".into()),
            province_code: Some("44".into()),
            valid_from: from.map(|day| day.parse().unwrap()),
            valid_to: to.map(|day| day.parse().unwrap()),
            resolution: "1680/NQ-UBTVQH15".into(),
        }
    }

    #[test]
    fn full_names_split_after_their_type() {
        assert_eq!(split_full_name("Thị Trấn Mường Chà"), Some(("thị trấn", "Mường Chà")));
        assert_eq!(split_full_name("Thành phố Huế"), Some(("thành phố", "Huế")));
        assert_eq!(split_full_name("Xã Ea H'Leo"), Some(("xã", "Ea H'Leo")));
        assert_eq!(split_full_name("ĐẶC KHU Cồn Cỏ"), Some(("đặc khu", "Cồn Cỏ")));
        for not_a_name in ["Xã", "Xã ", "Xãm Mới", "Đông Hà", ""] {
            assert_eq!(split_full_name(not_a_name), None, "{not_a_name}");
        }
    }

    #[test]
    fn the_full_name_is_believed_and_what_contradicts_it_is_told() {
        let names = clean_names("Thị Trấn Mường Chà", "Thị Trấn Mường Chà", "Thị trấn").unwrap();
        assert_eq!((names.name.as_str(), names.full_name.as_str()), ("Mường Chà", "Thị trấn Mường Chà"));
        assert!(names.warning.is_some());
        let ward = clean_names("5", "Phường 5", "Xã").unwrap();
        assert_eq!((ward.kind.as_str(), ward.warning.is_some()), ("phường", true));
        let city = clean_names("Hà Nội", "Thành phố Hà Nội", "Thành phố Trung ương").unwrap();
        assert_eq!((city.kind.as_str(), city.warning.is_none()), ("thành phố", true));
        assert!(clean_names("Đông Hà", "Đông Hà", "phường").is_err());
    }

    #[test]
    fn units_of_one_code_are_the_same_only_when_their_days_meet() {
        let old = unit(None, Some("2025-07-01"));
        let new = unit(Some("2025-07-01"), None);
        assert!(!old.overlaps(&new) && !new.overlaps(&old));
        assert!(old.overlaps(&unit(Some("1989-07-01"), Some("2025-07-01"))));
        assert!(new.overlaps(&unit(None, None)));
        assert_eq!(old.one_day().unwrap().to_string(), "2025-06-30");
        assert_eq!(new.one_day().unwrap().to_string(), "2025-07-01");
        assert!(!old.is_valid("2025-07-01".parse().unwrap()) && new.is_valid("2025-07-01".parse().unwrap()));
    }

    #[test]
    fn what_a_row_leaves_empty_stays_known() {
        let known = unit(Some("1989-07-01"), Some("2025-07-01"));
        let row = UnitRecord { resolution: String::new(), parent_code: None, ..unit(None, Some("2025-07-01")) };
        assert_eq!(known.with(&row), known);
    }

    #[test]
    fn codes_have_the_digits_of_their_level() {
        assert!(Level::Province.takes("01") && Level::District.takes("001") && Level::Commune.takes("00001"));
        assert!(!Level::Province.takes("1") && !Level::Commune.takes("0000A") && !Level::District.takes("٠٠١"));
    }
}
