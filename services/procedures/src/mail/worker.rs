//! The worker that sends what waits.

use std::time::Duration;

use motcua_kernel::Result;
use motcua_mail::Posting;
use motcua_service::Worker;
use motcua_web::settings::MailSettings;

use super::outbox::NoticeMails;
use crate::dossiers::Dossiers;

/// How often it looks.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// Sends notices by e-mail; none where the settings name no server.
///
/// # Errors
/// When the address or the server's name can't be one.
pub(crate) fn worker(room: &Dossiers, settings: &MailSettings) -> Result<Option<Worker>> {
    let posting = Posting::<NoticeMails>::new(room.db.clone(), "procedures", settings)?;
    Ok(posting.map(|posting| {
        Worker::every("notice mails", LOOK_AGAIN, move || {
            let posting = posting.clone();
            async move { posting.catch_up().await }
        })
    }))
}
