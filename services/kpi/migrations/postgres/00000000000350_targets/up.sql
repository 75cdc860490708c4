-- What an agency is to reach of an indicator or an element in a period. Numbers are text, never binary fractions.
CREATE TABLE targets (
    tenant_id             uuid NOT NULL,
    id                    uuid NOT NULL,
    subject_kind          TEXT NOT NULL,
    subject_code          TEXT NOT NULL,
    written_agency_id     uuid NOT NULL,
    written_code          TEXT NOT NULL,
    responsible_agency_id uuid NOT NULL,
    period                TEXT NOT NULL,
    first_day             DATE NOT NULL,
    last_day              DATE NOT NULL,
    direction             TEXT NOT NULL,
    start_value           TEXT NOT NULL,
    target_value          TEXT NOT NULL,
    points                jsonb NOT NULL,
    legal_source          TEXT NOT NULL,
    withdrawn_because     TEXT,
    set_by                TEXT NOT NULL,
    changed_at            timestamptz NOT NULL,
    version               BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX targets_subject ON targets (tenant_id, subject_kind, subject_code, written_agency_id, first_day);
CREATE INDEX targets_agency ON targets (tenant_id, responsible_agency_id, id);

-- Who sets targets for one agency and one thing does so after each other.
CREATE TABLE target_subjects (
    tenant_id    uuid NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_code TEXT NOT NULL,
    agency_id    uuid NOT NULL,
    turns        BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, subject_kind, subject_code, agency_id)
);
