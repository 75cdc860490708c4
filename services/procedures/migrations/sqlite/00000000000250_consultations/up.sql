-- A dossier can have several consulted agencies, so the agency becomes part of the key of a party.
CREATE TABLE dossier_parties (
    tenant_id             TEXT NOT NULL,
    dossier_id            TEXT NOT NULL,
    role                  TEXT NOT NULL,
    written_agency_id     TEXT NOT NULL,
    written_code          TEXT NOT NULL,
    responsible_agency_id TEXT NOT NULL,
    PRIMARY KEY (tenant_id, dossier_id, role, written_agency_id)
);
INSERT INTO dossier_parties SELECT * FROM dossier_agencies;
DROP TABLE dossier_agencies;
ALTER TABLE dossier_parties RENAME TO dossier_agencies;
CREATE INDEX dossier_agencies_responsible ON dossier_agencies (tenant_id, responsible_agency_id, dossier_id);

CREATE TABLE consultations (
    tenant_id   TEXT   NOT NULL,
    id          TEXT   NOT NULL,
    dossier_id  TEXT   NOT NULL,
    rule_code   TEXT,
    name        TEXT,
    term        TEXT   NOT NULL,
    joined      TEXT   NOT NULL,
    silence     TEXT   NOT NULL,
    legal_basis TEXT,
    wait        BIGINT,
    question    BLOB   NOT NULL,
    asked_at    TEXT   NOT NULL,
    asked_by    TEXT   NOT NULL,
    asker_id    TEXT,
    state       TEXT   NOT NULL,
    outcome     TEXT,
    reason      BLOB,
    ended_at    TEXT,
    version     BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
) WITHOUT ROWID;
CREATE INDEX consultations_dossier ON consultations (tenant_id, dossier_id, asked_at, id);

CREATE TABLE consulted_agencies (
    tenant_id       TEXT    NOT NULL,
    consultation_id TEXT    NOT NULL,
    agency_id       TEXT    NOT NULL,
    dossier_id      TEXT    NOT NULL,
    asked_at        TEXT    NOT NULL,
    due_at          TEXT    NOT NULL,
    state           TEXT    NOT NULL,
    stance          TEXT,
    opinion         BLOB,
    answered_at     TEXT,
    answered_by     TEXT,
    late            BOOLEAN NOT NULL,
    PRIMARY KEY (tenant_id, consultation_id, agency_id)
) WITHOUT ROWID;
CREATE INDEX consulted_agencies_dossier ON consulted_agencies (tenant_id, dossier_id, due_at);
CREATE INDEX consulted_agencies_due ON consulted_agencies (tenant_id, due_at, consultation_id, agency_id);

CREATE TABLE opinion_files (
    tenant_id       TEXT NOT NULL,
    consultation_id TEXT NOT NULL,
    agency_id       TEXT NOT NULL,
    file_id         TEXT NOT NULL,
    PRIMARY KEY (tenant_id, consultation_id, agency_id, file_id)
) WITHOUT ROWID;
CREATE INDEX opinion_files_file ON opinion_files (tenant_id, file_id);

-- A notice to a consulted agency is for that one alone.
ALTER TABLE notices ADD COLUMN agency_id TEXT;
DROP INDEX notices_once;
CREATE UNIQUE INDEX notices_once ON notices (tenant_id, dossier_id, kind, passed_at, party, role)
    WHERE agency_id IS NULL;
CREATE UNIQUE INDEX notices_once_consulted ON notices (tenant_id, dossier_id, kind, passed_at, party, role, agency_id)
    WHERE agency_id IS NOT NULL;
