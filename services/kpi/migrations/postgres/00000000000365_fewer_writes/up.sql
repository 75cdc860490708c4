-- Of which version a dossier's facts are is said once, so that a step that changes neither what it is about nor its papers
-- writes neither.
ALTER TABLE dossier_case_facts DROP COLUMN version;
ALTER TABLE dossier_paper_facts DROP COLUMN version;
