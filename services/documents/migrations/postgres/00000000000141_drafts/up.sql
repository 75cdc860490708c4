CREATE TABLE drafts (
    tenant_id             uuid        NOT NULL,
    id                    uuid        NOT NULL,
    written_agency_id     uuid        NOT NULL,
    written_code          text        NOT NULL,
    responsible_agency_id uuid        NOT NULL,
    written_unit_id       uuid,
    unit_id               uuid,
    document_type         text        NOT NULL,
    symbol                text,
    urgency               text        NOT NULL,
    circulation           text,
    internal              boolean     NOT NULL,
    subject               bytea       NOT NULL,
    due_at                timestamptz,
    reply_to_id           uuid,
    state                 text        NOT NULL,
    revision              integer     NOT NULL,
    author_id             uuid        NOT NULL,
    created_at            timestamptz NOT NULL,
    submitted_at          timestamptz,
    content_revision      integer,
    content_by_id         uuid,
    form_revision         integer,
    form_by_id            uuid,
    signature_id          uuid,
    document_id           uuid,
    normative             boolean     NOT NULL,
    version               bigint      NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX drafts_responsible ON drafts (tenant_id, responsible_agency_id, id);
CREATE INDEX drafts_unit ON drafts (tenant_id, unit_id, id);
CREATE INDEX drafts_document ON drafts (tenant_id, document_id);

CREATE TABLE draft_revisions (
    tenant_id    uuid        NOT NULL,
    draft_id     uuid        NOT NULL,
    number       integer     NOT NULL,
    author_id    uuid        NOT NULL,
    author       text        NOT NULL,
    on_behalf_of text,
    created_at   timestamptz NOT NULL,
    subject      bytea       NOT NULL,
    note         bytea,
    PRIMARY KEY (tenant_id, draft_id, number)
);

-- Position 0 is the text of the document itself, the others are its attachments in order.
CREATE TABLE draft_files (
    tenant_id uuid    NOT NULL,
    draft_id  uuid    NOT NULL,
    revision  integer NOT NULL,
    position  integer NOT NULL,
    file_id   uuid    NOT NULL,
    sha256    text    NOT NULL,
    PRIMARY KEY (tenant_id, draft_id, revision, position)
);
CREATE INDEX draft_files_file ON draft_files (tenant_id, file_id);

-- Nothing here is ever changed or removed.
CREATE TABLE draft_steps (
    tenant_id    uuid        NOT NULL,
    draft_id     uuid        NOT NULL,
    number       integer     NOT NULL,
    kind         text        NOT NULL,
    revision     integer     NOT NULL,
    officer_id   uuid,
    actor        text        NOT NULL,
    on_behalf_of text,
    taken_at     timestamptz NOT NULL,
    said         bytea,
    PRIMARY KEY (tenant_id, draft_id, number)
);

-- Who belongs to the circle of a draft by name: its author, its checkers, whom it was given to sign.
CREATE TABLE draft_people (
    tenant_id  uuid NOT NULL,
    draft_id   uuid NOT NULL,
    officer_id uuid NOT NULL,
    PRIMARY KEY (tenant_id, draft_id, officer_id)
);
CREATE INDEX draft_people_officer ON draft_people (tenant_id, officer_id, draft_id);

CREATE TABLE draft_readers (
    tenant_id     uuid        NOT NULL,
    draft_id      uuid        NOT NULL,
    officer_id    uuid        NOT NULL,
    first_read_at timestamptz NOT NULL,
    last_read_at  timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, draft_id, officer_id)
);

CREATE TABLE draft_signatures (
    tenant_id     uuid        NOT NULL,
    id            uuid        NOT NULL,
    draft_id      uuid        NOT NULL,
    revision      integer     NOT NULL,
    agency_id     uuid        NOT NULL,
    authority_id  uuid        NOT NULL,
    officer_id    uuid        NOT NULL,
    capacity      text        NOT NULL,
    prefix        text        NOT NULL,
    position      text        NOT NULL,
    file_id       uuid        NOT NULL,
    file_sha256   text        NOT NULL,
    signed_by     text        NOT NULL,
    signed_at     timestamptz NOT NULL,
    number_due_at timestamptz,
    issue_due_at  timestamptz,
    numbered_at   timestamptz,
    issued_at     timestamptz,
    signature     jsonb,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX draft_signatures_draft ON draft_signatures (tenant_id, draft_id);
CREATE INDEX draft_signatures_file ON draft_signatures (tenant_id, file_id);

CREATE TABLE draft_consultations (
    tenant_id   uuid        NOT NULL,
    id          uuid        NOT NULL,
    draft_id    uuid        NOT NULL,
    revision    integer     NOT NULL,
    question    bytea       NOT NULL,
    asked_by_id uuid        NOT NULL,
    asked_at    timestamptz NOT NULL,
    due_at      timestamptz NOT NULL,
    version     bigint      NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX draft_consultations_draft ON draft_consultations (tenant_id, draft_id, id);

CREATE TABLE draft_consulted (
    tenant_id         uuid    NOT NULL,
    consultation_id   uuid    NOT NULL,
    position          integer NOT NULL,
    draft_id          uuid    NOT NULL,
    written_agency_id uuid,
    agency_id         uuid,
    officer_id        uuid,
    stance            text,
    opinion           bytea,
    revision          integer,
    answered_by_id    uuid,
    answered_by       text,
    on_behalf_of      text,
    answered_at       timestamptz,
    late              boolean NOT NULL,
    PRIMARY KEY (tenant_id, consultation_id, position)
);
CREATE INDEX draft_consulted_agency ON draft_consulted (tenant_id, agency_id, draft_id);
CREATE INDEX draft_consulted_officer ON draft_consulted (tenant_id, officer_id, draft_id);
CREATE INDEX draft_consulted_draft ON draft_consulted (tenant_id, draft_id);
