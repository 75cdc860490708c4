//! Files of a dossier as they are handed in: at submission, or later as a supplement.

use motcua_db::sql::Id;
use motcua_db::{Conn, Failure, TxResult};
use motcua_files::require_uploaded_by;
use motcua_kernel::{Actor, FieldError, Text};

use super::Dossiers;
use super::facts::ComponentFacts;
use super::store::FileRow;
use super::view::{DossierFile, FileOrigin};
use crate::catalogue::content::VersionContent;

/// More files than any procedure asks for.
const MOST_FILES: usize = 100;

/// Everything wrong with files that are handed in, at once.
pub(super) fn faults(
    tx: &mut Conn,
    room: &Dossiers,
    actor: &Actor,
    content: &VersionContent,
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
        if let Some((code, text)) = not_handed_in(file.origin) {
            faults.push(FieldError::new(format!("/files/{at}/origin"), code, text));
        }
        match require_uploaded_by(tx, &room.db.vault, actor, file.file_id, &pointer) {
            Ok(_) => {}
            Err(Failure::Refused(error)) => faults.extend(error.fields),
            Err(failure) => return Err(failure),
        }
    }
    Ok(faults)
}

/// Why nobody hands in a file of this origin; none for those that people do.
fn not_handed_in(origin: FileOrigin) -> Option<(&'static str, Text)> {
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
        FileOrigin::Applicant | FileOrigin::Digitised | FileOrigin::Reused | FileOrigin::PersonalStore => None,
    }
}

/// The fault of a component that the procedure version does not have.
pub(super) fn unknown_component(pointer: &str) -> FieldError {
    let text = Text::new("Thủ tục không có thành phần hồ sơ này.", "The procedure has no such component.");
    FieldError::new(pointer, "component.unknown", text)
}

/// What the files are stored as.
pub(super) fn rows(tenant: &Id, dossier: &Id, files: &[DossierFile]) -> Vec<FileRow> {
    files
        .iter()
        .map(|file| FileRow {
            tenant_id: tenant.clone(),
            dossier_id: dossier.clone(),
            file_id: Id(file.file_id),
            component: file.component.clone(),
            origin: file.origin.as_str().to_owned(),
        })
        .collect()
}

/// What events tell of a file.
pub(super) fn facts(file: &DossierFile) -> ComponentFacts {
    ComponentFacts {
        code: file.component.clone(),
        has_file: true,
        digitised: file.origin == FileOrigin::Digitised,
        reused: matches!(file.origin, FileOrigin::Reused | FileOrigin::Linked),
        from_personal_store: file.origin == FileOrigin::PersonalStore,
        replaced_by: None,
    }
}
