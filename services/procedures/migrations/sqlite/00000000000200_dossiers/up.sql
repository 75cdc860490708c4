CREATE TABLE dossiers (
    tenant_id          TEXT        NOT NULL,
    id                 TEXT        NOT NULL,
    tracking_reference TEXT        NOT NULL,
    client             TEXT        NOT NULL,
    external_ref       TEXT,
    code               TEXT,
    procedure_id       TEXT        NOT NULL,
    version_id         TEXT        NOT NULL,
    procedure_code     TEXT        NOT NULL,
    channel            TEXT        NOT NULL,
    state              TEXT        NOT NULL,
    submitted_at       TEXT NOT NULL,
    received_at        TEXT,
    first_due_at       TEXT,
    due_at             TEXT,
    approved_at        TEXT,
    finished_at        TEXT,
    returned_at        TEXT,
    ended_at           TEXT,
    timeliness         TEXT,
    act_by_at          TEXT,
    assignee_id        TEXT,
    applicant          BLOB       NOT NULL,
    form               BLOB       NOT NULL,
    owner_person       TEXT        NOT NULL,
    submitter_person   TEXT,
    remarks            BLOB,
    facts              TEXT       NOT NULL,
    result             TEXT,
    version            BIGINT      NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX dossiers_tracking ON dossiers (tenant_id, tracking_reference);
CREATE UNIQUE INDEX dossiers_code ON dossiers (tenant_id, code);
CREATE UNIQUE INDEX dossiers_external ON dossiers (tenant_id, client, external_ref);
CREATE INDEX dossiers_act_by ON dossiers (tenant_id, act_by_at, id);
CREATE INDEX dossiers_assignee ON dossiers (tenant_id, assignee_id, act_by_at, id);
CREATE INDEX dossiers_submitted ON dossiers (tenant_id, submitted_at, id);
CREATE INDEX dossiers_received ON dossiers (tenant_id, received_at, id);
CREATE INDEX dossiers_ended ON dossiers (tenant_id, ended_at);
CREATE INDEX dossiers_owner ON dossiers (tenant_id, owner_person, submitted_at, id);
CREATE INDEX dossiers_submitter ON dossiers (tenant_id, submitter_person, submitted_at, id);
CREATE INDEX dossiers_client ON dossiers (tenant_id, client, submitted_at, id);

CREATE TABLE dossier_agencies (
    tenant_id             TEXT NOT NULL,
    dossier_id            TEXT NOT NULL,
    role                  TEXT NOT NULL,
    written_agency_id     TEXT NOT NULL,
    written_code          TEXT NOT NULL,
    responsible_agency_id TEXT NOT NULL,
    PRIMARY KEY (tenant_id, dossier_id, role)
);
CREATE INDEX dossier_agencies_responsible ON dossier_agencies (tenant_id, responsible_agency_id, dossier_id);

CREATE TABLE dossier_files (
    tenant_id  TEXT NOT NULL,
    dossier_id TEXT NOT NULL,
    file_id    TEXT NOT NULL,
    component  TEXT NOT NULL,
    origin     TEXT NOT NULL,
    PRIMARY KEY (tenant_id, dossier_id, file_id)
);
CREATE INDEX dossier_files_file ON dossier_files (tenant_id, file_id);

CREATE TABLE dossier_counters (
    tenant_id  TEXT   NOT NULL,
    prefix     TEXT   NOT NULL,
    day        DATE   NOT NULL,
    last_value BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, prefix, day)
);

CREATE TABLE issuings (
    tenant_id   TEXT        NOT NULL,
    dossier_id  TEXT        NOT NULL,
    attempts    BIGINT      NOT NULL,
    due_at      TEXT NOT NULL,
    claimed_by  TEXT,
    last_fault  TEXT,
    PRIMARY KEY (tenant_id, dossier_id)
);
CREATE INDEX issuings_due ON issuings (due_at);
