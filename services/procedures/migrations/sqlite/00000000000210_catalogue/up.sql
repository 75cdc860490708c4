CREATE TABLE procedures (
    tenant_id          TEXT NOT NULL,
    id                 TEXT NOT NULL,
    code               TEXT NOT NULL,
    national_code      TEXT NOT NULL,
    name               TEXT NOT NULL,
    name_folded        TEXT NOT NULL,
    field_code         TEXT NOT NULL,
    field_name         TEXT NOT NULL,
    field_folded       TEXT NOT NULL,
    levels             TEXT NOT NULL,
    audience           TEXT NOT NULL,
    competent_code     TEXT NOT NULL,
    issuing_code       TEXT NOT NULL,
    status             TEXT NOT NULL,
    source             TEXT NOT NULL,
    current_version_id TEXT NOT NULL,
    current_number     BIGINT NOT NULL,
    last_number        BIGINT NOT NULL,
    next_from          DATE,
    warnings           BIGINT NOT NULL,
    suspension         TEXT,
    abolition          TEXT,
    abolished_from     DATE,
    popularity         BIGINT NOT NULL,
    version            BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX procedures_code ON procedures (tenant_id, code);
CREATE INDEX procedures_national ON procedures (tenant_id, national_code);
CREATE INDEX procedures_name ON procedures (tenant_id, name_folded, id);
CREATE INDEX procedures_popularity ON procedures (tenant_id, popularity DESC, name_folded, id);
CREATE INDEX procedures_next ON procedures (next_from);

CREATE TABLE procedure_versions (
    tenant_id       TEXT NOT NULL,
    id              TEXT NOT NULL,
    procedure_id    TEXT NOT NULL,
    number          BIGINT NOT NULL,
    effective_from  DATE NOT NULL,
    source          TEXT NOT NULL,
    decision_number TEXT,
    decision_on     DATE,
    content_hash    TEXT NOT NULL,
    warnings        BIGINT NOT NULL,
    published_at    TEXT NOT NULL,
    import_id       TEXT,
    content         TEXT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX procedure_versions_number ON procedure_versions (tenant_id, procedure_id, number);

CREATE TABLE procedure_warnings (
    tenant_id  TEXT NOT NULL,
    version_id TEXT NOT NULL,
    seq        BIGINT NOT NULL,
    code       TEXT NOT NULL,
    kind       TEXT NOT NULL,
    pointer    TEXT NOT NULL,
    also       TEXT NOT NULL,
    vi         TEXT NOT NULL,
    en         TEXT NOT NULL,
    value      TEXT,
    PRIMARY KEY (tenant_id, version_id, seq)
);
CREATE INDEX procedure_warnings_code ON procedure_warnings (tenant_id, code, version_id);

CREATE TABLE imports (
    tenant_id        TEXT NOT NULL,
    id               TEXT NOT NULL,
    file_name        TEXT NOT NULL,
    source           TEXT,
    actor            TEXT NOT NULL,
    state            TEXT NOT NULL,
    started_at       TEXT NOT NULL,
    updated_at       TEXT NOT NULL,
    finished_at      TEXT,
    lines            BIGINT NOT NULL,
    loaded           BIGINT NOT NULL,
    with_warnings    BIGINT NOT NULL,
    unchanged        BIGINT NOT NULL,
    refused          BIGINT NOT NULL,
    warnings_by_code TEXT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

CREATE TABLE import_refusals (
    tenant_id      TEXT NOT NULL,
    import_id      TEXT NOT NULL,
    line           BIGINT NOT NULL,
    code           TEXT NOT NULL,
    procedure_code TEXT,
    vi             TEXT NOT NULL,
    en             TEXT NOT NULL,
    PRIMARY KEY (tenant_id, import_id, line)
);

CREATE TABLE procedure_drafts (
    tenant_id            TEXT NOT NULL,
    id                   TEXT NOT NULL,
    procedure_id         TEXT NOT NULL,
    code                 TEXT NOT NULL,
    state                TEXT NOT NULL,
    based_on             TEXT,
    content              TEXT NOT NULL,
    author               TEXT NOT NULL,
    created_at           TEXT NOT NULL,
    updated_at           TEXT NOT NULL,
    published_version_id TEXT,
    version              BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX procedure_drafts_open ON procedure_drafts (tenant_id, code) WHERE state = 'open';
