-- A number can be reserved before there is a document, be void, or carry a letter behind it (12a). SQLite can change
-- neither a key nor whether a column may be empty, so the table is written anew.
CREATE TABLE register_entries_by_suffix (
    tenant_id            TEXT   NOT NULL,
    register_id          TEXT   NOT NULL,
    number               BIGINT NOT NULL,
    suffix               TEXT   NOT NULL DEFAULT '',
    state                TEXT   NOT NULL DEFAULT 'used',
    document_id          TEXT,
    document_type        TEXT   NOT NULL,
    notation             TEXT   NOT NULL,
    registered_on        DATE   NOT NULL,
    registered_at        TEXT   NOT NULL,
    reserved_at          TEXT,
    reserved_by          TEXT,
    reason               BLOB,
    voided_at            TEXT,
    voided_by            TEXT,
    void_reason          BLOB,
    decision_number      TEXT,
    decision_on          DATE,
    decision_document_id TEXT,
    version              BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (tenant_id, register_id, number, suffix)
);
INSERT INTO register_entries_by_suffix
    (tenant_id, register_id, number, document_id, document_type, notation, registered_on, registered_at)
SELECT tenant_id, register_id, number, document_id, document_type, notation, registered_on, registered_at
FROM register_entries;
DROP TABLE register_entries;
ALTER TABLE register_entries_by_suffix RENAME TO register_entries;
CREATE UNIQUE INDEX register_entries_document ON register_entries (tenant_id, document_id, register_id);

ALTER TABLE register_sequences ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE register_sequences ADD COLUMN closed_at TEXT;

CREATE TABLE register_closings (
    tenant_id   TEXT   NOT NULL,
    register_id TEXT   NOT NULL,
    closed_at   TEXT   NOT NULL,
    closed_by   TEXT   NOT NULL,
    last_number BIGINT NOT NULL,
    used        BIGINT NOT NULL,
    void        BIGINT NOT NULL,
    late        BIGINT NOT NULL,
    sha256      TEXT   NOT NULL,
    event_id    TEXT   NOT NULL,
    reason      BLOB,
    note        BLOB,
    PRIMARY KEY (tenant_id, register_id)
);

ALTER TABLE outgoing_documents ADD COLUMN suffix TEXT NOT NULL DEFAULT '';
ALTER TABLE outgoing_documents ADD COLUMN normative BOOLEAN NOT NULL DEFAULT FALSE;
DROP INDEX outgoing_documents_number;
CREATE UNIQUE INDEX outgoing_documents_number
    ON outgoing_documents (tenant_id, written_agency_id, year, notation, number, suffix);
CREATE INDEX outgoing_documents_register ON outgoing_documents (tenant_id, register_id, number, suffix);
