CREATE TABLE files (
    tenant_id  uuid        NOT NULL,
    id         uuid        NOT NULL,
    sha256     text        NOT NULL,
    size       bigint      NOT NULL,
    media_type text        NOT NULL,
    name       bytea       NOT NULL,
    uploader   text        NOT NULL,
    scan_state text        NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX files_content ON files (tenant_id, sha256);
