CREATE TABLE outgoing_documents (
    tenant_id             TEXT    NOT NULL,
    id                    TEXT    NOT NULL,
    document_type         TEXT    NOT NULL,
    symbol                TEXT    NOT NULL,
    notation              TEXT    NOT NULL,
    number                BIGINT  NOT NULL,
    register_id           TEXT    NOT NULL,
    book                  TEXT    NOT NULL,
    year                  INTEGER NOT NULL,
    issued_on             DATE    NOT NULL,
    issued_at             TEXT    NOT NULL,
    written_agency_id     TEXT    NOT NULL,
    written_code          TEXT    NOT NULL,
    responsible_agency_id TEXT    NOT NULL,
    subject               BLOB    NOT NULL,
    signer_name           BLOB,
    file_id               TEXT    NOT NULL,
    file_sha256           TEXT    NOT NULL,
    created_by            TEXT    NOT NULL,
    external_ref          TEXT,
    version               BIGINT  NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX outgoing_documents_number
    ON outgoing_documents (tenant_id, written_agency_id, year, notation, number);
CREATE INDEX outgoing_documents_issued ON outgoing_documents (tenant_id, issued_at, id);
CREATE INDEX outgoing_documents_responsible ON outgoing_documents (tenant_id, responsible_agency_id, issued_at, id);
CREATE INDEX outgoing_documents_creator ON outgoing_documents (tenant_id, created_by, issued_at, id);
CREATE INDEX outgoing_documents_reference ON outgoing_documents (tenant_id, external_ref);
CREATE INDEX outgoing_documents_file ON outgoing_documents (tenant_id, file_id);

CREATE TABLE outgoing_references (
    tenant_id    TEXT NOT NULL,
    client       TEXT NOT NULL,
    external_ref TEXT NOT NULL,
    document_id  TEXT NOT NULL,
    PRIMARY KEY (tenant_id, client, external_ref)
) WITHOUT ROWID;
