//! Changing what a case file says of itself while it is open.

use std::sync::Arc;

use motcua_db::{Conn, TxResult};
use motcua_journal::{Moment, Stamp};
use motcua_kernel::{Actor, Answer, Error, Idempotency, Result, Uuid};
use serde::Deserialize;
use utoipa::ToSchema;

use super::open::{LONGEST_DESCRIPTION, LONGEST_LANGUAGE, LONGEST_TITLE};
use super::rules::{AccessMode, Action, act_on};
use super::show;
use super::steps::{hands, load_at};
use crate::case_files::retention::{Retention, RetentionPeriod};
use crate::case_files::{CaseFiles, WRITE, facts, plans, search, store};
use crate::marks::{self, SecrecyMark};
use crate::text_fields::{needed, optional};

/// What is to be changed of a case file; what is left out stays.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"title": "Hồ sơ tuyển dụng công chức đợt 1 năm 2026"}))]
pub struct ChangeCaseFile {
    /// What it is about, at most 2,000 characters. Personal data.
    #[serde(default)]
    #[schema(max_length = 2000)]
    pub title: Option<String>,
    /// More about it, at most 2,000 characters; an empty text takes it away. Personal data.
    #[serde(default)]
    #[schema(max_length = 2000)]
    pub description: Option<String>,
    /// How long it is kept.
    #[serde(default)]
    pub retention: Option<RetentionPeriod>,
    /// The language of its documents.
    #[serde(default)]
    #[schema(max_length = 50)]
    pub language: Option<String>,
    /// Who may use it.
    #[serde(default)]
    pub rights: Option<AccessMode>,
    /// A secrecy mark, with which the change is refused.
    #[serde(default)]
    pub secrecy: Option<SecrecyMark>,
}

/// What becomes of the description.
enum Description {
    Stays,
    /// None is taken away.
    Becomes(Option<String>),
}

struct Asked {
    title: Option<String>,
    description: Description,
    retention: Option<Retention>,
    language: Option<String>,
    rights: Option<AccessMode>,
}

fn check(new: ChangeCaseFile) -> Result<Asked> {
    marks::refuse_secret(new.secrecy)?;
    let mut faults = Vec::new();
    let asked = Asked {
        title: new.title.map(|title| needed(&title, "/title", LONGEST_TITLE, &mut faults)),
        description: match new.description {
            None => Description::Stays,
            text => Description::Becomes(optional(text, "/description", LONGEST_DESCRIPTION, &mut faults)),
        },
        retention: new.retention.map(|period| period.check("/retention", &mut faults)),
        language: new.language.map(|text| needed(&text, "/language", LONGEST_LANGUAGE, &mut faults)),
        rights: new.rights,
    };
    if faults.is_empty() { Ok(asked) } else { Err(Error::invalid(faults)) }
}

/// Changes a case file.
///
/// # Errors
/// `not_found`, `case_file.state`, `case_file.not_yours`, `precondition.stale`, `retention.below_plan`.
pub(super) async fn change(
    room: &CaseFiles,
    actor: Arc<Actor>,
    key: Option<Idempotency>,
    (id, version): (Uuid, i64),
    new: ChangeCaseFile,
) -> Result<Answer> {
    actor.require_scope(WRITE)?;
    let asked = check(new).inspect_err(|error| marks::note_secret(&actor, error))?;
    super::steps::admit(room, &actor, id).await?;
    let act = move |tx: &mut Conn, room: &CaseFiles, actor: &Actor| change_in(tx, room, actor, (id, version), &asked);
    room.once(&actor, ("case_file_change", "change_case_file"), key, act).await
}

fn change_in(
    tx: &mut Conn,
    room: &CaseFiles,
    actor: &Actor,
    (id, version): (Uuid, i64),
    asked: &Asked,
) -> TxResult<Answer> {
    let mut row = load_at(tx, room, actor, id, version)?;
    let (_, by) = act_on(row.state()?, Action::Edit, &hands(tx, actor, &row)?)?;
    let mut content = row.content(&room.db.vault)?;
    if let Some(title) = &asked.title {
        content.title.clone_from(title);
    }
    if let Description::Becomes(description) = &asked.description {
        content.description.clone_from(description);
    }
    row.content = content.seal(&room.db.vault, id)?;
    if let Some(retention) = asked.retention {
        if let Some(entry) = &row.plan_entry_id {
            plans::require_as_long(plans::retention_of(tx, actor.tenant, entry.0)?, retention)?;
        }
        row.retention_years = retention.0;
    }
    if let Some(language) = &asked.language {
        row.language.clone_from(language);
    }
    if let Some(rights) = asked.rights {
        rights.as_str().clone_into(&mut row.rights);
    }
    row.version += 1;
    store::update(tx, &row)?;
    search::enter(tx, room, &row)?;
    let stamp = Stamp::of(&by, Moment::of(&room.db.clock));
    store::note(tx, &room.db.vault, &row, Action::Edit.as_str(), &by, &stamp, None)?;
    facts::tell(tx, &room.journal, &stamp, facts::CHANGED, &row)?;
    let view = show::whole(tx, room, actor, &row)?;
    Ok(Answer::done(&view)?.version(row.version).personal())
}
