ALTER TABLE files ADD COLUMN destroyed_at timestamptz;
-- Content is looked for by its hash alone where it is removed: tenants share the directory.
CREATE INDEX files_sha256 ON files (sha256);

CREATE TABLE file_removals (
    tenant_id uuid NOT NULL,
    sha256    text NOT NULL,
    due_at    timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, sha256)
);
