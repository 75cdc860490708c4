//! The codes by which archives exchange case files (Circular 05/2025/TT-BNV), as data.

use actix_web::get;
use motcua_web::{Read, Reply, WebResult};
use serde::Serialize;
use utoipa::ToSchema;

use super::READ;

/// A code and its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct ArchiveCode {
    /// The code.
    #[schema(example = "05")]
    pub code: &'static str,
    /// Its name in Vietnamese.
    #[schema(example = "20 năm")]
    pub name: &'static str,
}

/// The lists of codes.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ArchiveCodes {
    /// How long something is kept (thời hạn bảo quản).
    pub retention: Vec<ArchiveCode>,
    /// Who may use it (chế độ sử dụng). `03` (mật) stands in the circular and never in this system.
    pub rights: Vec<ArchiveCode>,
    /// Languages.
    pub languages: Vec<ArchiveCode>,
}

const RETENTION: [&str; 7] = ["Vĩnh viễn", "70 năm", "50 năm", "30 năm", "20 năm", "10 năm", "Khác"];
const RIGHTS: [&str; 3] = ["Công khai", "Có điều kiện", "Mật"];
const LANGUAGES: [&str; 11] = [
    "Tiếng Việt",
    "Tiếng Anh",
    "Tiếng Pháp",
    "Tiếng Nga",
    "Tiếng Trung",
    "Việt - Anh",
    "Việt - Nga",
    "Việt - Pháp",
    "Hán Nôm",
    "Việt - Trung",
    "Khác",
];
const CODES: [&str; 11] = ["01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11"];

fn numbered(names: &[&'static str]) -> Vec<ArchiveCode> {
    CODES.into_iter().zip(names).map(|(code, name)| ArchiveCode { code, name }).collect()
}

/// List the codes of the archive
///
/// Retention, rights and languages, as Circular 05/2025/TT-BNV has them.
#[utoipa::path(
    operation_id = "list_archive_codes",
    tag = "case files",
    responses((status = 200, description = "The lists.", body = ArchiveCodes)),
    security(("bearer" = ["documents:case-files:read"]))
)]
#[get("/archive-codes")]
pub(crate) async fn list_archive_codes(request: Read) -> WebResult {
    request.actor.require_scope(READ)?;
    let codes =
        ArchiveCodes { retention: numbered(&RETENTION), rights: numbered(&RIGHTS), languages: numbered(&LANGUAGES) };
    Reply::object(&codes, None, false)
}
