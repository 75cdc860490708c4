CREATE TABLE read_audit (
    tenant_id       uuid        NOT NULL,
    id              uuid        NOT NULL,
    actor           text        NOT NULL,
    standing_in_for text,
    operation       text        NOT NULL,
    request_id      text        NOT NULL,
    subjects        jsonb       NOT NULL,
    read_at         timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX read_audit_read ON read_audit (tenant_id, read_at);
