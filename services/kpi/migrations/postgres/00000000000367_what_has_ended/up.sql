-- Lists by the instant at which something ended look for what has ended: an index of that alone is not written with every
-- new dossier. What waits is looked for by itself.
DROP INDEX dossier_facts_finished;
DROP INDEX dossier_facts_competent_finished;
DROP INDEX dossier_course_facts_closed;
CREATE INDEX dossier_facts_finished ON dossier_facts (tenant_id, finished_at, dossier_id) WHERE finished_at IS NOT NULL;
CREATE INDEX dossier_facts_competent_finished
    ON dossier_facts (tenant_id, competent_agency_id, finished_at, dossier_id) WHERE finished_at IS NOT NULL;
CREATE INDEX dossier_course_facts_closed ON dossier_course_facts (tenant_id, closed_at, dossier_id)
    WHERE closed_at IS NOT NULL;
CREATE INDEX dossier_course_facts_open ON dossier_course_facts (tenant_id, dossier_id) WHERE closed_at IS NULL;
