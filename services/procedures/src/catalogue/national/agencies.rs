//! Agencies joined in one cell.
//!
//! The source joins agencies by commas, and the names of agencies contain commas ("Bộ Văn hóa, Thể thao và Du lịch",
//! "Thuế tỉnh, thành phố"). A comma separates two agencies where a word that begins the name of an agency follows with a
//! capital; a lower-case word continues the name. Anything else stays one name and is reported.

use super::{clean, notes::Notes, warning::WarningCode};

/// Words with which names of agencies, or of persons who decide, begin. Compared with the capital as written.
#[rustfmt::skip]
const FIRST_WORDS: &[&str] = &[
    "Ban", "Biên phòng", "Bảo hiểm xã hội", "Bệnh viện", "Bộ", "Chi Cục", "Chi cục", "Chi nhánh", "Chính phủ",
    "Chỉ huy trưởng", "Chủ tịch", "Công an", "Công đoàn", "Các cơ quan", "Các đơn vị", "Cán bộ phụ trách", "Cơ quan",
    "Cơ sở", "Cảng vụ", "Cấp", "Cục", "Giám Đốc", "Giám đốc", "HĐND", "Hiệu trưởng", "Hải quan", "Hội đồng", "Kho bạc",
    "Khu Quản lý", "Lãnh đạo", "NHNN", "Ngân hàng", "Người đứng đầu", "Phòng", "Quân chủng", "Quốc Hội", "Quốc hội",
    "Quỹ", "Sở", "Thanh tra", "Thi hành án", "Thuế", "Thủ trưởng", "Thủ tướng", "Toà án", "Trung tâm", "Trường", "Trưởng",
    "Trạm", "Tòa án", "Tư lệnh", "Tổ chức", "Tổng công ty", "Tổng cục", "UBND", "Uỷ ban", "Viện", "Văn phòng", "Vụ",
    "Đơn vị", "Đại diện", "Đồn", "Đội", "Ủy ban",
];

/// Longest name of one agency; what is longer is prose.
const LONGEST_NAME: usize = 200;

/// Reads the agencies of a cell.
pub(super) fn read(notes: &mut Notes, pointer: &str, cell: Option<String>) -> Vec<String> {
    let Some(cell) = cell else { return Vec::new() };
    if let Some(label) = clean::page_label(&cell) {
        notes.add(WarningCode::TextPageLabel, pointer, Some(label));
        notes.add(WarningCode::AgencyNotAName, pointer, Some(&cell));
        return vec![cell];
    }
    let names = split(notes, pointer, &cell);
    for name in &names {
        if name.chars().nth(LONGEST_NAME).is_some() {
            notes.add(WarningCode::AgencyNotAName, pointer, Some(name));
        }
        if has_word(name, "huyện") {
            notes.add(WarningCode::AgencyDistrictAbolished, pointer, Some(name));
        }
        if name.ends_with("_old") {
            notes.add(WarningCode::AgencyMarkedOld, pointer, Some(name));
        }
    }
    names
}

fn split(notes: &mut Notes, pointer: &str, cell: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let mut depth = 0_usize;
    let mut start = 0;
    for (index, character) in cell.char_indices() {
        match character {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ',' | ';' if depth == 0 => {
                let follows = cell.get(index + 1..).unwrap_or_default().trim_start();
                if begins_a_name(follows) {
                    push(&mut names, cell.get(start..index));
                    start = index + 1;
                } else if follows.starts_with(char::is_uppercase) {
                    notes.add(WarningCode::AgencySeparatorUnclear, pointer, Some(cell));
                }
            }
            _ => {}
        }
    }
    push(&mut names, cell.get(start..));
    names
}

fn push(names: &mut Vec<String>, name: Option<&str>) {
    let name = name.unwrap_or_default().trim().trim_end_matches([',', ';']).trim_end();
    if !name.is_empty() && !names.iter().any(|known| known == name) {
        names.push(name.to_owned());
    }
}

fn begins_a_name(text: &str) -> bool {
    FIRST_WORDS.iter().any(|word| {
        text.strip_prefix(word)
            .is_some_and(|after| !after.starts_with(|next: char| next.is_alphanumeric() || next == ','))
    })
}

fn has_word(text: &str, word: &str) -> bool {
    text.split(|character: char| !character.is_alphanumeric()).any(|part| part == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_cell(cell: &str) -> (Vec<String>, Vec<String>) {
        let mut notes = Notes::default();
        let names = read(&mut notes, "/implementing_agency", Some(cell.to_owned()));
        (names, notes.into_warnings().into_iter().map(|warning| warning.code.into_owned()).collect())
    }

    #[test]
    fn agencies_joined_in_one_cell_are_separated() {
        let (names, codes) = read_cell("Cảng vụ hàng hải, Chi cục Hải quan khu vực; Sở Xây dựng, Cảng vụ hàng hải");
        assert_eq!(names, ["Cảng vụ hàng hải", "Chi cục Hải quan khu vực", "Sở Xây dựng"]);
        assert_eq!(codes, Vec::<String>::new());
    }

    #[test]
    fn a_comma_before_a_small_letter_belongs_to_the_name() {
        for cell in ["Thuế tỉnh, thành phố", "Bộ, cơ quan ngang Bộ", "Ban quản lý khu công nghiệp, khu kinh tế"]
        {
            assert_eq!(read_cell(cell), (vec![cell.to_owned()], vec![]));
        }
    }

    #[test]
    fn a_comma_before_another_capital_stays_one_name_and_is_reported() {
        let (names, codes) = read_cell("Chi cục Chất lượng, Chế biến và Phát triển thị trường, Sở Tư pháp");
        assert_eq!(names, ["Chi cục Chất lượng, Chế biến và Phát triển thị trường", "Sở Tư pháp"]);
        assert_eq!(codes, ["agency.separator_unclear"]);
    }

    #[test]
    fn a_comma_in_brackets_separates_nothing() {
        let cell = "Bộ Xây dựng (Cục Đường bộ, Cục Đường sắt)";
        assert_eq!(read_cell(cell), (vec![cell.to_owned()], vec![]));
    }

    #[test]
    fn a_district_agency_is_kept_and_reported_as_abolished() {
        let (names, codes) = read_cell("Công an huyện, Chỉ huy trưởng Ban chỉ huy quân sự xã");
        assert_eq!(names.len(), 2);
        assert_eq!(codes, ["agency.district_abolished"]);
    }

    #[test]
    fn a_cell_that_swallowed_its_neighbours_is_kept_whole_and_reported() {
        let cell = "phê duyệt nguồn vốnTên thủ tụcPhê duyệt phương án, Sở Tư pháp";
        assert_eq!(
            read_cell(cell),
            (vec![cell.to_owned()], vec!["text.page_label".to_owned(), "agency.not_a_name".to_owned()])
        );
    }
}
