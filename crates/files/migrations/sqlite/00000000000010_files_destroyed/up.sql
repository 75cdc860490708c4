ALTER TABLE files ADD COLUMN destroyed_at TEXT;
-- Content is looked for by its hash alone where it is removed: tenants share the directory.
CREATE INDEX files_sha256 ON files (sha256);

CREATE TABLE file_removals (
    tenant_id TEXT NOT NULL,
    sha256    TEXT NOT NULL,
    due_at    TEXT NOT NULL,
    PRIMARY KEY (tenant_id, sha256)
);
