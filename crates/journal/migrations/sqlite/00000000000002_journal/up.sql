CREATE TABLE journal_events (
    tenant_id       TEXT   NOT NULL,
    id              TEXT   NOT NULL,
    kind            TEXT   NOT NULL,
    subject_kind    TEXT   NOT NULL,
    subject_id      TEXT   NOT NULL,
    subject_version BIGINT NOT NULL,
    canonical       BLOB   NOT NULL,
    recorded_at     TEXT   NOT NULL,
    position        BIGINT,
    hash            BLOB,
    PRIMARY KEY (tenant_id, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX journal_positions ON journal_events (tenant_id, position);
CREATE INDEX journal_pending ON journal_events (tenant_id, id) WHERE position IS NULL;
CREATE INDEX journal_subjects ON journal_events (tenant_id, subject_id, position);

CREATE TABLE journal_heads (
    tenant_id TEXT   NOT NULL PRIMARY KEY,
    position  BIGINT NOT NULL,
    hash      BLOB   NOT NULL
) WITHOUT ROWID;

CREATE TABLE followers (
    tenant_id TEXT   NOT NULL,
    name      TEXT   NOT NULL,
    position  BIGINT NOT NULL,
    as_of     TEXT   NOT NULL,
    PRIMARY KEY (tenant_id, name)
) WITHOUT ROWID;
