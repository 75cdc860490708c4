CREATE TABLE dossier_facts (
    tenant_id                    uuid NOT NULL,
    dossier_id                   uuid NOT NULL,
    version                      BIGINT NOT NULL,
    code                         TEXT,
    procedure_code               TEXT NOT NULL,
    procedure_name               TEXT NOT NULL,
    field_code                   TEXT NOT NULL,
    field_name                   TEXT NOT NULL,
    channel                      TEXT NOT NULL,
    state                        TEXT NOT NULL,
    national_state               INTEGER NOT NULL,
    receiving_written_agency_id  uuid NOT NULL,
    receiving_written_code       TEXT NOT NULL,
    receiving_agency_id          uuid NOT NULL,
    competent_written_agency_id  uuid NOT NULL,
    competent_written_code       TEXT NOT NULL,
    competent_agency_id          uuid NOT NULL,
    submitted_at                 timestamptz NOT NULL,
    received_at                  timestamptz,
    first_due_at                 timestamptz,
    due_at                       timestamptz,
    finished_at                  timestamptz,
    returned_at                  timestamptz,
    ended_at                     timestamptz,
    result_number                TEXT,
    PRIMARY KEY (tenant_id, dossier_id)
);
-- With the last columns a month is counted from the index alone.
CREATE INDEX dossier_facts_competent_received
    ON dossier_facts (tenant_id, competent_agency_id, received_at, dossier_id, national_state);
CREATE INDEX dossier_facts_competent_finished
    ON dossier_facts (tenant_id, competent_agency_id, finished_at, dossier_id, due_at);
CREATE INDEX dossier_facts_receiving_received
    ON dossier_facts (tenant_id, receiving_agency_id, received_at, dossier_id, national_state);
CREATE INDEX dossier_facts_receiving_finished
    ON dossier_facts (tenant_id, receiving_agency_id, finished_at, dossier_id, due_at);

CREATE TABLE document_facts (
    tenant_id           uuid NOT NULL,
    document_id         uuid NOT NULL,
    issuing_agency_id   uuid NOT NULL,
    issuing_agency_code TEXT NOT NULL,
    document_type       TEXT NOT NULL,
    number              BIGINT NOT NULL,
    full_number         TEXT NOT NULL,
    book                TEXT NOT NULL,
    year                INTEGER NOT NULL,
    issued_on           DATE NOT NULL,
    PRIMARY KEY (tenant_id, document_id)
);
CREATE INDEX document_facts_issued ON document_facts (tenant_id, issuing_agency_id, issued_on, document_id);
