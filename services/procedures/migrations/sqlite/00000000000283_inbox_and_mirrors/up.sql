-- SQLite adds no column that may not be empty, so the table is made anew. An index by the due instant alone would tempt its
-- planner to read everybody's opinions to find some of one agency, so that one is not made again.
CREATE TABLE consulted (
    tenant_id             TEXT    NOT NULL,
    consultation_id       TEXT    NOT NULL,
    agency_id             TEXT    NOT NULL,
    dossier_id            TEXT    NOT NULL,
    asked_at              TEXT    NOT NULL,
    due_at                TEXT    NOT NULL,
    state                 TEXT    NOT NULL,
    stance                TEXT,
    opinion               BLOB,
    answered_at           TEXT,
    answered_by           TEXT,
    late                  BOOLEAN NOT NULL,
    responsible_agency_id TEXT    NOT NULL,
    PRIMARY KEY (tenant_id, consultation_id, agency_id)
) WITHOUT ROWID;
INSERT INTO consulted
    SELECT asked.tenant_id, asked.consultation_id, asked.agency_id, asked.dossier_id, asked.asked_at, asked.due_at, asked.state,
        asked.stance, asked.opinion, asked.answered_at, asked.answered_by, asked.late, party.responsible_agency_id
    FROM consulted_agencies AS asked
    LEFT JOIN dossier_agencies AS party
        ON party.tenant_id = asked.tenant_id AND party.dossier_id = asked.dossier_id AND party.role = 'consulted'
        AND party.written_agency_id = asked.agency_id;
DROP TABLE consulted_agencies;
ALTER TABLE consulted RENAME TO consulted_agencies;
CREATE INDEX consulted_agencies_dossier ON consulted_agencies (tenant_id, dossier_id, due_at);
CREATE INDEX consulted_agencies_inbox
    ON consulted_agencies (tenant_id, responsible_agency_id, state, due_at, consultation_id, agency_id);
CREATE INDEX consulted_agencies_all
    ON consulted_agencies (tenant_id, responsible_agency_id, due_at, consultation_id, agency_id);

-- Mirrors are looked for within agencies, by client, by citizen or by code, whose case says nothing; never by the day alone.
DROP INDEX mirrored_dossiers_newest;
DROP INDEX mirrored_dossiers_code;
CREATE UNIQUE INDEX mirrored_dossiers_code ON mirrored_dossiers (tenant_id, upper(code));
CREATE INDEX mirrored_dossiers_client ON mirrored_dossiers (tenant_id, client, submitted_at, id);
CREATE INDEX mirrored_dossiers_source ON mirrored_dossiers (tenant_id, agency_id, source, submitted_at, id);
CREATE INDEX mirrored_dossiers_procedure ON mirrored_dossiers (tenant_id, agency_id, procedure_code, submitted_at, id);
CREATE INDEX mirrored_dossiers_state ON mirrored_dossiers (tenant_id, agency_id, state, submitted_at, id);
