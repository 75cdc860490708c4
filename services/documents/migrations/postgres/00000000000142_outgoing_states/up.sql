-- What was issued before this column was issued in one step.
ALTER TABLE outgoing_documents ADD COLUMN state text NOT NULL DEFAULT 'issued';

-- What a document that was drafted here has beside its number, and what became of it after it was issued.
CREATE TABLE outgoing_details (
    tenant_id       uuid        NOT NULL,
    document_id     uuid        NOT NULL,
    draft_id        uuid,
    urgency         text        NOT NULL,
    circulation     text,
    internal        boolean     NOT NULL,
    pages           integer,
    copies          integer,
    unit_id         uuid,
    signer_capacity text,
    signer_prefix   text,
    signer_position text,
    released_at     timestamptz,
    recalled_at     timestamptz,
    reason          bytea,
    PRIMARY KEY (tenant_id, document_id)
);

CREATE TABLE outgoing_files (
    tenant_id   uuid    NOT NULL,
    document_id uuid    NOT NULL,
    position    integer NOT NULL,
    file_id     uuid    NOT NULL,
    sha256      text    NOT NULL,
    PRIMARY KEY (tenant_id, document_id, position)
);
CREATE INDEX outgoing_files_file ON outgoing_files (tenant_id, file_id);

-- Which document replaced or corrected which.
CREATE TABLE outgoing_links (
    tenant_id      uuid        NOT NULL,
    document_id    uuid        NOT NULL,
    by_document_id uuid        NOT NULL,
    kind           text        NOT NULL,
    linked_at      timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, document_id, by_document_id)
);
CREATE INDEX outgoing_links_by ON outgoing_links (tenant_id, by_document_id);
