CREATE TABLE destroyed_files (
    tenant_id      uuid NOT NULL,
    file_id        uuid NOT NULL,
    kind           text NOT NULL,
    document_id    uuid NOT NULL,
    destruction_id uuid NOT NULL,
    PRIMARY KEY (tenant_id, file_id)
);
CREATE INDEX destroyed_files_document ON destroyed_files (tenant_id, document_id);
