CREATE TABLE case_files (
    tenant_id             TEXT    NOT NULL,
    id                    TEXT    NOT NULL,
    written_agency_id     TEXT    NOT NULL,
    written_code          TEXT    NOT NULL,
    responsible_agency_id TEXT    NOT NULL,
    year                  INTEGER NOT NULL,
    notation              TEXT    NOT NULL,
    code                  TEXT    NOT NULL,
    plan_entry_id         TEXT,
    kind                  TEXT    NOT NULL,
    state                 TEXT    NOT NULL,
    retention_years       INTEGER,
    rights                TEXT    NOT NULL,
    language              TEXT    NOT NULL,
    content               BLOB    NOT NULL,
    creator_officer_id    TEXT    NOT NULL,
    started_on            DATE    NOT NULL,
    ended_on              DATE,
    closed_at             TEXT,
    closings              INTEGER NOT NULL,
    document_total        INTEGER NOT NULL,
    page_total            INTEGER NOT NULL,
    list_sha256           TEXT,
    due_on                DATE,
    remind_on             DATE,
    keep_back             TEXT,
    archive_agency_id     TEXT,
    hand_over_id          TEXT,
    destruction_id        TEXT,
    opened_at             TEXT    NOT NULL,
    version               BIGINT  NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX case_files_notation ON case_files (tenant_id, written_agency_id, year, notation);
CREATE INDEX case_files_opened ON case_files (tenant_id, opened_at, id);
CREATE INDEX case_files_responsible ON case_files (tenant_id, responsible_agency_id, opened_at, id);
CREATE INDEX case_files_creator ON case_files (tenant_id, creator_officer_id, opened_at, id);
CREATE INDEX case_files_archive ON case_files (tenant_id, archive_agency_id, opened_at, id);
CREATE INDEX case_files_remind ON case_files (tenant_id, remind_on);

CREATE TABLE case_file_documents (
    tenant_id    TEXT    NOT NULL,
    id           TEXT    NOT NULL,
    case_file_id TEXT    NOT NULL,
    kind         TEXT    NOT NULL,
    document_id  TEXT    NOT NULL,
    number       TEXT    NOT NULL,
    dated        DATE    NOT NULL,
    pages        INTEGER,
    content      BLOB,
    added_at     TEXT    NOT NULL,
    added_by     TEXT    NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX case_file_documents_once ON case_file_documents (tenant_id, case_file_id, kind, document_id);
CREATE INDEX case_file_documents_document ON case_file_documents (tenant_id, document_id, kind);

CREATE TABLE case_file_lists (
    tenant_id    TEXT    NOT NULL,
    case_file_id TEXT    NOT NULL,
    closing      INTEGER NOT NULL,
    made_at      TEXT    NOT NULL,
    made_by      TEXT    NOT NULL,
    sha256       TEXT    NOT NULL,
    content      BLOB    NOT NULL,
    PRIMARY KEY (tenant_id, case_file_id, closing)
);

CREATE TABLE case_file_notes (
    tenant_id    TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    case_file_id TEXT   NOT NULL,
    action       TEXT   NOT NULL,
    actor        TEXT   NOT NULL,
    on_behalf_of TEXT,
    noted_at     TEXT   NOT NULL,
    version      BIGINT NOT NULL,
    said         BLOB,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX case_file_notes_case_file ON case_file_notes (tenant_id, case_file_id, id);

CREATE TABLE hand_overs (
    tenant_id             TEXT   NOT NULL,
    id                    TEXT   NOT NULL,
    written_agency_id     TEXT   NOT NULL,
    written_code          TEXT   NOT NULL,
    responsible_agency_id TEXT   NOT NULL,
    archive_agency_id     TEXT   NOT NULL,
    handed_on             DATE   NOT NULL,
    handed_at             TEXT   NOT NULL,
    handed_by             TEXT   NOT NULL,
    version               BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX hand_overs_responsible ON hand_overs (tenant_id, responsible_agency_id, handed_at, id);
CREATE INDEX hand_overs_archive ON hand_overs (tenant_id, archive_agency_id, handed_at, id);

CREATE TABLE hand_over_items (
    tenant_id    TEXT    NOT NULL,
    hand_over_id TEXT    NOT NULL,
    case_file_id TEXT    NOT NULL,
    position     INTEGER NOT NULL,
    outcome      TEXT    NOT NULL,
    answered_at  TEXT,
    PRIMARY KEY (tenant_id, hand_over_id, case_file_id)
);
CREATE INDEX hand_over_items_case_file ON hand_over_items (tenant_id, case_file_id);
