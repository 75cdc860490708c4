CREATE TABLE calendar_heads (
    tenant_id uuid   NOT NULL,
    revision  bigint NOT NULL,
    PRIMARY KEY (tenant_id)
);

CREATE TABLE calendar_changes (
    tenant_id     uuid        NOT NULL,
    id            uuid        NOT NULL,
    kind          text        NOT NULL,
    base_revision bigint      NOT NULL,
    revision      bigint,
    agency_id     uuid,
    proposal      jsonb       NOT NULL,
    source        text        NOT NULL,
    state         text        NOT NULL,
    last_dossier  uuid,
    seen          bigint      NOT NULL,
    author        text        NOT NULL,
    created_at    timestamptz NOT NULL,
    ended_at      timestamptz,
    version       bigint      NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX calendar_changes_revision ON calendar_changes (tenant_id, revision);
CREATE INDEX calendar_changes_state ON calendar_changes (state, id);

CREATE TABLE calendar_change_dossiers (
    tenant_id  uuid NOT NULL,
    change_id  uuid NOT NULL,
    dossier_id uuid NOT NULL,
    code       text,
    agency_id  uuid NOT NULL,
    old_due_at timestamptz,
    new_due_at timestamptz,
    fault      text,
    PRIMARY KEY (tenant_id, change_id, dossier_id)
);

CREATE TABLE calendar_years (
    tenant_id uuid   NOT NULL,
    year      bigint NOT NULL,
    revision  bigint NOT NULL,
    content   jsonb  NOT NULL,
    PRIMARY KEY (tenant_id, year, revision)
);

CREATE TABLE calendar_exceptions (
    tenant_id        uuid   NOT NULL,
    id               uuid   NOT NULL,
    agency_id        uuid   NOT NULL,
    content          jsonb  NOT NULL,
    set_revision     bigint NOT NULL,
    revoked_revision bigint,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX calendar_exceptions_agency ON calendar_exceptions (tenant_id, agency_id, id);

CREATE TABLE agency_office_hours (
    tenant_id uuid   NOT NULL,
    agency_id uuid   NOT NULL,
    revision  bigint NOT NULL,
    content   jsonb  NOT NULL,
    PRIMARY KEY (tenant_id, agency_id, revision)
);
