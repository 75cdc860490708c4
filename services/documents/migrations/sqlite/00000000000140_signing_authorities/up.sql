-- Who may sign for an agency, in which capacity, from when to when. An authority ends with its agency and is never moved.
CREATE TABLE signing_authorities (
    tenant_id      TEXT   NOT NULL,
    id             TEXT   NOT NULL,
    agency_id      TEXT   NOT NULL,
    agency_code    TEXT   NOT NULL,
    officer_id     TEXT   NOT NULL,
    capacity       TEXT   NOT NULL,
    prefix         TEXT   NOT NULL,
    position       TEXT   NOT NULL,
    document_types TEXT,
    valid_from     DATE   NOT NULL,
    valid_to       DATE,
    legal_basis    TEXT   NOT NULL,
    given_under_id TEXT,
    granted_by     TEXT   NOT NULL,
    granted_at     TEXT   NOT NULL,
    ended_on       DATE,
    end_reason     BLOB,
    version        BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX signing_authorities_agency ON signing_authorities (tenant_id, agency_id, id);
CREATE INDEX signing_authorities_officer ON signing_authorities (tenant_id, officer_id, agency_id);
