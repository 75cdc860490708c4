CREATE TABLE incoming_documents (
    tenant_id             TEXT    NOT NULL,
    id                    TEXT    NOT NULL,
    source                TEXT    NOT NULL,
    state                 TEXT    NOT NULL,
    written_agency_id     TEXT    NOT NULL,
    written_code          TEXT    NOT NULL,
    responsible_agency_id TEXT    NOT NULL,
    outgoing_document_id  TEXT,
    delivery              INTEGER NOT NULL,
    issuer_agency_id      TEXT,
    duplicate_key         TEXT,
    document_type         TEXT,
    number                TEXT    NOT NULL,
    notation              TEXT    NOT NULL,
    issued_on             DATE,
    urgency               INTEGER NOT NULL,
    content               BLOB,
    facts                 TEXT    NOT NULL,
    received_at           TEXT    NOT NULL,
    register_id           TEXT,
    arrival_number        BIGINT,
    arrived_on            DATE    NOT NULL,
    submitted_to          TEXT,
    revision              INTEGER NOT NULL,
    act_by_at             TEXT    NOT NULL,
    created_by            TEXT    NOT NULL,
    external_ref          TEXT,
    version               BIGINT  NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX incoming_documents_delivery
    ON incoming_documents (tenant_id, outgoing_document_id, written_agency_id, delivery);
CREATE UNIQUE INDEX incoming_documents_number ON incoming_documents (tenant_id, register_id, arrival_number);
CREATE INDEX incoming_documents_received ON incoming_documents (tenant_id, received_at, id);
CREATE INDEX incoming_documents_responsible
    ON incoming_documents (tenant_id, responsible_agency_id, received_at, id);
CREATE INDEX incoming_documents_urgency ON incoming_documents (tenant_id, urgency, act_by_at, id);
CREATE INDEX incoming_documents_overdue ON incoming_documents (tenant_id, act_by_at, id);
CREATE INDEX incoming_documents_duplicate ON incoming_documents (tenant_id, duplicate_key);
CREATE INDEX incoming_documents_submitted ON incoming_documents (tenant_id, submitted_to);
CREATE INDEX incoming_documents_creator ON incoming_documents (tenant_id, created_by, received_at, id);
CREATE INDEX incoming_documents_reference ON incoming_documents (tenant_id, external_ref);

CREATE TABLE incoming_references (
    tenant_id             TEXT    NOT NULL,
    client                TEXT    NOT NULL,
    external_ref          TEXT    NOT NULL,
    document_id           TEXT    NOT NULL,
    said                  TEXT    NOT NULL,
    PRIMARY KEY (tenant_id, client, external_ref)
);

CREATE TABLE incoming_files (
    tenant_id             TEXT    NOT NULL,
    document_id           TEXT    NOT NULL,
    position              INTEGER NOT NULL,
    file_id               TEXT    NOT NULL,
    sha256                TEXT    NOT NULL,
    is_main               BOOLEAN NOT NULL,
    PRIMARY KEY (tenant_id, document_id, position)
);
CREATE INDEX incoming_files_file ON incoming_files (tenant_id, file_id);

CREATE TABLE incoming_notes (
    tenant_id             TEXT    NOT NULL,
    id                    TEXT    NOT NULL,
    document_id           TEXT    NOT NULL,
    action                TEXT    NOT NULL,
    actor                 TEXT    NOT NULL,
    on_behalf_of          TEXT,
    noted_at              TEXT    NOT NULL,
    version               BIGINT  NOT NULL,
    said                  BLOB,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX incoming_notes_document ON incoming_notes (tenant_id, document_id, id);

CREATE TABLE incoming_assignments (
    tenant_id             TEXT    NOT NULL,
    document_id           TEXT    NOT NULL,
    revision              INTEGER NOT NULL,
    actor                 TEXT    NOT NULL,
    on_behalf_of          TEXT,
    assigned_at           TEXT    NOT NULL,
    due_at                TEXT,
    instruction           BLOB,
    PRIMARY KEY (tenant_id, document_id, revision)
);

CREATE TABLE incoming_assignees (
    tenant_id             TEXT    NOT NULL,
    document_id           TEXT    NOT NULL,
    revision              INTEGER NOT NULL,
    position              INTEGER NOT NULL,
    part                  TEXT    NOT NULL,
    officer_id            TEXT,
    written_agency_id     TEXT,
    responsible_agency_id TEXT,
    PRIMARY KEY (tenant_id, document_id, revision, position)
);
CREATE INDEX incoming_assignees_officer ON incoming_assignees (tenant_id, officer_id, document_id);
CREATE INDEX incoming_assignees_unit ON incoming_assignees (tenant_id, responsible_agency_id, document_id);

CREATE TABLE incoming_reads (
    tenant_id             TEXT    NOT NULL,
    document_id           TEXT    NOT NULL,
    reader                TEXT    NOT NULL,
    first_read_at         TEXT    NOT NULL,
    PRIMARY KEY (tenant_id, document_id, reader)
);
