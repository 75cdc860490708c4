CREATE TABLE files (
    tenant_id  TEXT   NOT NULL,
    id         TEXT   NOT NULL,
    sha256     TEXT   NOT NULL,
    size       BIGINT NOT NULL,
    media_type TEXT   NOT NULL,
    name       BLOB   NOT NULL,
    uploader   TEXT   NOT NULL,
    scan_state TEXT   NOT NULL,
    created_at TEXT   NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX files_content ON files (tenant_id, sha256);
