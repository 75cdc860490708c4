CREATE TABLE case_files (
    tenant_id             uuid        NOT NULL,
    id                    uuid        NOT NULL,
    written_agency_id     uuid        NOT NULL,
    written_code          text        NOT NULL,
    responsible_agency_id uuid        NOT NULL,
    year                  integer     NOT NULL,
    notation              text        NOT NULL,
    code                  text        NOT NULL,
    plan_entry_id         uuid,
    kind                  text        NOT NULL,
    state                 text        NOT NULL,
    retention_years       integer,
    rights                text        NOT NULL,
    language              text        NOT NULL,
    content               bytea       NOT NULL,
    creator_officer_id    uuid        NOT NULL,
    started_on            date        NOT NULL,
    ended_on              date,
    closed_at             timestamptz,
    closings              integer     NOT NULL,
    document_total        integer     NOT NULL,
    page_total            integer     NOT NULL,
    list_sha256           text,
    due_on                date,
    remind_on             date,
    keep_back             jsonb,
    archive_agency_id     uuid,
    hand_over_id          uuid,
    destruction_id        uuid,
    opened_at             timestamptz NOT NULL,
    version               bigint      NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX case_files_notation ON case_files (tenant_id, written_agency_id, year, notation);
CREATE INDEX case_files_opened ON case_files (tenant_id, opened_at, id);
CREATE INDEX case_files_responsible ON case_files (tenant_id, responsible_agency_id, opened_at, id);
CREATE INDEX case_files_creator ON case_files (tenant_id, creator_officer_id, opened_at, id);
CREATE INDEX case_files_archive ON case_files (tenant_id, archive_agency_id, opened_at, id);
CREATE INDEX case_files_remind ON case_files (tenant_id, remind_on);

CREATE TABLE case_file_documents (
    tenant_id    uuid        NOT NULL,
    id           uuid        NOT NULL,
    case_file_id uuid        NOT NULL,
    kind         text        NOT NULL,
    document_id  uuid        NOT NULL,
    number       text        NOT NULL,
    dated        date        NOT NULL,
    pages        integer,
    content      bytea,
    added_at     timestamptz NOT NULL,
    added_by     text        NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX case_file_documents_once ON case_file_documents (tenant_id, case_file_id, kind, document_id);
CREATE INDEX case_file_documents_document ON case_file_documents (tenant_id, document_id, kind);

CREATE TABLE case_file_lists (
    tenant_id    uuid        NOT NULL,
    case_file_id uuid        NOT NULL,
    closing      integer     NOT NULL,
    made_at      timestamptz NOT NULL,
    made_by      text        NOT NULL,
    sha256       text        NOT NULL,
    content      bytea       NOT NULL,
    PRIMARY KEY (tenant_id, case_file_id, closing)
);

CREATE TABLE case_file_notes (
    tenant_id    uuid        NOT NULL,
    id           uuid        NOT NULL,
    case_file_id uuid        NOT NULL,
    action       text        NOT NULL,
    actor        text        NOT NULL,
    on_behalf_of text,
    noted_at     timestamptz NOT NULL,
    version      bigint      NOT NULL,
    said         bytea,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX case_file_notes_case_file ON case_file_notes (tenant_id, case_file_id, id);

CREATE TABLE hand_overs (
    tenant_id             uuid        NOT NULL,
    id                    uuid        NOT NULL,
    written_agency_id     uuid        NOT NULL,
    written_code          text        NOT NULL,
    responsible_agency_id uuid        NOT NULL,
    archive_agency_id     uuid        NOT NULL,
    handed_on             date        NOT NULL,
    handed_at             timestamptz NOT NULL,
    handed_by             text        NOT NULL,
    version               bigint      NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX hand_overs_responsible ON hand_overs (tenant_id, responsible_agency_id, handed_at, id);
CREATE INDEX hand_overs_archive ON hand_overs (tenant_id, archive_agency_id, handed_at, id);

CREATE TABLE hand_over_items (
    tenant_id    uuid        NOT NULL,
    hand_over_id uuid        NOT NULL,
    case_file_id uuid        NOT NULL,
    position     integer     NOT NULL,
    outcome      text        NOT NULL,
    answered_at  timestamptz,
    PRIMARY KEY (tenant_id, hand_over_id, case_file_id)
);
CREATE INDEX hand_over_items_case_file ON hand_over_items (tenant_id, case_file_id);
