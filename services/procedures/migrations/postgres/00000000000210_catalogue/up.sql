-- Sorted and paged by name_folded: bytes, so that both databases agree on the order.
CREATE TABLE procedures (
    tenant_id          uuid   NOT NULL,
    id                 uuid   NOT NULL,
    code               text   NOT NULL,
    national_code      text   NOT NULL,
    name               text   NOT NULL,
    name_folded        text   COLLATE "C" NOT NULL,
    field_code         text   NOT NULL,
    field_name         text   NOT NULL,
    field_folded       text   NOT NULL,
    levels             text   NOT NULL,
    audience           text   NOT NULL,
    competent_code     text NOT NULL,
    issuing_code       text NOT NULL,
    status             text   NOT NULL,
    source             text   NOT NULL,
    current_version_id uuid   NOT NULL,
    current_number     bigint NOT NULL,
    last_number        bigint NOT NULL,
    next_from          date,
    warnings           bigint NOT NULL,
    suspension         jsonb,
    abolition          jsonb,
    abolished_from     date,
    popularity         bigint NOT NULL,
    version            bigint NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX procedures_code ON procedures (tenant_id, code);
CREATE INDEX procedures_national ON procedures (tenant_id, national_code);
CREATE INDEX procedures_name ON procedures (tenant_id, name_folded, id);
CREATE INDEX procedures_popularity ON procedures (tenant_id, popularity DESC, name_folded, id);
CREATE INDEX procedures_next ON procedures (next_from);

CREATE TABLE procedure_versions (
    tenant_id       uuid        NOT NULL,
    id              uuid        NOT NULL,
    procedure_id    uuid        NOT NULL,
    number          bigint      NOT NULL,
    effective_from  date        NOT NULL,
    source          text        NOT NULL,
    decision_number text,
    decision_on     date,
    content_hash    text        NOT NULL,
    warnings        bigint      NOT NULL,
    published_at    timestamptz NOT NULL,
    import_id       uuid,
    content         jsonb       NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX procedure_versions_number ON procedure_versions (tenant_id, procedure_id, number);

CREATE TABLE procedure_warnings (
    tenant_id  uuid   NOT NULL,
    version_id uuid   NOT NULL,
    seq        bigint NOT NULL,
    code       text   NOT NULL,
    kind       text   NOT NULL,
    pointer    text   NOT NULL,
    also       jsonb  NOT NULL,
    vi         text   NOT NULL,
    en         text   NOT NULL,
    value      text,
    PRIMARY KEY (tenant_id, version_id, seq)
);
CREATE INDEX procedure_warnings_code ON procedure_warnings (tenant_id, code, version_id);

CREATE TABLE imports (
    tenant_id        uuid        NOT NULL,
    id               uuid        NOT NULL,
    file_name        text        NOT NULL,
    source           text,
    actor            text        NOT NULL,
    state            text        NOT NULL,
    started_at       timestamptz NOT NULL,
    updated_at       timestamptz NOT NULL,
    finished_at      timestamptz,
    lines            bigint      NOT NULL,
    loaded           bigint      NOT NULL,
    with_warnings    bigint      NOT NULL,
    unchanged        bigint      NOT NULL,
    refused          bigint      NOT NULL,
    warnings_by_code jsonb       NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

CREATE TABLE import_refusals (
    tenant_id      uuid   NOT NULL,
    import_id      uuid   NOT NULL,
    line           bigint NOT NULL,
    code           text   NOT NULL,
    procedure_code text,
    vi             text   NOT NULL,
    en             text   NOT NULL,
    PRIMARY KEY (tenant_id, import_id, line)
);

CREATE TABLE procedure_drafts (
    tenant_id            uuid NOT NULL,
    id                   uuid NOT NULL,
    procedure_id         uuid NOT NULL,
    code                 text NOT NULL,
    state                text NOT NULL,
    based_on             uuid,
    content              jsonb NOT NULL,
    author               text NOT NULL,
    created_at           timestamptz NOT NULL,
    updated_at           timestamptz NOT NULL,
    published_version_id uuid,
    version              bigint NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX procedure_drafts_open ON procedure_drafts (tenant_id, code) WHERE state = 'open';
