//! Taking a rating.

use motcua_db::sql::Id;
use motcua_db::{Conn, TxResult};
use motcua_kernel::text::normalise;
use motcua_kernel::{Error, FieldError, Result, Text, Uuid};

use super::criteria::{BEST, CRITERIA};
use super::store::{self, RatingRow, ScoreRow};
use super::view::{CreateRating, RatingTaken};
use super::{Ratings, month};
use crate::dossiers::facts::DossierFacts;
use crate::dossiers::{Dossiers, store as dossier_store};
use crate::tracking::{canonical, find, unknown};

/// The most characters a comment has.
const MOST_CHARACTERS: usize = 1000;

/// Takes a rating.
///
/// # Errors
/// Every fault of the request at once, `tracking.unknown`, `rating.too_early`, `rating.given`.
pub(super) async fn give(room: &Ratings, new: CreateRating) -> Result<RatingTaken> {
    let faults = faults(&new);
    if !faults.is_empty() {
        return Err(Error::invalid(faults));
    }
    let (own, tenant) = (room.tracking.dossiers.clone(), room.tracking.tenant);
    own.db.clone().write("rating_give", move |tx| take(tx, &own, tenant, &new)).await?;
    let message = Text::new("Cảm ơn bạn đã đánh giá.", "Thank you for your rating.");
    Ok(RatingTaken { message })
}

fn take(tx: &mut Conn, room: &Dossiers, tenant: Uuid, new: &CreateRating) -> TxResult<()> {
    let reference = canonical(&new.tracking_reference).unwrap_or_default();
    let row = find(tx, tenant, &reference, None)?.ok_or_else(unknown)?;
    if row.ended_at.is_none() {
        return Err(too_early().into());
    }
    if !store::mark(tx, tenant, &room.db.vault.lookup("rating", &reference))? {
        return Err(given().into());
    }
    let facts: DossierFacts = dossier_store::facts(&row)?;
    let id = Uuid::from_u128(rand::random());
    let scores: Vec<ScoreRow> = new
        .scores
        .iter()
        .map(|(criterion, score)| ScoreRow {
            tenant_id: Id(tenant),
            rating_id: Id(id),
            criterion: criterion.clone(),
            score: *score,
        })
        .collect();
    let comment = new.comment.as_deref().map(normalise).filter(|comment| !comment.is_empty());
    let comment = comment.map(|comment| room.db.vault.seal(&context(id), comment.as_bytes())).transpose()?;
    let complete = scores.len() == CRITERIA.len();
    let agency = facts.agencies.receiving.responsible_id;
    let rating = RatingRow {
        tenant_id: Id(tenant),
        id: Id(id),
        agency_id: Id(agency),
        responsible_agency_id: Id(agency),
        field_code: facts.procedure.field_code,
        procedure_code: facts.procedure.code,
        month: month::of(room.db.clock.business().day_in_vietnam()),
        total: complete.then(|| scores.iter().map(|score| score.score).sum()),
        comment,
        told: false,
    };
    store::insert(tx, rating, &scores)
}

/// What a sealed comment belongs to.
pub(super) fn context(id: Uuid) -> String {
    format!("ratings.comment:{id}")
}

fn faults(new: &CreateRating) -> Vec<FieldError> {
    let mut faults = Vec::new();
    if new.scores.is_empty() {
        let text = Text::new("Cần ít nhất một tiêu chí.", "At least one criterion is required.");
        faults.push(FieldError::new("/scores", "required", text));
    }
    for (code, score) in new.scores.iter().take(2 * CRITERIA.len()) {
        let pointer = format!("/scores/{}", code.replace('~', "~0").replace('/', "~1"));
        if !CRITERIA.iter().any(|criterion| criterion.code == code) {
            let text = Text::new("Không có tiêu chí này.", "There is no such criterion.");
            faults.push(FieldError::new(pointer, "criterion.unknown", text));
        } else if !(0..=BEST).contains(score) {
            let text = Text::new("Điểm là 0, 1 hoặc 2.", "A score is 0, 1 or 2.");
            faults.push(FieldError::new(pointer, "range", text));
        }
    }
    if new.comment.as_deref().is_some_and(|comment| comment.chars().count() > MOST_CHARACTERS) {
        let text = Text::new("Nhiều nhất 1.000 ký tự.", "At most 1,000 characters.");
        faults.push(FieldError::new("/comment", "max_length", text));
    }
    faults
}

fn too_early() -> Error {
    Error::conflict(
        "rating.too_early",
        "Hồ sơ chưa giải quyết xong nên chưa đánh giá được.",
        "The dossier has not ended yet, so it can't be rated.",
    )
}

fn given() -> Error {
    Error::conflict("rating.given", "Hồ sơ này đã được đánh giá.", "This dossier was rated already.")
}
