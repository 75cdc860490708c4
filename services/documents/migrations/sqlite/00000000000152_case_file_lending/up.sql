CREATE TABLE case_file_loans (
    tenant_id           TEXT   NOT NULL,
    id                  TEXT   NOT NULL,
    case_file_id        TEXT   NOT NULL,
    keeper_agency_id    TEXT   NOT NULL,
    borrower_officer_id TEXT   NOT NULL,
    state               TEXT   NOT NULL,
    due_on              DATE   NOT NULL,
    purpose             BLOB   NOT NULL,
    requested_at        TEXT   NOT NULL,
    requested_by        TEXT   NOT NULL,
    decided_at          TEXT,
    decided_by          TEXT,
    decider_officer_id  TEXT,
    refusal             BLOB,
    returned_at         TEXT,
    version             BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX case_file_loans_case_file ON case_file_loans (tenant_id, case_file_id);
CREATE INDEX case_file_loans_keeper ON case_file_loans (tenant_id, keeper_agency_id, requested_at, id);
CREATE INDEX case_file_loans_borrower ON case_file_loans (tenant_id, borrower_officer_id, requested_at, id);

CREATE TABLE destructions (
    tenant_id             TEXT   NOT NULL,
    id                    TEXT   NOT NULL,
    written_agency_id     TEXT   NOT NULL,
    written_code          TEXT   NOT NULL,
    responsible_agency_id TEXT   NOT NULL,
    state                 TEXT   NOT NULL,
    proposed_at           TEXT   NOT NULL,
    proposed_by           TEXT   NOT NULL,
    proposed_for          TEXT,
    content               BLOB   NOT NULL,
    decision_number       TEXT,
    decision_on           DATE,
    decided_at            TEXT,
    decided_by            TEXT,
    destroyed_at          TEXT,
    destroyed_by          TEXT,
    version               BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX destructions_responsible ON destructions (tenant_id, responsible_agency_id, proposed_at, id);

CREATE TABLE destruction_items (
    tenant_id      TEXT    NOT NULL,
    destruction_id TEXT    NOT NULL,
    case_file_id   TEXT    NOT NULL,
    position       INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, destruction_id, case_file_id)
);
CREATE INDEX destruction_items_case_file ON destruction_items (tenant_id, case_file_id);
