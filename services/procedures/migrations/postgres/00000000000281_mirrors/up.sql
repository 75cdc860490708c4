CREATE TABLE mirrored_dossiers (
    tenant_id      uuid        NOT NULL,
    id             uuid        NOT NULL,
    code           text        NOT NULL,
    client         text        NOT NULL,
    source         text        NOT NULL,
    procedure_code text        NOT NULL,
    agency_code    text        NOT NULL,
    agency_id      uuid        NOT NULL,
    channel        bigint      NOT NULL,
    state          bigint      NOT NULL,
    as_of          timestamptz NOT NULL,
    submitted_at   timestamptz NOT NULL,
    received_at    timestamptz,
    due_at         timestamptz,
    ended_at       timestamptz,
    returned_at    timestamptz,
    owner_person   text        NOT NULL,
    personal       bytea       NOT NULL,
    content        jsonb       NOT NULL,
    written_at     timestamptz NOT NULL,
    version        bigint      NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX mirrored_dossiers_code ON mirrored_dossiers (tenant_id, code);
CREATE INDEX mirrored_dossiers_newest ON mirrored_dossiers (tenant_id, submitted_at, id);
CREATE INDEX mirrored_dossiers_agency ON mirrored_dossiers (tenant_id, agency_id, submitted_at, id);
CREATE INDEX mirrored_dossiers_owner ON mirrored_dossiers (tenant_id, owner_person, submitted_at, id);

CREATE TABLE mirrored_states (
    tenant_id  uuid       NOT NULL,
    mirror_id  uuid       NOT NULL,
    version    bigint     NOT NULL,
    state      bigint     NOT NULL,
    as_of      timestamptz NOT NULL,
    written_at timestamptz NOT NULL,
    reopened   boolean    NOT NULL,
    PRIMARY KEY (tenant_id, mirror_id, version)
);
