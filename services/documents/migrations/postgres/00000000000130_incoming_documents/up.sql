CREATE TABLE incoming_documents (
    tenant_id             uuid        NOT NULL,
    id                    uuid        NOT NULL,
    source                text        NOT NULL,
    state                 text        NOT NULL,
    written_agency_id     uuid        NOT NULL,
    written_code          text        NOT NULL,
    responsible_agency_id uuid        NOT NULL,
    outgoing_document_id  uuid,
    delivery              integer     NOT NULL,
    issuer_agency_id      uuid,
    duplicate_key         text,
    document_type         text,
    number                text        NOT NULL,
    notation              text        NOT NULL,
    issued_on             date,
    urgency               integer     NOT NULL,
    content               bytea,
    facts                 jsonb       NOT NULL,
    received_at           timestamptz NOT NULL,
    register_id           uuid,
    arrival_number        bigint,
    arrived_on            date        NOT NULL,
    submitted_to          uuid,
    revision              integer     NOT NULL,
    act_by_at             timestamptz NOT NULL,
    created_by            text        NOT NULL,
    external_ref          text,
    version               bigint      NOT NULL,
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
    tenant_id    uuid NOT NULL,
    client       text NOT NULL,
    external_ref text NOT NULL,
    document_id  uuid NOT NULL,
    said         text NOT NULL,
    PRIMARY KEY (tenant_id, client, external_ref)
);

CREATE TABLE incoming_files (
    tenant_id   uuid    NOT NULL,
    document_id uuid    NOT NULL,
    position    integer NOT NULL,
    file_id     uuid    NOT NULL,
    sha256      text    NOT NULL,
    is_main     boolean NOT NULL,
    PRIMARY KEY (tenant_id, document_id, position)
);
CREATE INDEX incoming_files_file ON incoming_files (tenant_id, file_id);

CREATE TABLE incoming_notes (
    tenant_id    uuid        NOT NULL,
    id           uuid        NOT NULL,
    document_id  uuid        NOT NULL,
    action       text        NOT NULL,
    actor        text        NOT NULL,
    on_behalf_of text,
    noted_at     timestamptz NOT NULL,
    version      bigint      NOT NULL,
    said         bytea,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX incoming_notes_document ON incoming_notes (tenant_id, document_id, id);

CREATE TABLE incoming_assignments (
    tenant_id    uuid        NOT NULL,
    document_id  uuid        NOT NULL,
    revision     integer     NOT NULL,
    actor        text        NOT NULL,
    on_behalf_of text,
    assigned_at  timestamptz NOT NULL,
    due_at       timestamptz,
    instruction  bytea,
    PRIMARY KEY (tenant_id, document_id, revision)
);

CREATE TABLE incoming_assignees (
    tenant_id             uuid    NOT NULL,
    document_id           uuid    NOT NULL,
    revision              integer NOT NULL,
    position              integer NOT NULL,
    part                  text    NOT NULL,
    officer_id            uuid,
    written_agency_id     uuid,
    responsible_agency_id uuid,
    PRIMARY KEY (tenant_id, document_id, revision, position)
);
CREATE INDEX incoming_assignees_officer ON incoming_assignees (tenant_id, officer_id, document_id);
CREATE INDEX incoming_assignees_unit ON incoming_assignees (tenant_id, responsible_agency_id, document_id);

CREATE TABLE incoming_reads (
    tenant_id     uuid        NOT NULL,
    document_id   uuid        NOT NULL,
    reader        text        NOT NULL,
    first_read_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, document_id, reader)
);
