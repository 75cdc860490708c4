CREATE TABLE journal_events (
    tenant_id       uuid        NOT NULL,
    id              uuid        NOT NULL,
    kind            text        NOT NULL,
    subject_kind    text        NOT NULL,
    subject_id      uuid        NOT NULL,
    subject_version bigint      NOT NULL,
    canonical       bytea       NOT NULL,
    recorded_at     timestamptz NOT NULL,
    position        bigint,
    hash            bytea,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX journal_positions ON journal_events (tenant_id, position);
CREATE INDEX journal_pending ON journal_events (tenant_id, id) WHERE position IS NULL;
CREATE INDEX journal_subjects ON journal_events (tenant_id, subject_id, position);

CREATE TABLE journal_heads (
    tenant_id uuid   NOT NULL PRIMARY KEY,
    position  bigint NOT NULL,
    hash      bytea  NOT NULL
);

CREATE TABLE followers (
    tenant_id uuid        NOT NULL,
    name      text        NOT NULL,
    position  bigint      NOT NULL,
    as_of     timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, name)
);
