//! Giving a decided dossier's result its number.
//!
//! A decision that ends a dossier is an official document: the documents service registers it and gives it its number.
//! Approval and the duty to issue are one transaction; a worker then calls documents until it has the number, days
//! later if need be. The dossier's id goes along as the permanent `external_ref`, so however often the call is repeated
//! there is one document and one number. Nothing waits for the network inside a transaction.

mod client;
mod store;
mod worker;

pub use client::IssuedDocument;
pub(crate) use store::enqueue;
pub use worker::Issuer;
