CREATE TABLE file_texts (
    tenant_id uuid        NOT NULL,
    sha256    text        NOT NULL,
    size      bigint      NOT NULL,
    state     text        NOT NULL,
    failure   text,
    content   bytea,
    tries     bigint      NOT NULL,
    free_at   timestamptz NOT NULL,
    read_at   timestamptz,
    PRIMARY KEY (tenant_id, sha256)
);
CREATE INDEX file_texts_waiting ON file_texts (state, free_at);

CREATE TABLE search_files (
    tenant_id   uuid        NOT NULL,
    sha256      text        NOT NULL,
    kind        text        NOT NULL,
    document_id uuid        NOT NULL,
    PRIMARY KEY (tenant_id, sha256, kind, document_id)
);
CREATE INDEX search_files_document ON search_files (tenant_id, kind, document_id);
