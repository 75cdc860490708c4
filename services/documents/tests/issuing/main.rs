//! What issuing documents and their registers promise, over real HTTP, on both databases.

mod desk;
mod files;
mod numbering;
mod reading;
mod references;
mod refusals;
mod registers;
