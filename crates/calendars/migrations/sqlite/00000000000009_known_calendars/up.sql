CREATE TABLE known_calendar_changes (
    tenant_id TEXT   NOT NULL,
    revision  BIGINT NOT NULL,
    kind      TEXT   NOT NULL,
    facts     TEXT   NOT NULL,
    PRIMARY KEY (tenant_id, revision)
);
