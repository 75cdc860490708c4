-- A dossier can have several consulted agencies, so the agency becomes part of the key of a party.
ALTER TABLE dossier_agencies DROP CONSTRAINT dossier_agencies_pkey;
ALTER TABLE dossier_agencies ADD PRIMARY KEY (tenant_id, dossier_id, role, written_agency_id);

CREATE TABLE consultations (
    tenant_id   uuid        NOT NULL,
    id          uuid        NOT NULL,
    dossier_id  uuid        NOT NULL,
    rule_code   text,
    name        text,
    term        jsonb       NOT NULL,
    joined      text        NOT NULL,
    silence     text        NOT NULL,
    legal_basis text,
    wait        bigint,
    question    bytea       NOT NULL,
    asked_at    timestamptz NOT NULL,
    asked_by    text        NOT NULL,
    asker_id    uuid,
    state       text        NOT NULL,
    outcome     text,
    reason      bytea,
    ended_at    timestamptz,
    version     bigint      NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX consultations_dossier ON consultations (tenant_id, dossier_id, asked_at, id);

CREATE TABLE consulted_agencies (
    tenant_id       uuid        NOT NULL,
    consultation_id uuid        NOT NULL,
    agency_id       uuid        NOT NULL,
    dossier_id      uuid        NOT NULL,
    asked_at        timestamptz NOT NULL,
    due_at          timestamptz NOT NULL,
    state           text        NOT NULL,
    stance          text,
    opinion         bytea,
    answered_at     timestamptz,
    answered_by     text,
    late            boolean     NOT NULL,
    PRIMARY KEY (tenant_id, consultation_id, agency_id)
);
CREATE INDEX consulted_agencies_dossier ON consulted_agencies (tenant_id, dossier_id, due_at);
CREATE INDEX consulted_agencies_due ON consulted_agencies (tenant_id, due_at, consultation_id, agency_id);

CREATE TABLE opinion_files (
    tenant_id       uuid NOT NULL,
    consultation_id uuid NOT NULL,
    agency_id       uuid NOT NULL,
    file_id         uuid NOT NULL,
    PRIMARY KEY (tenant_id, consultation_id, agency_id, file_id)
);
CREATE INDEX opinion_files_file ON opinion_files (tenant_id, file_id);

-- A notice to a consulted agency is for that one alone.
ALTER TABLE notices ADD COLUMN agency_id uuid;
DROP INDEX notices_once;
CREATE UNIQUE INDEX notices_once ON notices (tenant_id, dossier_id, kind, passed_at, party, role)
    WHERE agency_id IS NULL;
CREATE UNIQUE INDEX notices_once_consulted ON notices (tenant_id, dossier_id, kind, passed_at, party, role, agency_id)
    WHERE agency_id IS NOT NULL;
