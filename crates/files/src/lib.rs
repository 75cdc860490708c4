//! Files (tệp): their content kept once by SHA-256, and the room of `/v1/files` that both services share.
//!
//! Two things live apart. The *content* stands in a directory under its hash ([`FileStore`]); the same content uploaded
//! by ten people is stored once, and what stands under a hash can't change. The *file* is a row of the service's database
//! ([`FileRecord`]): who uploaded which content under which name. Rows are what permission is about, so two files with
//! the same content are still two files.
//!
//! What is destroyed stays a row, and loses its content ([`destroy`], [`remove_destroyed`]).
//!
//! A service takes the room in with one line of [`file_routes!`] and a [`Files`] in its state, and says through
//! [`FileVisibility`] who beside the uploader may read a file: whoever may read the object the file belongs to.

mod destruction;
mod failure;
mod file_store;
pub mod http;
mod ops;
mod signature;
mod store;
mod sweep;
mod visibility;

pub use destruction::{destroy, remove_destroyed};
pub use file_store::{Content, FileStore, Removal, Stored};
pub use ops::Files;
pub use store::{FileRecord, MIGRATIONS, load, require_uploaded_by};
pub use sweep::TEMPORARY_AGE;
pub use visibility::{FileScopes, FileVisibility, uploader_of};
