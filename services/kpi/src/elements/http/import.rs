//! Importing values over HTTP.

use actix_web::post;
use actix_web::web::Data;
use motcua_kernel::Text;
use motcua_web::{Reply, Upload, WebResult};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::elements::rules::number::DecimalMark;
use crate::elements::{Elements, import};

/// The content of a file (nội dung tệp).
#[derive(Debug, ToSchema)]
#[schema(value_type = String, format = Binary)]
pub struct ImportFile(pub Vec<u8>);

/// What happens to lines without fault when others have one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImportMode {
    /// Nothing is taken unless every line is without fault.
    #[default]
    Atomic,
    /// Each line for itself.
    PerItem,
}

/// How a file is imported.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ImportQuery {
    /// Only reports what would happen.
    #[serde(default)]
    pub dry_run: bool,
    /// `atomic` (the default) or `per_item`.
    #[serde(default)]
    #[param(inline)]
    pub mode: ImportMode,
    /// The decimal mark of texts: `point` (`74.3`, the default) or `comma` (`74,3`). A number with the other one is a fault,
    /// because it may as well be thousands. Cells of a workbook that are numbers need none.
    #[serde(default)]
    #[param(inline)]
    pub decimal_mark: DecimalMark,
    /// Which sheet of a workbook, when it has several.
    pub sheet: Option<String>,
}

/// Where in the file something stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ImportPlace {
    /// The sheet of a workbook.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// The line of a text, or the row of a sheet, from 1.
    #[schema(example = 7)]
    pub line: u64,
    /// The column by its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "value")]
    pub column: Option<String>,
    /// The cell of a sheet, or the cells.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "D7")]
    pub cell: Option<String>,
}

/// Something to know about a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ImportRemark {
    /// Where.
    #[serde(flatten)]
    pub place: ImportPlace,
    /// Stable code.
    #[schema(example = "value.decimal_mark")]
    pub code: String,
    /// What is the matter.
    pub message: Text,
}

/// What became of the lines of a file, or would.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct ImportReport {
    /// Whether anything was written.
    pub applied: bool,
    /// Lines with something in them, below the header.
    pub lines: usize,
    /// Lines that bring new values.
    pub loaded: usize,
    /// Lines that change values.
    pub changed: usize,
    /// Lines that say what is known.
    pub unchanged: usize,
    /// Lines that are not taken.
    pub refused: usize,
    /// Why, at most 1,000 of them.
    pub faults: Vec<ImportRemark>,
    /// How many faults are not listed.
    pub more_faults: usize,
    /// What is odd about lines that are taken, at most 1,000 of them.
    pub warnings: Vec<ImportRemark>,
    /// How many warnings are not listed.
    pub more_warnings: usize,
}

/// Import values from a file
///
/// CSV (UTF-8, with or without byte order mark, separated by `,` or `;`) or a workbook (XLSX), of at most 32 MiB and 100,000
/// lines. The first line names the columns: `element`, `agency`, `period`, `value`, and where wanted `evidence_text`,
/// `evidence_link`, `document_number`, `accepted_because`. Values become drafts of the caller. Formulas, dates, merged cells
/// and cells shown as per cents are faults: what a cell shows is not what it holds. An import that is sent again changes
/// nothing.
#[utoipa::path(
    operation_id = "import_element_values",
    tag = "data-elements",
    params(ImportQuery),
    request_body(
        content(
            (ImportFile = "text/csv"),
            (ImportFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
        ),
        description = "The file."
    ),
    responses(
        (status = 200, description = "What became of every line, or would.", body = ImportReport),
        (status = 422, description = "`import.faults`: nothing was written; `report` says why. `import.columns`, `import.sheet`, `import.unreadable`: the file is not of the form described.")
    ),
    security(("bearer" = ["kpi:elements:write"]))
)]
#[post("/element-values:import")]
pub(crate) async fn import_element_values(room: Data<Elements>, upload: Upload<ImportQuery>) -> WebResult {
    Reply::answer(import::import(&room, upload).await?)
}
