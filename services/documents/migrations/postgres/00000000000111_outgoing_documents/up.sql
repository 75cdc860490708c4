CREATE TABLE outgoing_documents (
    tenant_id             uuid        NOT NULL,
    id                    uuid        NOT NULL,
    document_type         text        NOT NULL,
    symbol                text        NOT NULL,
    notation              text        NOT NULL,
    number                bigint      NOT NULL,
    register_id           uuid        NOT NULL,
    book                  text        NOT NULL,
    year                  integer     NOT NULL,
    issued_on             date        NOT NULL,
    issued_at             timestamptz NOT NULL,
    written_agency_id     uuid        NOT NULL,
    written_code          text        NOT NULL,
    responsible_agency_id uuid        NOT NULL,
    subject               bytea       NOT NULL,
    signer_name           bytea,
    file_id               uuid        NOT NULL,
    file_sha256           text        NOT NULL,
    created_by            text        NOT NULL,
    external_ref          text,
    version               bigint      NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX outgoing_documents_number
    ON outgoing_documents (tenant_id, written_agency_id, year, notation, number);
CREATE INDEX outgoing_documents_issued ON outgoing_documents (tenant_id, issued_at, id);
CREATE INDEX outgoing_documents_responsible ON outgoing_documents (tenant_id, responsible_agency_id, issued_at, id);
CREATE INDEX outgoing_documents_creator ON outgoing_documents (tenant_id, created_by, issued_at, id);
CREATE INDEX outgoing_documents_reference ON outgoing_documents (tenant_id, external_ref);
CREATE INDEX outgoing_documents_file ON outgoing_documents (tenant_id, file_id);

CREATE TABLE outgoing_references (
    tenant_id    uuid NOT NULL,
    client       text NOT NULL,
    external_ref text NOT NULL,
    document_id  uuid NOT NULL,
    PRIMARY KEY (tenant_id, client, external_ref)
);
