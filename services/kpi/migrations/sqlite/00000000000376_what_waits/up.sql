-- What waits, by agency and field, is on every page: it is counted from an index alone, without a look at the dossiers.
ALTER TABLE dossier_facts ADD COLUMN waits BOOLEAN NOT NULL DEFAULT 0;
ALTER TABLE dossier_facts ADD COLUMN overdue_after_at TEXT;
UPDATE dossier_facts SET waits = 1,
    overdue_after_at = CASE WHEN course.verdict = 'late' THEN '1970-01-01T00:00:00.000000Z' ELSE course.late_after_at END
FROM dossier_course_facts course
WHERE course.tenant_id = dossier_facts.tenant_id AND course.dossier_id = dossier_facts.dossier_id
    AND course.was_received AND course.closed_at IS NULL;
CREATE INDEX dossier_facts_waiting
    ON dossier_facts (tenant_id, competent_agency_id, field_name, overdue_after_at) WHERE waits;
