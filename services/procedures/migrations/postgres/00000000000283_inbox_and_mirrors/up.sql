ALTER TABLE consulted_agencies ADD COLUMN responsible_agency_id uuid;
UPDATE consulted_agencies SET responsible_agency_id = party.responsible_agency_id
    FROM dossier_agencies AS party
    WHERE party.tenant_id = consulted_agencies.tenant_id AND party.dossier_id = consulted_agencies.dossier_id
        AND party.role = 'consulted' AND party.written_agency_id = consulted_agencies.agency_id;
ALTER TABLE consulted_agencies ALTER COLUMN responsible_agency_id SET NOT NULL;


CREATE INDEX consulted_agencies_inbox
    ON consulted_agencies (tenant_id, responsible_agency_id, state, due_at, consultation_id, agency_id);
-- For whose agencies are most of them: what is asked of anybody is never much.
CREATE INDEX consulted_agencies_state ON consulted_agencies (tenant_id, state, due_at, consultation_id, agency_id);
CREATE INDEX consulted_agencies_all
    ON consulted_agencies (tenant_id, responsible_agency_id, due_at, consultation_id, agency_id);

-- Not unique: until now a source could tell of one code in two spellings.
CREATE INDEX mirrored_dossiers_spelt ON mirrored_dossiers (tenant_id, upper(code));
CREATE INDEX mirrored_dossiers_client ON mirrored_dossiers (tenant_id, client, submitted_at, id);
CREATE INDEX mirrored_dossiers_source ON mirrored_dossiers (tenant_id, agency_id, source, submitted_at, id);
CREATE INDEX mirrored_dossiers_procedure ON mirrored_dossiers (tenant_id, agency_id, procedure_code, submitted_at, id);
CREATE INDEX mirrored_dossiers_state ON mirrored_dossiers (tenant_id, agency_id, state, submitted_at, id);
