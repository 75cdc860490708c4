//! The words of files, read and folded once in a transaction: for every receiver of one document, for a draft and the
//! document it becomes, and before a number is waited for rather than while a register is held.

use std::collections::BTreeMap;
use std::sync::Arc;

use motcua_db::{Conn, Db, TxResult};
use motcua_kernel::Uuid;

use super::index::{FileContent, hold};
use super::words::{MOST_WORDS, first_words};
use crate::texts;

/// What the files of a document say.
#[derive(Debug, Clone, Default)]
pub struct Body(Vec<(FileContent, Arc<[String]>)>);

impl Body {
    /// The contents of the files.
    pub(super) fn contents(&self) -> impl Iterator<Item = &FileContent> {
        self.0.iter().map(|(content, _)| content)
    }

    /// Their words, one file after the other.
    pub(super) fn words(&self) -> impl Iterator<Item = &str> {
        self.0.iter().flat_map(|(_, words)| words.iter()).map(String::as_str)
    }
}

/// The words of contents that were read in this transaction.
#[derive(Debug, Default)]
pub struct FileWords(BTreeMap<String, Arc<[String]>>);

impl FileWords {
    /// What the files of a document say now. Each content is read by somebody else first, where nobody has; until the
    /// transaction ends nobody says of one that it has been read, so that what is entered without it is entered again.
    ///
    /// # Errors
    /// When the database fails.
    pub fn of(
        &mut self,
        tx: &mut Conn,
        db: &Db,
        tenant: Uuid,
        document: Uuid,
        files: Vec<FileContent>,
    ) -> TxResult<Body> {
        hold(tx, document)?;
        let mut body = Vec::with_capacity(files.len());
        for file in files {
            let words = match self.0.get(&file.sha256) {
                Some(words) => Arc::clone(words),
                None => self.read(tx, db, tenant, &file)?,
            };
            body.push((file, words));
        }
        Ok(Body(body))
    }

    fn read(&mut self, tx: &mut Conn, db: &Db, tenant: Uuid, file: &FileContent) -> TxResult<Arc<[String]>> {
        texts::want(tx, tenant, &file.sha256, file.size, db.clock.system().0)?;
        let text = texts::held_text_of(tx, &db.vault, tenant, &file.sha256)?;
        let words: Arc<[String]> = first_words(&text, MOST_WORDS).into();
        self.0.insert(file.sha256.clone(), Arc::clone(&words));
        Ok(words)
    }
}
