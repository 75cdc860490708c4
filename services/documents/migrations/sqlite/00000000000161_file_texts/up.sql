CREATE TABLE file_texts (
    tenant_id TEXT        NOT NULL,
    sha256    TEXT        NOT NULL,
    size      BIGINT      NOT NULL,
    state     TEXT        NOT NULL,
    failure   TEXT,
    content   BLOB,
    tries     BIGINT      NOT NULL,
    free_at   TEXT        NOT NULL,
    read_at   TEXT,
    PRIMARY KEY (tenant_id, sha256)
);
CREATE INDEX file_texts_waiting ON file_texts (state, free_at);

CREATE TABLE search_files (
    tenant_id   TEXT        NOT NULL,
    sha256      TEXT        NOT NULL,
    kind        TEXT        NOT NULL,
    document_id TEXT        NOT NULL,
    PRIMARY KEY (tenant_id, sha256, kind, document_id)
);
CREATE INDEX search_files_document ON search_files (tenant_id, kind, document_id);
