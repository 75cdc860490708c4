CREATE TABLE calendar_heads (
    tenant_id TEXT   NOT NULL,
    revision  BIGINT NOT NULL,
    PRIMARY KEY (tenant_id)
);

CREATE TABLE calendar_changes (
    tenant_id     TEXT        NOT NULL,
    id            TEXT        NOT NULL,
    kind          TEXT        NOT NULL,
    base_revision BIGINT      NOT NULL,
    revision      BIGINT,
    agency_id     TEXT,
    proposal      TEXT       NOT NULL,
    source        TEXT        NOT NULL,
    state         TEXT        NOT NULL,
    last_dossier  TEXT,
    seen          BIGINT      NOT NULL,
    author        TEXT        NOT NULL,
    created_at    TEXT NOT NULL,
    ended_at      TEXT,
    version       BIGINT      NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX calendar_changes_revision ON calendar_changes (tenant_id, revision);
CREATE INDEX calendar_changes_state ON calendar_changes (state, id);

CREATE TABLE calendar_change_dossiers (
    tenant_id  TEXT NOT NULL,
    change_id  TEXT NOT NULL,
    dossier_id TEXT NOT NULL,
    code       TEXT,
    agency_id  TEXT NOT NULL,
    old_due_at TEXT,
    new_due_at TEXT,
    fault      TEXT,
    PRIMARY KEY (tenant_id, change_id, dossier_id)
);

CREATE TABLE calendar_years (
    tenant_id TEXT   NOT NULL,
    year      BIGINT NOT NULL,
    revision  BIGINT NOT NULL,
    content   TEXT  NOT NULL,
    PRIMARY KEY (tenant_id, year, revision)
);

CREATE TABLE calendar_exceptions (
    tenant_id        TEXT   NOT NULL,
    id               TEXT   NOT NULL,
    agency_id        TEXT   NOT NULL,
    content          TEXT  NOT NULL,
    set_revision     BIGINT NOT NULL,
    revoked_revision BIGINT,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX calendar_exceptions_agency ON calendar_exceptions (tenant_id, agency_id, id);

CREATE TABLE agency_office_hours (
    tenant_id TEXT   NOT NULL,
    agency_id TEXT   NOT NULL,
    revision  BIGINT NOT NULL,
    content   TEXT  NOT NULL,
    PRIMARY KEY (tenant_id, agency_id, revision)
);
