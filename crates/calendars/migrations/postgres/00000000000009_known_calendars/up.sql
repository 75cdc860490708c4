CREATE TABLE known_calendar_changes (
    tenant_id uuid   NOT NULL,
    revision  bigint NOT NULL,
    kind      text   NOT NULL,
    facts     jsonb  NOT NULL,
    PRIMARY KEY (tenant_id, revision)
);
