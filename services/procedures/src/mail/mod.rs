//! Notices by e-mail (thư nhắc việc): to the addresses that an agency has named for a role.
//!
//! Off until `procedures.mail.host` is set. Then each notice (room `timers`) is written with a row for every address of its
//! role in its agency, in the transaction of the notice, so none is forgotten. How they are sent, and tried again, is the
//! crate `mail`; what is given up the list of notices and the metric `notice_mails_given_up_total` show.
//!
//! A message holds no personal data: the code of the dossier, the name of its procedure, the clock and the due instant. It
//! has no link, so that nobody learns to follow links in such messages.

pub mod facts;
pub mod http;
pub mod view;

mod addresses;
mod outbox;
mod store;
mod text;
mod worker;

pub(crate) use addresses::visible_among;
pub(crate) use outbox::queue;
pub(crate) use store::{forget, of_notices};
pub(crate) use worker::worker;
