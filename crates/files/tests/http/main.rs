//! What `/v1/files` promises, over real HTTP, on both databases.

mod desk;
mod limits;
mod reading;
mod uploading;
