CREATE TABLE register_books (
    tenant_id     TEXT    NOT NULL,
    agency_id     TEXT    NOT NULL,
    kind          TEXT    NOT NULL,
    document_type TEXT    NOT NULL,
    from_year     INTEGER NOT NULL,
    book          TEXT    NOT NULL,
    PRIMARY KEY (tenant_id, agency_id, kind, document_type, from_year)
);

CREATE TABLE register_sequences (
    tenant_id             TEXT    NOT NULL,
    agency_id             TEXT    NOT NULL,
    kind                  TEXT    NOT NULL,
    book                  TEXT    NOT NULL,
    year                  INTEGER NOT NULL,
    id                    TEXT    NOT NULL,
    last_number           BIGINT  NOT NULL,
    responsible_agency_id TEXT    NOT NULL,
    PRIMARY KEY (tenant_id, agency_id, kind, book, year)
);
CREATE UNIQUE INDEX register_sequences_id ON register_sequences (tenant_id, id);
CREATE INDEX register_sequences_listed ON register_sequences (tenant_id, year, id);
CREATE INDEX register_sequences_responsible ON register_sequences (tenant_id, responsible_agency_id);

CREATE TABLE register_entries (
    tenant_id     TEXT   NOT NULL,
    register_id   TEXT   NOT NULL,
    number        BIGINT NOT NULL,
    document_id   TEXT   NOT NULL,
    document_type TEXT   NOT NULL,
    notation      TEXT   NOT NULL,
    registered_on DATE   NOT NULL,
    registered_at TEXT   NOT NULL,
    PRIMARY KEY (tenant_id, register_id, number)
);
CREATE UNIQUE INDEX register_entries_document ON register_entries (tenant_id, document_id, register_id);
