-- Facts are derived: those that knew less are thrown away with the positions of their followers, and derived anew.
DELETE FROM dossier_facts;
DELETE FROM followers WHERE name IN ('facts<-procedures', 'directory<-documents');
DROP TABLE document_facts;

-- How a dossier went (quá trình giải quyết): its instants, waits and whether it was on time.
CREATE TABLE dossier_course_facts (
    tenant_id                      TEXT NOT NULL,
    dossier_id                     TEXT NOT NULL,
    version                        BIGINT NOT NULL,
    term_count                     BIGINT,
    term_unit                      TEXT,
    processing_at                  TEXT,
    approved_at                    TEXT,
    withdrawn_at                   TEXT,
    closed_at                      TEXT,
    closed_as                      TEXT,
    was_received                   BOOLEAN NOT NULL,
    supplements_requested          BIGINT NOT NULL,
    supplement_waits               BIGINT NOT NULL,
    waits                          BIGINT NOT NULL,
    waited_seconds                 BIGINT NOT NULL,
    supplement_seconds             BIGINT NOT NULL,
    extensions                     BIGINT NOT NULL,
    due_changes                    BIGINT NOT NULL,
    transfers                      BIGINT NOT NULL,
    open_wait_kind                 TEXT,
    open_wait_since                TEXT,
    last_wait_at                   TEXT,
    last_wait_due_before           TEXT,
    verdict                        TEXT NOT NULL,
    late_after_at                  TEXT,
    less_waits_verdict             TEXT NOT NULL,
    less_waits_late_after_at       TEXT,
    less_supplements_verdict       TEXT NOT NULL,
    less_supplements_late_after_at TEXT,
    closed_early                   BOOLEAN NOT NULL,
    closed_late                    BOOLEAN NOT NULL,
    PRIMARY KEY (tenant_id, dossier_id)
);

-- What a dossier is about and who has to do with it, beside the agencies of dossier_facts.
CREATE TABLE dossier_case_facts (
    tenant_id                    TEXT NOT NULL,
    dossier_id                   TEXT NOT NULL,
    version                      BIGINT NOT NULL,
    procedure_id                 TEXT NOT NULL,
    procedure_version_id         TEXT NOT NULL,
    levels                       TEXT NOT NULL,
    returns_paper                BOOLEAN NOT NULL,
    issuing_written_agency_id    TEXT NOT NULL,
    issuing_written_code         TEXT NOT NULL,
    issuing_agency_id            TEXT NOT NULL,
    supporting_written_agency_id TEXT,
    supporting_written_code      TEXT,
    supporting_agency_id         TEXT,
    consulted                    BIGINT NOT NULL,
    represented                  BOOLEAN NOT NULL,
    is_linked_step               BOOLEAN NOT NULL,
    linked_steps                 BIGINT NOT NULL,
    vneid_verified               BOOLEAN NOT NULL,
    PRIMARY KEY (tenant_id, dossier_id)
);

-- What came with a dossier and out of it: fees, components (thành phần hồ sơ), result.
CREATE TABLE dossier_paper_facts (
    tenant_id                      TEXT NOT NULL,
    dossier_id                     TEXT NOT NULL,
    version                        BIGINT NOT NULL,
    fee_items                      BIGINT NOT NULL,
    fees_all_zero                  BOOLEAN NOT NULL,
    fee_amount                     BIGINT NOT NULL,
    fee_paid                       BIGINT NOT NULL,
    paid_by                        TEXT,
    paid_online                    BOOLEAN NOT NULL,
    components                     BIGINT NOT NULL,
    components_with_file           BIGINT NOT NULL,
    components_digitised           BIGINT NOT NULL,
    components_reused              BIGINT NOT NULL,
    components_from_personal_store BIGINT NOT NULL,
    components_replaced            BIGINT NOT NULL,
    has_result                     BOOLEAN NOT NULL,
    result_code                    TEXT,
    result_document_id             TEXT,
    result_has_file                BOOLEAN NOT NULL,
    result_revoked_at              TEXT,
    PRIMARY KEY (tenant_id, dossier_id)
);

-- A dossier that another system handles and tells of (hồ sơ của hệ thống bộ, ngành).
CREATE TABLE mirrored_dossier_facts (
    tenant_id      TEXT NOT NULL,
    dossier_id     TEXT NOT NULL,
    version        BIGINT NOT NULL,
    code           TEXT NOT NULL,
    source         TEXT NOT NULL,
    procedure_code TEXT NOT NULL,
    agency_id      TEXT NOT NULL,
    agency_code    TEXT NOT NULL,
    channel        TEXT NOT NULL,
    national_state INTEGER NOT NULL,
    reopened       BOOLEAN NOT NULL,
    told_at        TEXT NOT NULL,
    submitted_at   TEXT NOT NULL,
    received_at    TEXT,
    due_at         TEXT,
    ended_at       TEXT,
    returned_at    TEXT,
    PRIMARY KEY (tenant_id, dossier_id)
);

-- A procedure (thủ tục) in its newest published version.
CREATE TABLE procedure_facts (
    tenant_id           TEXT NOT NULL,
    procedure_id        TEXT NOT NULL,
    version             BIGINT NOT NULL,
    version_id          TEXT NOT NULL,
    number              BIGINT NOT NULL,
    code                TEXT NOT NULL,
    name                TEXT NOT NULL,
    field_code          TEXT NOT NULL,
    field_name          TEXT NOT NULL,
    levels              TEXT NOT NULL,
    audience            TEXT NOT NULL,
    channels            TEXT NOT NULL,
    status              TEXT NOT NULL,
    source              TEXT NOT NULL,
    effective_from      DATE NOT NULL,
    published_at        TEXT NOT NULL,
    decision_number     TEXT,
    decided_on          DATE,
    bases_effective_on  DATE,
    parts_complete      BOOLEAN NOT NULL,
    missing_parts       TEXT NOT NULL,
    service_level       TEXT,
    says_why_partial    BOOLEAN NOT NULL,
    proactive_level     INTEGER,
    has_fee             BOOLEAN NOT NULL,
    returns_paper       BOOLEAN NOT NULL,
    connected_databases TEXT NOT NULL,
    suspended_since     TEXT,
    abolished_from      DATE,
    PRIMARY KEY (tenant_id, procedure_id)
);

-- An announcement (công bố) of a procedure: each of its published versions, and its abolition as number 0.
CREATE TABLE announcement_facts (
    tenant_id          TEXT NOT NULL,
    procedure_id       TEXT NOT NULL,
    number             BIGINT NOT NULL,
    version            BIGINT NOT NULL,
    kind               TEXT NOT NULL,
    code               TEXT NOT NULL,
    decision_number    TEXT,
    decided_on         DATE,
    bases_effective_on DATE,
    published_at       TEXT,
    withdrawn          BOOLEAN NOT NULL,
    PRIMARY KEY (tenant_id, procedure_id, number)
);

-- An outgoing document (văn bản đi) since it has its number; issuing_agency_id is the agency that gave it.
CREATE TABLE document_facts (
    tenant_id             TEXT NOT NULL,
    document_id           TEXT NOT NULL,
    version               BIGINT NOT NULL,
    issuing_agency_id     TEXT NOT NULL,
    issuing_agency_code   TEXT NOT NULL,
    responsible_agency_id TEXT NOT NULL,
    document_type         TEXT NOT NULL,
    number                BIGINT NOT NULL,
    suffix                TEXT,
    notation              TEXT NOT NULL,
    full_number           TEXT NOT NULL,
    book                  TEXT NOT NULL,
    year                  INTEGER NOT NULL,
    issued_on             DATE NOT NULL,
    state                 TEXT NOT NULL,
    is_normative          BOOLEAN NOT NULL,
    has_file              BOOLEAN NOT NULL,
    drafted_here          BOOLEAN NOT NULL,
    signed_here           BOOLEAN NOT NULL,
    from_reservation      BOOLEAN NOT NULL,
    issued_late           BOOLEAN,
    signer_capacity       TEXT,
    by_document_id        TEXT,
    dispatches            BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, document_id)
);
CREATE INDEX document_facts_issued ON document_facts (tenant_id, issuing_agency_id, issued_on, document_id);

-- An outgoing document sent to an agency of this installation, as it stands there.
CREATE TABLE dispatch_facts (
    tenant_id           TEXT NOT NULL,
    dispatch_id         TEXT NOT NULL,
    version             BIGINT NOT NULL,
    document_id         TEXT NOT NULL,
    receiving_agency_id TEXT NOT NULL,
    state               TEXT NOT NULL,
    received_at         TEXT NOT NULL,
    registered_at       TEXT,
    ended_at            TEXT,
    PRIMARY KEY (tenant_id, dispatch_id)
);
CREATE INDEX dispatch_facts_document ON dispatch_facts (tenant_id, document_id);

-- An incoming document (văn bản đến) of an agency; receiving_agency_id is the agency that received it.
CREATE TABLE incoming_document_facts (
    tenant_id             TEXT NOT NULL,
    document_id           TEXT NOT NULL,
    version               BIGINT NOT NULL,
    source                TEXT NOT NULL,
    channel               TEXT,
    state                 TEXT NOT NULL,
    urgency               TEXT NOT NULL,
    on_paper_too          BOOLEAN NOT NULL,
    information_only      BOOLEAN NOT NULL,
    signature             TEXT NOT NULL,
    integrity             TEXT NOT NULL,
    receiving_agency_id   TEXT NOT NULL,
    receiving_agency_code TEXT NOT NULL,
    responsible_agency_id TEXT NOT NULL,
    document_type         TEXT,
    issued_on             DATE,
    due_on                DATE,
    outgoing_document_id  TEXT,
    received_at           TEXT NOT NULL,
    register_due_at       TEXT,
    registered_at         TEXT,
    submit_due_at         TEXT,
    submitted_at          TEXT,
    assigned_at           TEXT,
    due_at                TEXT,
    started_at            TEXT,
    completed_at          TEXT,
    ended_at              TEXT,
    answer                TEXT,
    PRIMARY KEY (tenant_id, document_id)
);
CREATE INDEX incoming_document_facts_received
    ON incoming_document_facts (tenant_id, receiving_agency_id, received_at, document_id);

-- A rating of a one-stop desk (đánh giá) of a month that is over.
CREATE TABLE rating_facts (
    tenant_id          TEXT NOT NULL,
    rating_id          TEXT NOT NULL,
    agency_id          TEXT NOT NULL,
    field_code         TEXT NOT NULL,
    procedure_code     TEXT NOT NULL,
    month_on           DATE NOT NULL,
    total              BIGINT,
    lowest             BIGINT,
    time_limit         BIGINT,
    step_times         BIGINT,
    contacts           BIGINT,
    agencies_contacted BIGINT,
    one_stop           BIGINT,
    transparency       BIGINT,
    attitude           BIGINT,
    feedback_handling  BIGINT,
    online_service     BIGINT,
    PRIMARY KEY (tenant_id, rating_id)
);
CREATE INDEX rating_facts_month ON rating_facts (tenant_id, agency_id, month_on);

-- Since when an agency is responsible for something that another was responsible for before.
CREATE TABLE responsibility_moves (
    tenant_id    TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id   TEXT NOT NULL,
    role         TEXT NOT NULL,
    version      BIGINT NOT NULL,
    agency_id    TEXT NOT NULL,
    since_at     TEXT NOT NULL,
    PRIMARY KEY (tenant_id, subject_kind, subject_id, role, version)
);

-- Events of a type, or of a version of one, that this program does not know.
CREATE TABLE unknown_events (
    tenant_id      TEXT NOT NULL,
    feed           TEXT NOT NULL,
    kind           TEXT NOT NULL,
    first_position BIGINT NOT NULL,
    last_position  BIGINT NOT NULL,
    events         BIGINT NOT NULL,
    taken          BIGINT NOT NULL,
    first_at       TEXT NOT NULL,
    last_at        TEXT NOT NULL,
    PRIMARY KEY (tenant_id, feed, kind)
);
