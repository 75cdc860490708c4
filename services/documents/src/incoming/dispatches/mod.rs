//! Dispatches (gửi văn bản): outgoing documents sent to agencies of this installation.
//!
//! One document, no copies: a dispatch is the receiver's row, and its sender sees where it stands there, not who deals with
//! it. A sender can take one receiver's back (lấy lại): at once before that agency has registered it, afterwards when its
//! clerk agrees. An issuer revokes for everybody (thu hồi; Decree 30/2020/NĐ-CP, Article 18; Decision 28/2018/QĐ-TTg,
//! Article 9): nobody is asked, and each receiver confirms. Only what was issued and holds is sent; whoever has a document is
//! told when its issuer replaces or corrects it.

mod aftermath;
pub mod http;
mod read;
mod send;
mod take_back;

pub use aftermath::revoke_receivers;

use motcua_agencies::authority_in;
use motcua_db::{Conn, TxResult};
use motcua_kernel::{Actor, Authority, Error, Role, Uuid};

use super::IncomingDocuments;
use crate::outgoing::{Original, seen_issued};

/// How often something is tried when the receiver does something at the same time.
const TRIES: u8 = 20;

/// An issued document the caller may see, and the right of a clerk of the agency responsible for it.
///
/// # Errors
/// `not_found`, or `dispatch.not_clerk`.
fn sender_of(
    conn: &mut Conn,
    room: &IncomingDocuments,
    actor: &Actor,
    document: Uuid,
) -> TxResult<(Original, Authority)> {
    let issued = seen_issued(conn, &room.db.vault, actor, document)?.ok_or_else(Error::not_found)?;
    let by = authority_in(conn, actor, issued.responsible_agency, &[Role::Clerk])?;
    let by = by.ok_or_else(|| {
        Error::forbidden(
            "dispatch.not_clerk",
            "Chỉ văn thư của cơ quan ban hành được gửi hoặc lấy lại văn bản.",
            "Only a clerk of the issuing agency sends a document or takes it back.",
        )
    })?;
    Ok((issued, by))
}
