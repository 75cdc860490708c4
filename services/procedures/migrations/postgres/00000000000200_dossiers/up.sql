CREATE TABLE dossiers (
    tenant_id          uuid        NOT NULL,
    id                 uuid        NOT NULL,
    tracking_reference text        NOT NULL,
    client             text        NOT NULL,
    external_ref       text,
    code               text,
    procedure_id       uuid        NOT NULL,
    version_id         uuid        NOT NULL,
    procedure_code     text        NOT NULL,
    channel            text        NOT NULL,
    state              text        NOT NULL,
    submitted_at       timestamptz NOT NULL,
    received_at        timestamptz,
    first_due_at       timestamptz,
    due_at             timestamptz,
    approved_at        timestamptz,
    finished_at        timestamptz,
    returned_at        timestamptz,
    ended_at           timestamptz,
    timeliness         text,
    act_by_at          timestamptz,
    assignee_id        uuid,
    applicant          bytea       NOT NULL,
    form               bytea       NOT NULL,
    owner_person       text        NOT NULL,
    submitter_person   text,
    remarks            bytea,
    facts              jsonb       NOT NULL,
    result             jsonb,
    version            bigint      NOT NULL,
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
    tenant_id             uuid NOT NULL,
    dossier_id            uuid NOT NULL,
    role                  text NOT NULL,
    written_agency_id     uuid NOT NULL,
    written_code          text NOT NULL,
    responsible_agency_id uuid NOT NULL,
    PRIMARY KEY (tenant_id, dossier_id, role)
);
CREATE INDEX dossier_agencies_responsible ON dossier_agencies (tenant_id, responsible_agency_id, dossier_id);

CREATE TABLE dossier_files (
    tenant_id  uuid NOT NULL,
    dossier_id uuid NOT NULL,
    file_id    uuid NOT NULL,
    component  text NOT NULL,
    origin     text NOT NULL,
    PRIMARY KEY (tenant_id, dossier_id, file_id)
);
CREATE INDEX dossier_files_file ON dossier_files (tenant_id, file_id);

CREATE TABLE dossier_counters (
    tenant_id  uuid   NOT NULL,
    prefix     text   NOT NULL,
    day        date   NOT NULL,
    last_value bigint NOT NULL,
    PRIMARY KEY (tenant_id, prefix, day)
);

CREATE TABLE issuings (
    tenant_id   uuid        NOT NULL,
    dossier_id  uuid        NOT NULL,
    attempts    bigint      NOT NULL,
    due_at      timestamptz NOT NULL,
    claimed_by  uuid,
    last_fault  text,
    PRIMARY KEY (tenant_id, dossier_id)
);
CREATE INDEX issuings_due ON issuings (due_at);
