-- Of which version a dossier's facts are is said once, so that a step that changes neither what it is about nor its papers
-- writes neither.
ALTER TABLE dossier_case_facts DROP COLUMN version;
ALTER TABLE dossier_paper_facts DROP COLUMN version;

-- Every index is written with every new dossier. Lists are of an agency that is competent, or of the whole province; those
-- of who received are taken from the province's.
DROP INDEX dossier_facts_competent_received;
DROP INDEX dossier_facts_competent_finished;
DROP INDEX dossier_facts_receiving_received;
DROP INDEX dossier_facts_receiving_finished;
CREATE INDEX dossier_facts_competent_received
    ON dossier_facts (tenant_id, competent_agency_id, received_at, dossier_id);
CREATE INDEX dossier_facts_competent_finished
    ON dossier_facts (tenant_id, competent_agency_id, finished_at, dossier_id);

-- Turns of a record are looked up by its key. An index that begins as the key does is taken instead of it while the database
-- has no figures of the table, and then each look goes through all turns.
DROP INDEX tally_turns_by_day;
CREATE INDEX tally_turns_by_day ON tally_turns (in_stock, on_day, turn_at, tenant_id, subject);
