//! Files of a dossier as they are handed in: at submission, or later as a supplement.

use motcua_db::sql::{At, Id};
use motcua_db::{Conn, Failure, TxResult};
use motcua_files::require_uploaded_by;
use motcua_kernel::{Actor, ActorKind, BusinessTime, Error, FieldError, Result, Text};
use motcua_paper::PaperKind;

use super::Dossiers;
use super::facts::ComponentFacts;
use super::store::FileRow;
use super::view::{DossierFile, FileOrigin, FileSource};
use crate::catalogue::content::VersionContent;
use crate::reuse::{Whose, source_fault};

/// More files than any procedure asks for.
const MOST_FILES: usize = 100;

/// Everything wrong with files that are handed in, at once.
pub(super) fn faults(
    tx: &mut Conn,
    room: &Dossiers,
    actor: &Actor,
    content: &VersionContent,
    whose: Whose<'_>,
    files: &[DossierFile],
) -> TxResult<Vec<FieldError>> {
    let mut faults = Vec::new();
    if files.len() > MOST_FILES {
        let text = Text::new("Một hồ sơ có nhiều nhất 100 tệp.", "A dossier has at most 100 files.");
        faults.push(FieldError::new("/files", "max_items", text));
    }
    for (at, file) in files.iter().enumerate().take(MOST_FILES) {
        if !content.components.iter().any(|component| component.code == file.component) {
            faults.push(unknown_component(&format!("/files/{at}/component")));
        }
        let pointer = format!("/files/{at}/file_id");
        if files.iter().take(at).any(|other| other.file_id == file.file_id) {
            let text = Text::new("Tệp này đã có trong danh sách.", "The list has this file already.");
            faults.push(FieldError::new(pointer.clone(), "file.repeated", text));
        }
        if let Some((code, text)) = not_handed_in(file.origin, actor) {
            faults.push(FieldError::new(format!("/files/{at}/origin"), code, text));
        }
        faults.extend(paper_faults(file, at));
        faults.extend(source_fault(tx, actor, whose, &content.components, file, &format!("/files/{at}/source"))?);
        if file.origin == FileOrigin::Reused {
            continue;
        }
        match require_uploaded_by(tx, &room.db.vault, actor, file.file_id, &pointer) {
            Ok(_) => {}
            Err(Failure::Refused(error)) => faults.extend(error.fields),
            Err(failure) => return Err(failure),
        }
    }
    Ok(faults)
}

/// What is wrong with what is said of the paper behind a file.
fn paper_faults(file: &DossierFile, at: usize) -> Vec<FieldError> {
    let mut faults = Vec::new();
    let electronic = file.kind.map(|kind| kind == PaperKind::Electronic);
    if electronic.is_some_and(|electronic| electronic == (file.origin == FileOrigin::Digitised)) {
        let text = Text::new(
            "Tệp số hóa có từ bản chính hoặc bản sao; tệp khác là bản điện tử.",
            "A digitised file comes from an original or a copy, any other is electronic.",
        );
        faults.push(FieldError::new(format!("/files/{at}/kind"), "kind.origin", text));
    }
    if file.quantity.is_some_and(|quantity| quantity == 0 || quantity > 1000) {
        let text = Text::new("Từ 1 đến 1.000 bản.", "1 to 1,000 of them.");
        faults.push(FieldError::new(format!("/files/{at}/quantity"), "range", text));
    }
    faults
}

/// Why this caller hands in no file of this origin; none for those that they do.
fn not_handed_in(origin: FileOrigin, actor: &Actor) -> Option<(&'static str, Text)> {
    match origin {
        FileOrigin::Result => {
            let text = Text::new("Kết quả không nộp cùng hồ sơ.", "A result is not handed in with the dossier.");
            Some(("origin.result", text))
        }
        FileOrigin::Linked => {
            let text = Text::new(
                "Chỉ hệ thống chuyển tệp giữa các hồ sơ liên thông.",
                "Only the system passes files on between linked dossiers.",
            );
            Some(("origin.linked", text))
        }
        FileOrigin::Mandate => {
            let text =
                Text::new("Văn bản ủy quyền nộp cùng người đại diện.", "A mandate comes with its representative.");
            Some(("origin.mandate", text))
        }
        // Indicators count what desks digitise (Decision 766/QĐ-TTg, 4.1).
        FileOrigin::Digitised if actor.kind == ActorKind::Citizen => {
            let text = Text::new("Chỉ bộ phận một cửa số hóa giấy tờ.", "Only desks digitise papers.");
            Some(("origin.digitised", text))
        }
        FileOrigin::Applicant | FileOrigin::Digitised | FileOrigin::Reused | FileOrigin::PersonalStore => None,
    }
}

/// The fault of a component that the procedure version does not have.
pub(super) fn unknown_component(pointer: &str) -> FieldError {
    let text = Text::new("Thủ tục không có thành phần hồ sơ này.", "The procedure has no such component.");
    FieldError::new(pointer, "component.unknown", text)
}

/// What the files are stored as.
pub(super) fn rows(
    tenant: &Id,
    dossier: &Id,
    content: &VersionContent,
    files: &[DossierFile],
    now: BusinessTime,
) -> Vec<FileRow> {
    let paper_code = |code: &str| {
        content.components.iter().find(|component| component.code == code).and_then(|found| found.result_code.clone())
    };
    files
        .iter()
        .map(|file| FileRow {
            component: file.component.clone(),
            paper_code: paper_code(&file.component),
            paper_kind: file.kind.map(|kind| word(kind).to_owned()),
            quantity: file.quantity.map(i64::from),
            source_dossier_id: file.source.as_ref().map(|source| Id(source.dossier_id)),
            reused_at: file.source.as_ref().map(|_| At::from(now)),
            ..FileRow::beside(tenant, dossier, file.file_id, file.origin)
        })
        .collect()
}

/// As what a paper can be handed in.
const KINDS: [PaperKind; 3] = [PaperKind::Original, PaperKind::Copy, PaperKind::Electronic];

/// The word that the column has.
const fn word(kind: PaperKind) -> &'static str {
    match kind {
        PaperKind::Original => "original",
        PaperKind::Copy => "copy",
        PaperKind::Electronic => "electronic",
    }
}

/// A stored file as the API shows it.
pub(super) fn view(row: FileRow) -> Result<DossierFile> {
    let unknown = |what: &str, word: &str| Error::internal(format!("unknown {what} {word}"));
    let kind = |text: &String| KINDS.into_iter().find(|kind| word(*kind) == text).ok_or_else(|| unknown("kind", text));
    let reused_at = row.reused_at.map(|at| at.0);
    Ok(DossierFile {
        component: row.component,
        file_id: row.file_id.0,
        origin: FileOrigin::from_word(&row.origin).ok_or_else(|| unknown("origin", &row.origin))?,
        kind: row.paper_kind.as_ref().map(kind).transpose()?,
        quantity: row.quantity.map(u32::try_from).transpose().map_err(Error::internal)?,
        source: row.source_dossier_id.map(|dossier| FileSource { dossier_id: dossier.0, reused_at }),
    })
}

/// Everything wrong with handing in files that the dossier has already: what events told of them would not be what is
/// kept.
pub(super) fn held_faults(held: &[FileRow], files: &[DossierFile]) -> Vec<FieldError> {
    let again = files.iter().enumerate().filter(|(_, file)| held.iter().any(|row| row.file_id.0 == file.file_id));
    again
        .take(MOST_FILES)
        .map(|(at, _)| {
            let text = Text::new("Hồ sơ đã có tệp này.", "The dossier has this file already.");
            FieldError::new(format!("/files/{at}/file_id"), "file.attached", text)
        })
        .collect()
}

/// What events tell of the components that files belong to: each once, however many files it has.
pub(super) fn facts(files: &[DossierFile]) -> Vec<ComponentFacts> {
    let mut told: Vec<ComponentFacts> = Vec::new();
    for file in files {
        let fact = fact(file);
        match told.iter_mut().find(|other| other.code == fact.code) {
            Some(other) => {
                other.form = [other.form, fact.form].into_iter().flatten().min();
                other.digitised |= fact.digitised;
                other.reused |= fact.reused;
                other.from_personal_store |= fact.from_personal_store;
            }
            None => told.push(fact),
        }
    }
    told
}

/// Tells anew of components that are handed in once more: the last time counts.
pub(super) fn tell_anew(told: &mut Vec<ComponentFacts>, files: &[DossierFile]) {
    for fact in facts(files) {
        match told.iter_mut().find(|other| other.code == fact.code) {
            Some(other) => *other = fact,
            None => told.push(fact),
        }
    }
}

fn fact(file: &DossierFile) -> ComponentFacts {
    let digitised = file.origin == FileOrigin::Digitised;
    ComponentFacts {
        code: file.component.clone(),
        has_file: true,
        form: file.kind.or((!digitised).then_some(PaperKind::Electronic)),
        digitised,
        reused: matches!(file.origin, FileOrigin::Reused | FileOrigin::Linked),
        from_personal_store: file.origin == FileOrigin::PersonalStore,
        replaced_by: None,
    }
}

#[cfg(test)]
mod tests {
    use motcua_kernel::new_id;

    use super::*;

    fn file(component: &str, origin: FileOrigin, kind: Option<PaperKind>) -> DossierFile {
        DossierFile { component: component.into(), file_id: new_id(), origin, kind, quantity: None, source: None }
    }

    #[test]
    fn a_component_is_told_once_however_many_files_it_has_and_as_its_strongest_form() {
        let files = [
            file("A", FileOrigin::Digitised, Some(PaperKind::Copy)),
            file("B", FileOrigin::Applicant, None),
            file("A", FileOrigin::Digitised, Some(PaperKind::Original)),
            file("C", FileOrigin::Digitised, None),
        ];
        let told = facts(&files);
        let forms: Vec<_> = told.iter().map(|fact| (fact.code.as_str(), fact.form, fact.digitised)).collect();
        let (original, electronic) = (Some(PaperKind::Original), Some(PaperKind::Electronic));
        assert_eq!(forms, [("A", original, true), ("B", electronic, false), ("C", None, true)]);
    }

    #[test]
    fn a_component_handed_in_once_more_is_told_as_it_was_the_last_time() {
        let mut told = facts(&[file("A", FileOrigin::Applicant, None), file("B", FileOrigin::PersonalStore, None)]);
        tell_anew(
            &mut told,
            &[file("A", FileOrigin::Digitised, Some(PaperKind::Copy)), file("C", FileOrigin::Reused, None)],
        );
        let codes: Vec<&str> = told.iter().map(|fact| fact.code.as_str()).collect();
        assert_eq!(codes, ["A", "B", "C"]);
        assert_eq!((told[0].form, told[0].digitised), (Some(PaperKind::Copy), true));
        assert!(told[1].from_personal_store);
    }
}
