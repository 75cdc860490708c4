//! What an archive (lưu trữ) reads of what it was handed: the documents in its case files, wherever they came from. Its
//! clerks check them before they accept, and lend them afterwards (Decree 30/2020/NĐ-CP, Articles 30 and 31).

use diesel::prelude::*;
use motcua_db::sql::Id;
use motcua_kernel::Role;

use crate::agency_filter::agency_tree;

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::Uid;
    /// The room of case files has the whole table: here is what others' predicates ask of it.
    case_files (tenant_id, id) {
        tenant_id -> Uid,
        id -> Uid,
        archive_agency_id -> Nullable<Uid>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use motcua_db::sql::Uid;
    /// The room of case files has the whole table as well.
    case_file_documents (tenant_id, id) {
        tenant_id -> Uid,
        id -> Uid,
        case_file_id -> Uid,
        kind -> Text,
        document_id -> Uid,
    }
}

diesel::allow_tables_to_appear_in_same_query!(case_files, case_file_documents, agency_tree);

/// Roles that keep what was handed to an archive.
pub(crate) const ARCHIVISTS: [Role; 3] = [Role::Clerk, Role::Leader, Role::Approver];

/// The case files that were handed to these archives or to one below them, as a subquery.
#[diesel::dsl::auto_type(no_type_alias)]
pub(crate) fn handed_to(tenant: Id, archives: Vec<Id>) -> _ {
    let own: Id = tenant.clone();
    case_files::table
        .filter(case_files::tenant_id.eq(tenant))
        .filter(case_files::archive_agency_id.is_not_null())
        .filter(
            case_files::archive_agency_id.assume_not_null().eq_any(
                agency_tree::table
                    .filter(agency_tree::tenant_id.eq(own))
                    .filter(agency_tree::ancestor_id.eq_any(archives))
                    .select(agency_tree::descendant_id),
            ),
        )
        .select(case_files::id)
}
