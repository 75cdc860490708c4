CREATE TABLE answers (
    tenant_id   TEXT NOT NULL,
    scope       TEXT NOT NULL,
    key         TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    answer      BLOB,
    expires_at  TEXT NOT NULL,
    PRIMARY KEY (tenant_id, scope, key)
) WITHOUT ROWID;
CREATE INDEX answers_expires ON answers (expires_at);

CREATE TABLE leases (
    tenant_id  TEXT   NOT NULL,
    name       TEXT   NOT NULL,
    holder     TEXT   NOT NULL,
    fence      BIGINT NOT NULL,
    expires_at TEXT   NOT NULL,
    PRIMARY KEY (tenant_id, name)
) WITHOUT ROWID;
