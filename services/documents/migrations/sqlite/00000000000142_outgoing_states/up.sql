-- What was issued before this column was issued in one step.
ALTER TABLE outgoing_documents ADD COLUMN state TEXT NOT NULL DEFAULT 'issued';

-- What a document that was drafted here has beside its number, and what became of it after it was issued.
CREATE TABLE outgoing_details (
    tenant_id       TEXT    NOT NULL,
    document_id     TEXT    NOT NULL,
    draft_id        TEXT,
    urgency         TEXT    NOT NULL,
    circulation     TEXT,
    internal        BOOLEAN NOT NULL,
    pages           INTEGER,
    copies          INTEGER,
    unit_id         TEXT,
    signer_capacity TEXT,
    signer_prefix   TEXT,
    signer_position TEXT,
    released_at     TEXT,
    recalled_at     TEXT,
    reason          BLOB,
    PRIMARY KEY (tenant_id, document_id)
);

CREATE TABLE outgoing_files (
    tenant_id   TEXT    NOT NULL,
    document_id TEXT    NOT NULL,
    position    INTEGER NOT NULL,
    file_id     TEXT    NOT NULL,
    sha256      TEXT    NOT NULL,
    PRIMARY KEY (tenant_id, document_id, position)
);
CREATE INDEX outgoing_files_file ON outgoing_files (tenant_id, file_id);

-- Which document replaced or corrected which.
CREATE TABLE outgoing_links (
    tenant_id      TEXT NOT NULL,
    document_id    TEXT NOT NULL,
    by_document_id TEXT NOT NULL,
    kind           TEXT NOT NULL,
    linked_at      TEXT NOT NULL,
    PRIMARY KEY (tenant_id, document_id, by_document_id)
);
CREATE INDEX outgoing_links_by ON outgoing_links (tenant_id, by_document_id);
