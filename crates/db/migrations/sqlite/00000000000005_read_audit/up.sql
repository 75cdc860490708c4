CREATE TABLE read_audit (
    tenant_id       TEXT NOT NULL,
    id              TEXT NOT NULL,
    actor           TEXT NOT NULL,
    standing_in_for TEXT,
    operation       TEXT NOT NULL,
    request_id      TEXT NOT NULL,
    subjects        TEXT NOT NULL,
    read_at         TEXT NOT NULL,
    PRIMARY KEY (tenant_id, id)
) WITHOUT ROWID;
CREATE INDEX read_audit_read ON read_audit (tenant_id, read_at);
