CREATE TABLE register_books (
    tenant_id     uuid    NOT NULL,
    agency_id     uuid    NOT NULL,
    kind          text    NOT NULL,
    document_type text    NOT NULL,
    from_year     integer NOT NULL,
    book          text    NOT NULL,
    PRIMARY KEY (tenant_id, agency_id, kind, document_type, from_year)
);

CREATE TABLE register_sequences (
    tenant_id             uuid    NOT NULL,
    agency_id             uuid    NOT NULL,
    kind                  text    NOT NULL,
    book                  text    NOT NULL,
    year                  integer NOT NULL,
    id                    uuid    NOT NULL,
    last_number           bigint  NOT NULL,
    responsible_agency_id uuid    NOT NULL,
    PRIMARY KEY (tenant_id, agency_id, kind, book, year)
);
CREATE UNIQUE INDEX register_sequences_id ON register_sequences (tenant_id, id);
CREATE INDEX register_sequences_listed ON register_sequences (tenant_id, year, id);
CREATE INDEX register_sequences_responsible ON register_sequences (tenant_id, responsible_agency_id);

CREATE TABLE register_entries (
    tenant_id     uuid        NOT NULL,
    register_id   uuid        NOT NULL,
    number        bigint      NOT NULL,
    document_id   uuid        NOT NULL,
    document_type text        NOT NULL,
    notation      text        NOT NULL,
    registered_on date        NOT NULL,
    registered_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, register_id, number)
);
CREATE UNIQUE INDEX register_entries_document ON register_entries (tenant_id, document_id, register_id);
