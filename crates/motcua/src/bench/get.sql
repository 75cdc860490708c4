-- GET /v1/dossiers/{id} by an officer, with the entry in the read audit.
\set n random(1, :most)
SELECT d.tenant_id, d.id, d.tracking_reference, d.client, d.external_ref, d.code, d.procedure_id, d.version_id, d.procedure_code, d.channel, d.state, d.submitted_at, d.received_at, d.first_due_at, d.due_at, d.approved_at, d.finished_at, d.returned_at, d.ended_at, d.timeliness, d.act_by_at, d.assignee_id, d.applicant, d.form, d.owner_person, d.submitter_person, d.remarks, d.facts, d.result, d.version FROM dossiers d WHERE d.tenant_id = '{tenant}' AND EXISTS (SELECT a.tenant_id, a.dossier_id, a.role, a.written_agency_id, a.written_code, a.responsible_agency_id FROM dossier_agencies a WHERE a.tenant_id = d.tenant_id AND a.dossier_id = d.id AND a.responsible_agency_id = ANY (SELECT descendant_id FROM agency_tree WHERE tenant_id = '{tenant}' AND ancestor_id = ANY ('{agency_array}'))) AND d.id = (SELECT id FROM bench_ids WHERE n = :n) LIMIT 1 \gset d_
SELECT tenant_id, dossier_id, file_id, component, origin, paper_code, paper_kind, quantity, source_dossier_id, reused_at FROM dossier_files WHERE tenant_id = '{tenant}' AND dossier_id = :d_id::uuid ORDER BY component, file_id;
SELECT tenant_id, id, dossier_id, component, database_code, outcome, looked_up_at, recorded_at, recorded_by, reference FROM dossier_lookups WHERE tenant_id = '{tenant}' AND dossier_id = :d_id::uuid ORDER BY looked_up_at, id;
SELECT tenant_id, dossier_id, role, written_agency_id, written_code, responsible_agency_id FROM dossier_agencies WHERE tenant_id = '{tenant}' AND dossier_id = :d_id::uuid ORDER BY dossier_id, role;
SELECT id, name FROM agencies WHERE tenant_id = '{tenant}' AND id = ANY ('{agency_array}');
SELECT agency_id, code, valid_from FROM agency_codes WHERE tenant_id = '{tenant}' AND agency_id = ANY ('{agency_array}') ORDER BY valid_from, code;
SELECT ancestor_id, descendant_id FROM agency_tree WHERE tenant_id = '{tenant}' AND ancestor_id = ANY ('{agency_array}') AND descendant_id = ANY ('{agency_array}');
SELECT dossier_id, content FROM dossier_representatives WHERE tenant_id = '{tenant}' AND dossier_id = :d_id::uuid;
SELECT tenant_id, consultation_id, agency_id, dossier_id, asked_at, due_at, state, stance, opinion FROM consulted_agencies WHERE tenant_id = '{tenant}' AND dossier_id = :d_id::uuid ORDER BY consultation_id, due_at, agency_id;
BEGIN;
INSERT INTO read_audit (tenant_id, id, actor, standing_in_for, operation, request_id, subjects, read_at) VALUES ('{tenant}', gen_random_uuid(), 'an officer', NULL, 'get_dossier', :d_id::text, '["x"]', now());
COMMIT;
