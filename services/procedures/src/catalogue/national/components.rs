//! Dossier components (thành phần hồ sơ).
//!
//! Three cells of the source run into each other. The quantity is glued to the end of the name: `20241` is the year 2024
//! of a decree and one original. The form file took up to 80 characters before the extension, so the end of a long name
//! stands in front of the file name, and where the name was short, all of it stands there. None of these can be undone
//! with certainty, because the blank at the cut is lost; the texts are kept as they are and the quantity is left open.

use serde_json::Value;

use super::{clean, notes::Notes, procedure::Component, record::RawComponent, warning::WarningCode};

/// The largest number of copies a real component asks for is 7; above this, digits of the name are in it.
const MOST_COPIES: u64 = 10;

/// Characters before the extension at which the source cut the cell of the form file.
const CUT_LENGTHS: std::ops::RangeInclusive<usize> = 80..=81;

/// Words that continue a name and begin no file name, and an extension that was torn off its file name.
const CONTINUATIONS: [&str; 13] = [
    "theo ",
    "ban hành ",
    "bản chính",
    "đối với ",
    "trong ",
    "có ",
    "của ",
    "tại ",
    "và ",
    "kèm ",
    "cấp ",
    "docx",
    "đính kèm",
];

const EXTENSIONS: [&str; 7] = [".docx", ".doc", ".pdf", ".xlsx", ".xls", ".rar", ".zip"];

/// Reads all components.
pub(super) fn read(notes: &mut Notes, rows: &[(String, RawComponent)], stated_count: &Value) -> Vec<Component> {
    let mut components = Vec::with_capacity(rows.len());
    for (index, (place, row)) in rows.iter().enumerate() {
        if rows.iter().take(index).any(|(_, earlier)| earlier == row) {
            let name = row.name.as_str().filter(|name| !name.is_empty());
            notes.add(WarningCode::ComponentDuplicate, place, name);
            continue;
        }
        components.push(read_row(notes, place, row));
    }
    if components.is_empty() {
        notes.add(WarningCode::ComponentNone, "/dossier", None);
    }
    if !stated_count.is_null() && clean::whole_number(stated_count) != u64::try_from(rows.len()).ok() {
        notes.add(WarningCode::ComponentCountMismatch, "/n_documents", Some(&stated_count.to_string()));
    }
    components
}

fn read_row(notes: &mut Notes, place: &str, row: &RawComponent) -> Component {
    // `--` is how the page writes that there is only one case.
    let group = clean::line(notes, &format!("{place}/group"), &row.group).filter(|group| group != "--");
    let name = clean::line(notes, &format!("{place}/name"), &row.name);
    let form_cell = clean::line(notes, &format!("{place}/form_file"), &row.form_file);
    if [&group, &name].into_iter().flatten().any(|text| is_note(text)) {
        let value = group.as_deref().filter(|group| is_note(group)).or(name.as_deref());
        notes.add(WarningCode::ComponentNoteInList, place, value);
    }
    let form_files = read_form_files(notes, place, name.is_some(), form_cell);
    let originals = read_quantity(notes, &format!("{place}/originals"), &row.originals);
    let copies = read_quantity(notes, &format!("{place}/copies"), &row.copies);
    if originals.unwrap_or(0) == 0 && copies.unwrap_or(0) == 0 && is_small(&row.originals) && is_small(&row.copies) {
        notes.add(WarningCode::ComponentNoQuantity, place, None);
    }
    Component { group, name, form_files, originals, copies }
}

fn read_form_files(notes: &mut Notes, place: &str, has_name: bool, cell: Option<String>) -> Vec<String> {
    let name_pointer = format!("{place}/name");
    let Some(cell) = cell else {
        if !has_name {
            notes.add(WarningCode::ComponentNameMissing, &name_pointer, None);
        }
        return Vec::new();
    };
    let stem = EXTENSIONS.iter().find_map(|extension| strip_extension(&cell, extension)).unwrap_or(&cell);
    if !has_name {
        notes.add(WarningCode::ComponentNameInFormFile, &format!("{place}/form_file"), Some(&cell));
        return vec![cell];
    }
    if CUT_LENGTHS.contains(&stem.chars().count()) || CONTINUATIONS.iter().any(|word| cell.starts_with(word)) {
        notes.add(WarningCode::ComponentNameCut, &format!("{place}/form_file"), Some(&cell));
        return vec![cell];
    }
    let files = separate_files(&cell);
    if files.len() > 1 {
        notes.add(WarningCode::ComponentFilesJoined, &format!("{place}/form_file"), Some(&cell));
    }
    files
}

/// Cuts behind each extension that is followed by the next name.
fn separate_files(cell: &str) -> Vec<String> {
    let lower = cell.to_lowercase();
    // Lower-casing may change lengths in theory; then the cell is one name.
    if lower.len() != cell.len() {
        return vec![cell.to_owned()];
    }
    let mut files = Vec::new();
    let mut start = 0;
    for (index, _) in lower.match_indices('.') {
        let tail = lower.get(index..).unwrap_or_default();
        let Some(extension) = EXTENSIONS.iter().find(|extension| tail.starts_with(**extension)) else {
            continue;
        };
        let end = index + extension.len();
        let next = lower.get(end..).and_then(|rest| rest.chars().next());
        if index <= start || next.is_some_and(|next| next == '.' || next == '_' || next == '-') {
            continue;
        }
        if let Some(file) = cell.get(start..end) {
            files.push(file.trim().to_owned());
            start = end;
        }
    }
    let rest = cell.get(start..).unwrap_or_default().trim();
    if !rest.is_empty() {
        files.push(rest.to_owned());
    }
    files
}

fn strip_extension<'cell>(cell: &'cell str, extension: &str) -> Option<&'cell str> {
    let (stem, end) = cell.split_at_checked(cell.len().checked_sub(extension.len())?)?;
    end.eq_ignore_ascii_case(extension).then_some(stem)
}

fn read_quantity(notes: &mut Notes, pointer: &str, value: &Value) -> Option<u32> {
    if value.is_null() {
        return None;
    }
    match clean::whole_number(value) {
        Some(number) if number <= MOST_COPIES => u32::try_from(number).ok(),
        Some(number) => {
            notes.add(WarningCode::ComponentQuantityJoined, pointer, Some(&number.to_string()));
            None
        }
        None => {
            notes.add(WarningCode::ComponentQuantityUnreadable, pointer, Some(&value.to_string()));
            None
        }
    }
}

/// Whether the cell itself says zero or nothing, as against a number that could not be used.
fn is_small(value: &Value) -> bool {
    value.is_null() || clean::whole_number(value) == Some(0)
}

fn is_note(text: &str) -> bool {
    let text = text.trim_start_matches(|character: char| !character.is_alphanumeric());
    ["Lưu ý", "LƯU Ý", "Ghi chú", "GHI CHÚ", "Chú ý"].iter().any(|word| text.starts_with(word))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read_json(component: Value) -> (Component, Vec<String>) {
        let mut notes = Notes::default();
        let row: RawComponent = serde_json::from_value(component).expect("a row");
        let mut components = read(&mut notes, &[("/dossier/0".to_owned(), row)], &json!(1));
        (components.remove(0), notes.into_warnings().into_iter().map(|warning| warning.code.into_owned()).collect())
    }

    #[test]
    fn a_plain_component_has_no_warning_and_no_group() {
        let (component, codes) = read_json(
            json!({"group": "--", "name": "Tờ khai", "form_file": "Mẫu số 01.docx", "originals": 1, "copies": 0}),
        );
        assert_eq!(
            component,
            Component {
                group: None,
                name: Some("Tờ khai".to_owned()),
                form_files: vec!["Mẫu số 01.docx".to_owned()],
                originals: Some(1),
                copies: Some(0),
            }
        );
        assert_eq!(codes, Vec::<String>::new());
    }

    #[test]
    fn a_year_glued_to_the_quantity_leaves_the_quantity_open() {
        let (component, codes) =
            read_json(json!({"name": "Văn bản theo Nghị định ngày 25/6/", "originals": 20241, "copies": 0}));
        assert_eq!((component.originals, component.copies), (None, Some(0)));
        assert_eq!(codes, ["component.quantity_joined"]);
    }

    #[test]
    fn quantities_that_are_no_numbers_are_reported() {
        for value in [json!(-1), json!(1.5), json!("một"), json!([1])] {
            let (component, codes) = read_json(json!({"name": "Tờ khai", "originals": value, "copies": 1}));
            assert_eq!(component.originals, None);
            assert_eq!(codes, ["component.quantity_unreadable"]);
        }
    }

    #[test]
    fn no_original_and_no_copy_is_reported() {
        let (_, codes) = read_json(json!({"name": "Tờ khai", "originals": 0, "copies": 0}));
        assert_eq!(codes, ["component.no_quantity"]);
    }

    #[test]
    fn a_name_that_ran_into_the_form_file_is_reported_and_not_rebuilt() {
        let cell = "Đơn đề nghị cấp lạiMẫu 57.docx";
        let (component, codes) = read_json(json!({"name": "", "form_file": cell, "originals": 1}));
        assert_eq!((component.name, component.form_files), (None, vec![cell.to_owned()]));
        assert_eq!(codes, ["component.name_in_form_file"]);
    }

    #[test]
    fn a_form_file_of_the_length_of_the_cut_is_reported_as_the_end_of_a_name() {
        let cell = format!("{}.docx", "ộ".repeat(80));
        let (component, codes) = read_json(json!({"name": "Giấy", "form_file": cell, "originals": 1}));
        assert_eq!(component.form_files, [cell]);
        assert_eq!(codes, ["component.name_cut"]);
    }

    #[test]
    fn a_form_file_that_goes_on_with_the_name_is_not_separated() {
        let cell = "theo mẫuMẫu 1.docxMẫu 2.docx";
        let (component, codes) = read_json(json!({"name": "Tờ khai", "form_file": cell, "originals": 1}));
        assert_eq!(component.form_files, [cell]);
        assert_eq!(codes, ["component.name_cut"]);
    }

    #[test]
    fn joined_form_files_are_separated() {
        for (cell, files) in [
            ("Mẫu số 04.docxMẫu số 07.DOC", vec!["Mẫu số 04.docx", "Mẫu số 07.DOC"]),
            ("MUS4.doc MUS6.doc", vec!["MUS4.doc", "MUS6.doc"]),
            ("Mẫu.doc.docx", vec!["Mẫu.doc.docx"]),
            ("62-btc.signed.pdf", vec!["62-btc.signed.pdf"]),
            ("khong duoi", vec!["khong duoi"]),
        ] {
            assert_eq!(separate_files(cell), files);
        }
    }

    #[test]
    fn a_component_without_anything_is_reported() {
        let (component, codes) = read_json(json!({}));
        assert_eq!(component.name, None);
        assert_eq!(codes, ["component.name_missing", "component.no_quantity"]);
    }

    #[test]
    fn a_note_in_the_list_is_reported() {
        let (_, codes) = read_json(json!({"group": "* Lưu ý :", "name": "Bản sao phải rõ", "originals": 1}));
        assert_eq!(codes, ["component.note_in_list"]);
    }

    #[test]
    fn identical_components_are_merged_and_the_stated_count_is_compared_with_the_rows() {
        let mut notes = Notes::default();
        let row = || serde_json::from_value::<RawComponent>(json!({"name": "Tờ khai", "originals": 1})).expect("a row");
        let rows = [("/dossier/0".to_owned(), row()), ("/dossier/1".to_owned(), row())];
        assert_eq!(read(&mut notes, &rows, &json!(3)).len(), 1);
        let codes: Vec<_> = notes.into_warnings().into_iter().map(|warning| warning.code).collect();
        assert_eq!(codes, ["component.duplicate", "component.count_mismatch"]);
    }
}
