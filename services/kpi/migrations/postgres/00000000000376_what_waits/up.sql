-- What waits, by agency and field, is on every page: it is counted from an index alone, without a look at the dossiers.
ALTER TABLE dossier_facts ADD COLUMN waits BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE dossier_facts ADD COLUMN overdue_after_at TIMESTAMPTZ;
UPDATE dossier_facts SET waits = TRUE,
    overdue_after_at = CASE WHEN course.verdict = 'late' THEN TIMESTAMPTZ '1970-01-01 00:00:00Z' ELSE course.late_after_at END
FROM dossier_course_facts course
WHERE course.tenant_id = dossier_facts.tenant_id AND course.dossier_id = dossier_facts.dossier_id
    AND course.was_received AND course.closed_at IS NULL;
CREATE INDEX dossier_facts_waiting
    ON dossier_facts (tenant_id, competent_agency_id, field_name, overdue_after_at) WHERE waits;
