//! The closed vocabularies of a procedure: level, kind, audience.
//!
//! The source writes them as free text with varying capitals; a label that is not in the lists below is kept in the raw
//! text and reported, never mapped to its nearest neighbour.

use serde::{Deserialize, Serialize};

use super::{notes::Notes, warning::WarningCode};

/// Level of government that carries a procedure out (cấp thực hiện).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Ministry (cấp bộ).
    Ministry,
    /// Province (cấp tỉnh).
    Province,
    /// District (cấp huyện), abolished on 1 July 2025.
    District,
    /// Commune (cấp xã).
    Commune,
    /// Another body (cơ quan khác).
    OtherBody,
}

/// Kind of procedure by who may set its rules (loại thủ tục).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProcedureKind {
    /// A law leaves the details to the ministry or the province (được luật giao quy định chi tiết).
    DetailsDelegated,
    /// No law leaves anything to the province (không được luật giao cho địa phương quy định hoặc quy định chi tiết).
    NotDelegated,
    /// Another kind (loại khác).
    Other,
}

/// Who may apply (đối tượng thực hiện).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Vietnamese citizens (công dân Việt Nam).
    Citizen,
    /// Vietnamese residing abroad (người Việt Nam định cư ở nước ngoài).
    OverseasVietnamese,
    /// Foreigners (người nước ngoài).
    Foreigner,
    /// Foreigners residing in Vietnam (người nước ngoài cư trú tại Việt Nam).
    ResidentForeigner,
    /// Cadres, civil servants and public employees (cán bộ, công chức, viên chức).
    PublicEmployee,
    /// Party members (đảng viên).
    PartyMember,
    /// Enterprises (doanh nghiệp); our own files also write `business`.
    #[serde(alias = "business")]
    Enterprise,
    /// Vietnamese enterprises (doanh nghiệp Việt Nam).
    VietnameseEnterprise,
    /// Enterprises with foreign capital (doanh nghiệp có vốn đầu tư nước ngoài).
    ForeignInvestedEnterprise,
    /// Cooperatives (hợp tác xã).
    Cooperative,
    /// Organisations but enterprises and cooperatives (tổ chức, không bao gồm doanh nghiệp, HTX).
    Organisation,
    /// Foreign organisations (tổ chức nước ngoài).
    ForeignOrganisation,
    /// Party organisations (tổ chức Đảng).
    PartyOrganisation,
}

impl Level {
    /// Every level.
    pub const ALL: [Self; 5] = [Self::Ministry, Self::Province, Self::District, Self::Commune, Self::OtherBody];
}

impl Audience {
    /// Everybody.
    pub const ALL: [Self; 13] = [
        Self::Citizen,
        Self::OverseasVietnamese,
        Self::Foreigner,
        Self::ResidentForeigner,
        Self::PublicEmployee,
        Self::PartyMember,
        Self::Enterprise,
        Self::VietnameseEnterprise,
        Self::ForeignInvestedEnterprise,
        Self::Cooperative,
        Self::Organisation,
        Self::ForeignOrganisation,
        Self::PartyOrganisation,
    ];
}

const LEVELS: [(&str, Level); 5] = [
    ("cấp bộ", Level::Ministry),
    ("cấp tỉnh", Level::Province),
    ("cấp huyện", Level::District),
    ("cấp xã", Level::Commune),
    ("cơ quan khác", Level::OtherBody),
];

/// Two spellings of each are one kind: the short ones leave words of the full name out.
const KINDS: [(&str, ProcedureKind); 5] = [
    ("tthc được giao luật quy định chi tiết", ProcedureKind::DetailsDelegated),
    ("tthc được luật giao quy định chi tiết", ProcedureKind::DetailsDelegated),
    ("tthc không được luật giao cho địa phương quy định", ProcedureKind::NotDelegated),
    ("tthc không được luật giao cho địa phương quy định hoặc quy định chi tiết", ProcedureKind::NotDelegated),
    ("loại khác", ProcedureKind::Other),
];

/// Labels contain commas, so they are matched whole.
const AUDIENCES: [(&str, Audience); 13] = [
    ("công dân việt nam", Audience::Citizen),
    ("người việt nam định cư ở nước ngoài", Audience::OverseasVietnamese),
    ("người nước ngoài", Audience::Foreigner),
    ("người nước ngoài cư trú tại việt nam", Audience::ResidentForeigner),
    ("cán bộ, công chức, viên chức", Audience::PublicEmployee),
    ("đảng viên", Audience::PartyMember),
    ("doanh nghiệp", Audience::Enterprise),
    ("doanh nghiệp việt nam", Audience::VietnameseEnterprise),
    ("doanh nghiệp có vốn đầu tư nước ngoài", Audience::ForeignInvestedEnterprise),
    ("hợp tác xã", Audience::Cooperative),
    ("tổ chức (không bao gồm doanh nghiệp, htx)", Audience::Organisation),
    ("tổ chức nước ngoài", Audience::ForeignOrganisation),
    ("tổ chức đảng", Audience::PartyOrganisation),
];

/// Reads the levels of a cell.
pub(super) fn levels(notes: &mut Notes, pointer: &str, cell: Option<&str>) -> Vec<Level> {
    let Some(cell) = cell else {
        notes.add(WarningCode::LevelMissing, pointer, None);
        return Vec::new();
    };
    let levels = labels(notes, pointer, cell, &LEVELS, WarningCode::LevelUnknown);
    if levels.contains(&Level::District) {
        notes.add(WarningCode::LevelAbolished, pointer, Some(cell));
    }
    levels
}

/// Reads the kind.
pub(super) fn kind(notes: &mut Notes, pointer: &str, cell: Option<&str>) -> Option<ProcedureKind> {
    let Some(cell) = cell else {
        notes.add(WarningCode::KindMissing, pointer, None);
        return None;
    };
    let wanted = cell.to_lowercase();
    let found = KINDS.iter().find(|(label, _)| *label == wanted).map(|(_, kind)| *kind);
    if found.is_none() {
        notes.add(WarningCode::KindUnknown, pointer, Some(cell));
    }
    found
}

/// Reads who may apply.
pub(super) fn audiences(notes: &mut Notes, pointer: &str, cell: Option<&str>) -> Vec<Audience> {
    let Some(cell) = cell else {
        notes.add(WarningCode::AudienceMissing, pointer, None);
        return Vec::new();
    };
    labels(notes, pointer, cell, &AUDIENCES, WarningCode::AudienceUnknown)
}

/// Takes known labels off the front of a comma-separated cell; a part that is none of them is reported and skipped.
fn labels<T: Copy + PartialEq>(
    notes: &mut Notes,
    pointer: &str,
    cell: &str,
    known: &[(&str, T)],
    unknown: WarningCode,
) -> Vec<T> {
    let mut found = Vec::new();
    let lower = cell.to_lowercase();
    let mut rest = lower.as_str();
    loop {
        rest = rest.trim_start_matches([' ', ',', ';']);
        if rest.is_empty() {
            return found;
        }
        let taken = known.iter().find_map(|(label, value)| {
            let after = rest.strip_prefix(label)?.trim_start();
            (after.is_empty() || after.starts_with([',', ';'])).then_some((*value, after))
        });
        if let Some((value, after)) = taken {
            if !found.contains(&value) {
                found.push(value);
            }
            rest = after;
        } else {
            let (part, after) = rest.split_once([',', ';']).unwrap_or((rest, ""));
            notes.add(unknown, pointer, Some(part.trim()));
            rest = after;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(notes: Notes) -> Vec<String> {
        notes.into_warnings().into_iter().map(|warning| warning.code.into_owned()).collect()
    }

    #[test]
    fn levels_are_read_whatever_their_capitals_and_only_once() {
        let mut notes = Notes::default();
        let read = levels(&mut notes, "/level", Some("Cấp Bộ, cấp tỉnh, Cấp bộ, Cơ quan khác"));
        assert_eq!(read, [Level::Ministry, Level::Province, Level::OtherBody]);
        assert_eq!(codes(notes), Vec::<String>::new());
    }

    #[test]
    fn the_district_level_is_read_and_reported_as_abolished() {
        let mut notes = Notes::default();
        assert_eq!(levels(&mut notes, "/level", Some("Cấp Huyện")), [Level::District]);
        assert_eq!(codes(notes), ["level.abolished"]);
    }

    #[test]
    fn an_unknown_label_is_reported_and_the_others_are_read() {
        let mut notes = Notes::default();
        assert_eq!(levels(&mut notes, "/level", Some("Cấp thôn, Cấp xã")), [Level::Commune]);
        assert_eq!(codes(notes), ["level.unknown"]);
    }

    #[test]
    fn a_comma_inside_an_audience_does_not_split_it() {
        let mut notes = Notes::default();
        let cell = "Tổ chức (không bao gồm doanh nghiệp, HTX), Cán bộ, công chức, viên chức, Doanh nghiệp Việt Nam";
        let read = audiences(&mut notes, "/audience", Some(cell));
        assert_eq!(read, [Audience::Organisation, Audience::PublicEmployee, Audience::VietnameseEnterprise]);
        assert_eq!(codes(notes), Vec::<String>::new());
    }

    #[test]
    fn two_spellings_of_a_kind_are_one_kind() {
        let mut notes = Notes::default();
        for cell in ["TTHC được giao luật quy định chi tiết", "TTHC được luật giao quy định chi tiết"]
        {
            assert_eq!(kind(&mut notes, "/kind", Some(cell)), Some(ProcedureKind::DetailsDelegated));
        }
        assert_eq!(kind(&mut notes, "/kind", Some("Loại mới")), None);
        assert_eq!(kind(&mut notes, "/kind", None), None);
        assert_eq!(codes(notes), ["kind.unknown", "kind.missing"]);
    }
}
