-- Facts are derived: those that knew less are thrown away with the positions of their followers, and derived anew.
DELETE FROM dossier_facts;
DELETE FROM followers WHERE name IN ('facts<-procedures', 'directory<-documents');
DROP TABLE document_facts;

-- How a dossier went (quá trình giải quyết): its instants, waits and whether it was on time.
CREATE TABLE dossier_course_facts (
    tenant_id                      uuid NOT NULL,
    dossier_id                     uuid NOT NULL,
    version                        BIGINT NOT NULL,
    term_count                     BIGINT,
    term_unit                      TEXT,
    processing_at                  timestamptz,
    approved_at                    timestamptz,
    withdrawn_at                   timestamptz,
    closed_at                      timestamptz,
    closed_as                      TEXT,
    was_received                   boolean NOT NULL,
    supplements_requested          BIGINT NOT NULL,
    supplement_waits               BIGINT NOT NULL,
    waits                          BIGINT NOT NULL,
    waited_seconds                 BIGINT NOT NULL,
    supplement_seconds             BIGINT NOT NULL,
    extensions                     BIGINT NOT NULL,
    due_changes                    BIGINT NOT NULL,
    transfers                      BIGINT NOT NULL,
    open_wait_kind                 TEXT,
    open_wait_since                timestamptz,
    last_wait_at                   timestamptz,
    last_wait_due_before           timestamptz,
    verdict                        TEXT NOT NULL,
    late_after_at                  timestamptz,
    less_waits_verdict             TEXT NOT NULL,
    less_waits_late_after_at       timestamptz,
    less_supplements_verdict       TEXT NOT NULL,
    less_supplements_late_after_at timestamptz,
    closed_early                   boolean NOT NULL,
    closed_late                    boolean NOT NULL,
    PRIMARY KEY (tenant_id, dossier_id)
);

-- What a dossier is about and who has to do with it, beside the agencies of dossier_facts.
CREATE TABLE dossier_case_facts (
    tenant_id                    uuid NOT NULL,
    dossier_id                   uuid NOT NULL,
    version                      BIGINT NOT NULL,
    procedure_id                 uuid NOT NULL,
    procedure_version_id         uuid NOT NULL,
    levels                       TEXT NOT NULL,
    returns_paper                boolean NOT NULL,
    issuing_written_agency_id    uuid NOT NULL,
    issuing_written_code         TEXT NOT NULL,
    issuing_agency_id            uuid NOT NULL,
    supporting_written_agency_id uuid,
    supporting_written_code      TEXT,
    supporting_agency_id         uuid,
    consulted                    BIGINT NOT NULL,
    represented                  boolean NOT NULL,
    is_linked_step               boolean NOT NULL,
    linked_steps                 BIGINT NOT NULL,
    vneid_verified               boolean NOT NULL,
    PRIMARY KEY (tenant_id, dossier_id)
);

-- What came with a dossier and out of it: fees, components (thành phần hồ sơ), result.
CREATE TABLE dossier_paper_facts (
    tenant_id                      uuid NOT NULL,
    dossier_id                     uuid NOT NULL,
    version                        BIGINT NOT NULL,
    fee_items                      BIGINT NOT NULL,
    fees_all_zero                  boolean NOT NULL,
    fee_amount                     BIGINT NOT NULL,
    fee_paid                       BIGINT NOT NULL,
    paid_by                        TEXT,
    paid_online                    boolean NOT NULL,
    components                     BIGINT NOT NULL,
    components_with_file           BIGINT NOT NULL,
    components_digitised           BIGINT NOT NULL,
    components_reused              BIGINT NOT NULL,
    components_from_personal_store BIGINT NOT NULL,
    components_replaced            BIGINT NOT NULL,
    has_result                     boolean NOT NULL,
    result_code                    TEXT,
    result_document_id             uuid,
    result_has_file                boolean NOT NULL,
    result_revoked_at              timestamptz,
    PRIMARY KEY (tenant_id, dossier_id)
);

-- A dossier that another system handles and tells of (hồ sơ của hệ thống bộ, ngành).
CREATE TABLE mirrored_dossier_facts (
    tenant_id      uuid NOT NULL,
    dossier_id     uuid NOT NULL,
    version        BIGINT NOT NULL,
    code           TEXT NOT NULL,
    source         TEXT NOT NULL,
    procedure_code TEXT NOT NULL,
    agency_id      uuid NOT NULL,
    agency_code    TEXT NOT NULL,
    channel        TEXT NOT NULL,
    national_state INTEGER NOT NULL,
    reopened       boolean NOT NULL,
    told_at        timestamptz NOT NULL,
    submitted_at   timestamptz NOT NULL,
    received_at    timestamptz,
    due_at         timestamptz,
    ended_at       timestamptz,
    returned_at    timestamptz,
    PRIMARY KEY (tenant_id, dossier_id)
);

-- A procedure (thủ tục) in its newest published version.
CREATE TABLE procedure_facts (
    tenant_id           uuid NOT NULL,
    procedure_id        uuid NOT NULL,
    version             BIGINT NOT NULL,
    version_id          uuid NOT NULL,
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
    published_at        timestamptz NOT NULL,
    decision_number     TEXT,
    decided_on          DATE,
    bases_effective_on  DATE,
    parts_complete      boolean NOT NULL,
    missing_parts       TEXT NOT NULL,
    service_level       TEXT,
    says_why_partial    boolean NOT NULL,
    proactive_level     INTEGER,
    has_fee             boolean NOT NULL,
    returns_paper       boolean NOT NULL,
    connected_databases TEXT NOT NULL,
    suspended_since     timestamptz,
    abolished_from      DATE,
    PRIMARY KEY (tenant_id, procedure_id)
);

-- An announcement (công bố) of a procedure: each of its published versions, and its abolition as number 0.
CREATE TABLE announcement_facts (
    tenant_id          uuid NOT NULL,
    procedure_id       uuid NOT NULL,
    number             BIGINT NOT NULL,
    version            BIGINT NOT NULL,
    kind               TEXT NOT NULL,
    code               TEXT NOT NULL,
    decision_number    TEXT,
    decided_on         DATE,
    bases_effective_on DATE,
    published_at       timestamptz,
    withdrawn          boolean NOT NULL,
    PRIMARY KEY (tenant_id, procedure_id, number)
);

-- An outgoing document (văn bản đi) since it has its number; issuing_agency_id is the agency that gave it.
CREATE TABLE document_facts (
    tenant_id             uuid NOT NULL,
    document_id           uuid NOT NULL,
    version               BIGINT NOT NULL,
    issuing_agency_id     uuid NOT NULL,
    issuing_agency_code   TEXT NOT NULL,
    responsible_agency_id uuid NOT NULL,
    document_type         TEXT NOT NULL,
    number                BIGINT NOT NULL,
    suffix                TEXT,
    notation              TEXT NOT NULL,
    full_number           TEXT NOT NULL,
    book                  TEXT NOT NULL,
    year                  INTEGER NOT NULL,
    issued_on             DATE NOT NULL,
    state                 TEXT NOT NULL,
    is_normative          boolean NOT NULL,
    has_file              boolean NOT NULL,
    drafted_here          boolean NOT NULL,
    signed_here           boolean NOT NULL,
    from_reservation      boolean NOT NULL,
    issued_late           boolean,
    signer_capacity       TEXT,
    by_document_id        uuid,
    dispatches            BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, document_id)
);
CREATE INDEX document_facts_issued ON document_facts (tenant_id, issuing_agency_id, issued_on, document_id);

-- An outgoing document sent to an agency of this installation, as it stands there.
CREATE TABLE dispatch_facts (
    tenant_id           uuid NOT NULL,
    dispatch_id         uuid NOT NULL,
    version             BIGINT NOT NULL,
    document_id         uuid NOT NULL,
    receiving_agency_id uuid NOT NULL,
    state               TEXT NOT NULL,
    received_at         timestamptz NOT NULL,
    registered_at       timestamptz,
    ended_at            timestamptz,
    PRIMARY KEY (tenant_id, dispatch_id)
);
CREATE INDEX dispatch_facts_document ON dispatch_facts (tenant_id, document_id);

-- An incoming document (văn bản đến) of an agency; receiving_agency_id is the agency that received it.
CREATE TABLE incoming_document_facts (
    tenant_id             uuid NOT NULL,
    document_id           uuid NOT NULL,
    version               BIGINT NOT NULL,
    source                TEXT NOT NULL,
    channel               TEXT,
    state                 TEXT NOT NULL,
    urgency               TEXT NOT NULL,
    on_paper_too          boolean NOT NULL,
    information_only      boolean NOT NULL,
    signature             TEXT NOT NULL,
    integrity             TEXT NOT NULL,
    receiving_agency_id   uuid NOT NULL,
    receiving_agency_code TEXT NOT NULL,
    responsible_agency_id uuid NOT NULL,
    document_type         TEXT,
    issued_on             DATE,
    due_on                DATE,
    outgoing_document_id  uuid,
    received_at           timestamptz NOT NULL,
    register_due_at       timestamptz,
    registered_at         timestamptz,
    submit_due_at         timestamptz,
    submitted_at          timestamptz,
    assigned_at           timestamptz,
    due_at                timestamptz,
    started_at            timestamptz,
    completed_at          timestamptz,
    ended_at              timestamptz,
    answer                TEXT,
    PRIMARY KEY (tenant_id, document_id)
);
CREATE INDEX incoming_document_facts_received
    ON incoming_document_facts (tenant_id, receiving_agency_id, received_at, document_id);

-- A rating of a one-stop desk (đánh giá) of a month that is over.
CREATE TABLE rating_facts (
    tenant_id          uuid NOT NULL,
    rating_id          uuid NOT NULL,
    agency_id          uuid NOT NULL,
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
    tenant_id    uuid NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id   uuid NOT NULL,
    role         TEXT NOT NULL,
    version      BIGINT NOT NULL,
    agency_id    uuid NOT NULL,
    since_at     timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, subject_kind, subject_id, role, version)
);

-- Events of a type, or of a version of one, that this program does not know.
CREATE TABLE unknown_events (
    tenant_id      uuid NOT NULL,
    feed           TEXT NOT NULL,
    kind           TEXT NOT NULL,
    first_position BIGINT NOT NULL,
    last_position  BIGINT NOT NULL,
    events         BIGINT NOT NULL,
    taken          BIGINT NOT NULL,
    first_at       timestamptz NOT NULL,
    last_at        timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, feed, kind)
);
