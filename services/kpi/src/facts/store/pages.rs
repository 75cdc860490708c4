//! Tables page by page in the order of their keys, for whoever goes through all of one.

use diesel::prelude::*;
use motcua_db::sql::Id;
use motcua_db::{Conn, TxResult};
use motcua_kernel::Uuid;

use super::schema;
use super::{
    AnnouncementRow, DispatchRow, DocumentRow, DossierCaseRow, DossierCourseRow, DossierFactRow, DossierPaperRow,
    IncomingDocumentRow, MirroredDossierRow, ProcedureRow, RatingRow, ResponsibilityRow,
};

/// Rows of a page.
const PAGE: i64 = 5000;

macro_rules! by_id {
    ($($table:ident by $id:ident: $row:ident),+ $(,)?) => {
        $(
            pub(in crate::facts) fn $table(conn: &mut Conn, tenant: Uuid, after: Uuid) -> TxResult<Vec<$row>> {
                use schema::$table;
                Ok($table::table
                    .filter($table::tenant_id.eq(Id(tenant)).and($table::$id.gt(Id(after))))
                    .order($table::$id)
                    .limit(PAGE)
                    .load(conn)?)
            }
        )+
    };
}

by_id!(
    dossier_facts by dossier_id: DossierFactRow,
    dossier_course_facts by dossier_id: DossierCourseRow,
    dossier_case_facts by dossier_id: DossierCaseRow,
    dossier_paper_facts by dossier_id: DossierPaperRow,
    mirrored_dossier_facts by dossier_id: MirroredDossierRow,
    procedure_facts by procedure_id: ProcedureRow,
    document_facts by document_id: DocumentRow,
    dispatch_facts by dispatch_id: DispatchRow,
    incoming_document_facts by document_id: IncomingDocumentRow,
    rating_facts by rating_id: RatingRow,
);

/// All announcements: a few for each procedure.
pub(in crate::facts) fn announcement_facts(conn: &mut Conn, tenant: Uuid) -> TxResult<Vec<AnnouncementRow>> {
    use schema::announcement_facts;
    Ok(announcement_facts::table
        .filter(announcement_facts::tenant_id.eq(Id(tenant)))
        .order((announcement_facts::procedure_id, announcement_facts::number))
        .load(conn)?)
}

/// A page of moves behind one of them.
pub(in crate::facts) fn responsibility_moves(
    conn: &mut Conn,
    tenant: Uuid,
    after: Option<&ResponsibilityRow>,
) -> TxResult<Vec<ResponsibilityRow>> {
    use schema::responsibility_moves::dsl::{responsibility_moves, role, subject_id, subject_kind, tenant_id, version};
    let mut query = responsibility_moves.filter(tenant_id.eq(Id(tenant))).into_boxed::<motcua_db::MultiBackend>();
    if let Some(last) = after {
        let same_role = role.eq(last.role.clone()).and(version.gt(last.version));
        let same_subject = subject_id.eq(last.subject_id.clone()).and(role.gt(last.role.clone()).or(same_role));
        let same_kind = subject_id.gt(last.subject_id.clone()).or(same_subject);
        query = query.filter(
            subject_kind.gt(last.subject_kind.clone()).or(subject_kind.eq(last.subject_kind.clone()).and(same_kind)),
        );
    }
    Ok(query.order((subject_kind, subject_id, role, version)).limit(PAGE).load(conn)?)
}
