CREATE TABLE drafts (
    tenant_id             TEXT    NOT NULL,
    id                    TEXT    NOT NULL,
    written_agency_id     TEXT    NOT NULL,
    written_code          TEXT    NOT NULL,
    responsible_agency_id TEXT    NOT NULL,
    written_unit_id       TEXT,
    unit_id               TEXT,
    document_type         TEXT    NOT NULL,
    symbol                TEXT,
    urgency               TEXT    NOT NULL,
    circulation           TEXT,
    internal              BOOLEAN NOT NULL,
    subject               BLOB    NOT NULL,
    due_at                TEXT,
    reply_to_id           TEXT,
    state                 TEXT    NOT NULL,
    revision              INTEGER NOT NULL,
    author_id             TEXT    NOT NULL,
    created_at            TEXT    NOT NULL,
    submitted_at          TEXT,
    content_revision      INTEGER,
    content_by_id         TEXT,
    form_revision         INTEGER,
    form_by_id            TEXT,
    signature_id          TEXT,
    document_id           TEXT,
    normative             BOOLEAN NOT NULL,
    version               BIGINT  NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX drafts_responsible ON drafts (tenant_id, responsible_agency_id, id);
CREATE INDEX drafts_unit ON drafts (tenant_id, unit_id, id);
CREATE INDEX drafts_document ON drafts (tenant_id, document_id);

CREATE TABLE draft_revisions (
    tenant_id    TEXT    NOT NULL,
    draft_id     TEXT    NOT NULL,
    number       INTEGER NOT NULL,
    author_id    TEXT    NOT NULL,
    author       TEXT    NOT NULL,
    on_behalf_of TEXT,
    created_at   TEXT    NOT NULL,
    subject      BLOB    NOT NULL,
    note         BLOB,
    PRIMARY KEY (tenant_id, draft_id, number)
);

-- Position 0 is the text of the document itself, the others are its attachments in order.
CREATE TABLE draft_files (
    tenant_id TEXT    NOT NULL,
    draft_id  TEXT    NOT NULL,
    revision  INTEGER NOT NULL,
    position  INTEGER NOT NULL,
    file_id   TEXT    NOT NULL,
    sha256    TEXT    NOT NULL,
    PRIMARY KEY (tenant_id, draft_id, revision, position)
);
CREATE INDEX draft_files_file ON draft_files (tenant_id, file_id);

-- Nothing here is ever changed or removed.
CREATE TABLE draft_steps (
    tenant_id    TEXT    NOT NULL,
    draft_id     TEXT    NOT NULL,
    number       INTEGER NOT NULL,
    kind         TEXT    NOT NULL,
    revision     INTEGER NOT NULL,
    officer_id   TEXT,
    actor        TEXT    NOT NULL,
    on_behalf_of TEXT,
    taken_at     TEXT    NOT NULL,
    said         BLOB,
    PRIMARY KEY (tenant_id, draft_id, number)
);

-- Who belongs to the circle of a draft by name: its author, its checkers, whom it was given to sign.
CREATE TABLE draft_people (
    tenant_id  TEXT NOT NULL,
    draft_id   TEXT NOT NULL,
    officer_id TEXT NOT NULL,
    PRIMARY KEY (tenant_id, draft_id, officer_id)
);
CREATE INDEX draft_people_officer ON draft_people (tenant_id, officer_id, draft_id);

CREATE TABLE draft_readers (
    tenant_id     TEXT NOT NULL,
    draft_id      TEXT NOT NULL,
    officer_id    TEXT NOT NULL,
    first_read_at TEXT NOT NULL,
    last_read_at  TEXT NOT NULL,
    PRIMARY KEY (tenant_id, draft_id, officer_id)
);

CREATE TABLE draft_signatures (
    tenant_id     TEXT    NOT NULL,
    id            TEXT    NOT NULL,
    draft_id      TEXT    NOT NULL,
    revision      INTEGER NOT NULL,
    agency_id     TEXT    NOT NULL,
    authority_id  TEXT    NOT NULL,
    officer_id    TEXT    NOT NULL,
    capacity      TEXT    NOT NULL,
    prefix        TEXT    NOT NULL,
    position      TEXT    NOT NULL,
    file_id       TEXT    NOT NULL,
    file_sha256   TEXT    NOT NULL,
    signed_by     TEXT    NOT NULL,
    signed_at     TEXT    NOT NULL,
    number_due_at TEXT,
    issue_due_at  TEXT,
    numbered_at   TEXT,
    issued_at     TEXT,
    signature     TEXT,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX draft_signatures_draft ON draft_signatures (tenant_id, draft_id);
CREATE INDEX draft_signatures_file ON draft_signatures (tenant_id, file_id);

CREATE TABLE draft_consultations (
    tenant_id   TEXT    NOT NULL,
    id          TEXT    NOT NULL,
    draft_id    TEXT    NOT NULL,
    revision    INTEGER NOT NULL,
    question    BLOB    NOT NULL,
    asked_by_id TEXT    NOT NULL,
    asked_at    TEXT    NOT NULL,
    due_at      TEXT    NOT NULL,
    version     BIGINT  NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX draft_consultations_draft ON draft_consultations (tenant_id, draft_id, id);

CREATE TABLE draft_consulted (
    tenant_id         TEXT    NOT NULL,
    consultation_id   TEXT    NOT NULL,
    position          INTEGER NOT NULL,
    draft_id          TEXT    NOT NULL,
    written_agency_id TEXT,
    agency_id         TEXT,
    officer_id        TEXT,
    stance            TEXT,
    opinion           BLOB,
    revision          INTEGER,
    answered_by_id    TEXT,
    answered_by       TEXT,
    on_behalf_of      TEXT,
    answered_at       TEXT,
    late              BOOLEAN NOT NULL,
    PRIMARY KEY (tenant_id, consultation_id, position)
);
CREATE INDEX draft_consulted_agency ON draft_consulted (tenant_id, agency_id, draft_id);
CREATE INDEX draft_consulted_officer ON draft_consulted (tenant_id, officer_id, draft_id);
CREATE INDEX draft_consulted_draft ON draft_consulted (tenant_id, draft_id);
