CREATE TABLE linked_dossiers (
    tenant_id uuid NOT NULL,
    parent_id uuid NOT NULL,
    code      text NOT NULL,
    child_id  uuid NOT NULL,
    PRIMARY KEY (tenant_id, parent_id, code)
);
CREATE UNIQUE INDEX linked_dossiers_child ON linked_dossiers (tenant_id, child_id);
