CREATE TABLE mirrored_dossiers (
    tenant_id      TEXT   NOT NULL,
    id             TEXT   NOT NULL,
    code           TEXT   NOT NULL,
    client         TEXT   NOT NULL,
    source         TEXT   NOT NULL,
    procedure_code TEXT   NOT NULL,
    agency_code    TEXT   NOT NULL,
    agency_id      TEXT   NOT NULL,
    channel        BIGINT NOT NULL,
    state          BIGINT NOT NULL,
    as_of          TEXT   NOT NULL,
    submitted_at   TEXT   NOT NULL,
    received_at    TEXT,
    due_at         TEXT,
    ended_at       TEXT,
    returned_at    TEXT,
    owner_person   TEXT   NOT NULL,
    personal       BLOB   NOT NULL,
    content        TEXT   NOT NULL,
    written_at     TEXT   NOT NULL,
    version        BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX mirrored_dossiers_code ON mirrored_dossiers (tenant_id, code);
CREATE INDEX mirrored_dossiers_newest ON mirrored_dossiers (tenant_id, submitted_at, id);
CREATE INDEX mirrored_dossiers_agency ON mirrored_dossiers (tenant_id, agency_id, submitted_at, id);
CREATE INDEX mirrored_dossiers_owner ON mirrored_dossiers (tenant_id, owner_person, submitted_at, id);

CREATE TABLE mirrored_states (
    tenant_id  TEXT    NOT NULL,
    mirror_id  TEXT    NOT NULL,
    version    BIGINT  NOT NULL,
    state      BIGINT  NOT NULL,
    as_of      TEXT    NOT NULL,
    written_at TEXT    NOT NULL,
    reopened   BOOLEAN NOT NULL,
    PRIMARY KEY (tenant_id, mirror_id, version)
);
