-- A number can be reserved before there is a document, be void, or carry a letter behind it (12a).
ALTER TABLE register_entries
    ADD COLUMN suffix               text   NOT NULL DEFAULT '',
    ADD COLUMN state                text   NOT NULL DEFAULT 'used',
    ADD COLUMN reserved_at          timestamptz,
    ADD COLUMN reserved_by          text,
    ADD COLUMN reason               bytea,
    ADD COLUMN voided_at            timestamptz,
    ADD COLUMN voided_by            text,
    ADD COLUMN void_reason          bytea,
    ADD COLUMN decision_number      text,
    ADD COLUMN decision_on          date,
    ADD COLUMN decision_document_id uuid,
    ADD COLUMN version              bigint NOT NULL DEFAULT 1,
    ALTER COLUMN document_id DROP NOT NULL,
    DROP CONSTRAINT register_entries_pkey,
    ADD PRIMARY KEY (tenant_id, register_id, number, suffix);

ALTER TABLE register_sequences ADD COLUMN version bigint NOT NULL DEFAULT 1;
ALTER TABLE register_sequences ADD COLUMN closed_at timestamptz;

CREATE TABLE register_closings (
    tenant_id   uuid        NOT NULL,
    register_id uuid        NOT NULL,
    closed_at   timestamptz NOT NULL,
    closed_by   text        NOT NULL,
    last_number bigint      NOT NULL,
    used        bigint      NOT NULL,
    void        bigint      NOT NULL,
    late        bigint      NOT NULL,
    sha256      text        NOT NULL,
    event_id    uuid        NOT NULL,
    reason      bytea,
    note        bytea,
    PRIMARY KEY (tenant_id, register_id)
);

ALTER TABLE outgoing_documents ADD COLUMN suffix text NOT NULL DEFAULT '';
ALTER TABLE outgoing_documents ADD COLUMN normative boolean NOT NULL DEFAULT FALSE;
DROP INDEX outgoing_documents_number;
CREATE UNIQUE INDEX outgoing_documents_number
    ON outgoing_documents (tenant_id, written_agency_id, year, notation, number, suffix);
CREATE INDEX outgoing_documents_register ON outgoing_documents (tenant_id, register_id, number, suffix);
