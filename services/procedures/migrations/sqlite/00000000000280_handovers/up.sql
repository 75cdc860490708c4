CREATE TABLE handovers (
    tenant_id       TEXT   NOT NULL,
    id              TEXT   NOT NULL,
    dossier_id      TEXT   NOT NULL,
    number          BIGINT NOT NULL,
    from_agency_id  TEXT   NOT NULL,
    from_code       TEXT   NOT NULL,
    from_officer_id TEXT,
    to_agency_id    TEXT   NOT NULL,
    to_code         TEXT   NOT NULL,
    to_officer_id   TEXT,
    papers          BLOB   NOT NULL,
    note            BLOB,
    handed_over_at  TEXT   NOT NULL,
    given_by        TEXT   NOT NULL,
    state           TEXT   NOT NULL,
    differences     BLOB,
    received_at     TEXT,
    receiver_id     TEXT,
    received_by     TEXT,
    version         BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX handovers_number ON handovers (tenant_id, dossier_id, number);
