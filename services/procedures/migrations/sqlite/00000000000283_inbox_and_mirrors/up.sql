-- SQLite adds no column that may not be empty, so the table is made anew.
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
-- For whose agencies are most of them: what is asked of anybody is never much.
CREATE INDEX consulted_agencies_state ON consulted_agencies (tenant_id, state, due_at, consultation_id, agency_id);
CREATE INDEX consulted_agencies_all
    ON consulted_agencies (tenant_id, responsible_agency_id, due_at, consultation_id, agency_id);
-- In order of the due instant alone SQLite would read everybody's opinions to find those of one agency, which PostgreSQL
-- knows better by its statistics. So this index is empty here: lateness is never null.
CREATE INDEX consulted_agencies_due ON consulted_agencies (tenant_id, due_at, consultation_id, agency_id)
    WHERE late IS NULL;

-- Not unique: until now a source could tell of one code in two spellings.
CREATE INDEX mirrored_dossiers_spelt ON mirrored_dossiers (tenant_id, upper(code));
CREATE INDEX mirrored_dossiers_client ON mirrored_dossiers (tenant_id, client, submitted_at, id);
CREATE INDEX mirrored_dossiers_source ON mirrored_dossiers (tenant_id, agency_id, source, submitted_at, id);
CREATE INDEX mirrored_dossiers_procedure ON mirrored_dossiers (tenant_id, agency_id, procedure_code, submitted_at, id);
CREATE INDEX mirrored_dossiers_state ON mirrored_dossiers (tenant_id, agency_id, state, submitted_at, id);
-- The same of mirrors by their day: versions begin with 1. Of the indexes that begin with an agency SQLite takes the newest
-- one where none fits better, so that is the one without a filter.
DROP INDEX mirrored_dossiers_newest;
CREATE INDEX mirrored_dossiers_newest ON mirrored_dossiers (tenant_id, submitted_at, id) WHERE version < 1;
DROP INDEX mirrored_dossiers_agency;
CREATE INDEX mirrored_dossiers_agency ON mirrored_dossiers (tenant_id, agency_id, submitted_at, id);
