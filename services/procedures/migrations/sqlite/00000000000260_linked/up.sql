CREATE TABLE linked_dossiers (
    tenant_id TEXT NOT NULL,
    parent_id TEXT NOT NULL,
    code      TEXT NOT NULL,
    child_id  TEXT NOT NULL,
    PRIMARY KEY (tenant_id, parent_id, code)
);
CREATE UNIQUE INDEX linked_dossiers_child ON linked_dossiers (tenant_id, child_id);
