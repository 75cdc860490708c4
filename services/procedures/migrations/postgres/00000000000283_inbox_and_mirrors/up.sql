ALTER TABLE consulted_agencies ADD COLUMN responsible_agency_id uuid;
UPDATE consulted_agencies SET responsible_agency_id = party.responsible_agency_id
    FROM dossier_agencies AS party
    WHERE party.tenant_id = consulted_agencies.tenant_id AND party.dossier_id = consulted_agencies.dossier_id
        AND party.role = 'consulted' AND party.written_agency_id = consulted_agencies.agency_id;
ALTER TABLE consulted_agencies ALTER COLUMN responsible_agency_id SET NOT NULL;

-- An index by the due instant alone would tempt a planner to read everybody's opinions to find some of one agency.
DROP INDEX consulted_agencies_due;
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
