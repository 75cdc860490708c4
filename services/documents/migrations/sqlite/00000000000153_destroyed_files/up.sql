CREATE TABLE destroyed_files (
    tenant_id      TEXT NOT NULL,
    file_id        TEXT NOT NULL,
    kind           TEXT NOT NULL,
    document_id    TEXT NOT NULL,
    destruction_id TEXT NOT NULL,
    PRIMARY KEY (tenant_id, file_id)
);
CREATE INDEX destroyed_files_document ON destroyed_files (tenant_id, document_id);
