CREATE TABLE case_file_loans (
    tenant_id           uuid        NOT NULL,
    id                  uuid        NOT NULL,
    case_file_id        uuid        NOT NULL,
    keeper_agency_id    uuid        NOT NULL,
    borrower_officer_id uuid        NOT NULL,
    state               text        NOT NULL,
    due_on              date        NOT NULL,
    purpose             bytea       NOT NULL,
    requested_at        timestamptz NOT NULL,
    requested_by        text        NOT NULL,
    decided_at          timestamptz,
    decided_by          text,
    decider_officer_id  uuid,
    refusal             bytea,
    returned_at         timestamptz,
    version             bigint      NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX case_file_loans_case_file ON case_file_loans (tenant_id, case_file_id);
CREATE INDEX case_file_loans_keeper ON case_file_loans (tenant_id, keeper_agency_id, requested_at, id);
CREATE INDEX case_file_loans_borrower ON case_file_loans (tenant_id, borrower_officer_id, requested_at, id);

CREATE TABLE destructions (
    tenant_id             uuid        NOT NULL,
    id                    uuid        NOT NULL,
    written_agency_id     uuid        NOT NULL,
    written_code          text        NOT NULL,
    responsible_agency_id uuid        NOT NULL,
    state                 text        NOT NULL,
    proposed_at           timestamptz NOT NULL,
    proposed_by           text        NOT NULL,
    proposed_for          text,
    content               bytea       NOT NULL,
    decision_number       text,
    decision_on           date,
    decided_at            timestamptz,
    decided_by            text,
    destroyed_at          timestamptz,
    destroyed_by          text,
    version               bigint      NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX destructions_responsible ON destructions (tenant_id, responsible_agency_id, proposed_at, id);

CREATE TABLE destruction_items (
    tenant_id      uuid        NOT NULL,
    destruction_id uuid        NOT NULL,
    case_file_id   uuid        NOT NULL,
    position       integer     NOT NULL,
    PRIMARY KEY (tenant_id, destruction_id, case_file_id)
);
CREATE INDEX destruction_items_case_file ON destruction_items (tenant_id, case_file_id);
