-- Who may sign for an agency, in which capacity, from when to when. An authority ends with its agency and is never moved.
CREATE TABLE signing_authorities (
    tenant_id      uuid        NOT NULL,
    id             uuid        NOT NULL,
    agency_id      uuid        NOT NULL,
    agency_code    text        NOT NULL,
    officer_id     uuid        NOT NULL,
    capacity       text        NOT NULL,
    prefix         text        NOT NULL,
    position       text        NOT NULL,
    document_types jsonb,
    valid_from     date        NOT NULL,
    valid_to       date,
    legal_basis    text        NOT NULL,
    given_under_id uuid,
    granted_by     text        NOT NULL,
    granted_at     timestamptz NOT NULL,
    ended_on       date,
    end_reason     bytea,
    version        bigint      NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX signing_authorities_agency ON signing_authorities (tenant_id, agency_id, id);
CREATE INDEX signing_authorities_officer ON signing_authorities (tenant_id, officer_id, agency_id);
