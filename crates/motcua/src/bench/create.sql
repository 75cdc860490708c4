-- POST /v1/dossiers: the statements of one submission. Words in braces are filled in before the run.
BEGIN;
SELECT id, code, status, suspension, abolition FROM procedures WHERE tenant_id = '{tenant}' AND national_code = '{code}' ORDER BY code;
SELECT id FROM procedure_versions WHERE tenant_id = '{tenant}' AND procedure_id = '{procedure}' AND effective_from <= current_date ORDER BY effective_from DESC, number DESC LIMIT 1;
SELECT agency_id FROM agency_codes WHERE tenant_id = '{tenant}' AND code = '{agency_code}' AND valid_from <= current_date ORDER BY valid_from DESC LIMIT 1;
SELECT valid_from FROM agencies WHERE tenant_id = '{tenant}' AND id = '{one_agency}' LIMIT 1;
SELECT valid_to FROM agencies WHERE tenant_id = '{tenant}' AND id = '{one_agency}' LIMIT 1;
SELECT id, name FROM agencies WHERE tenant_id = '{tenant}' AND id = ANY ('{agency_array}');
SELECT agency_id, code, valid_from FROM agency_codes WHERE tenant_id = '{tenant}' AND agency_id = ANY ('{agency_array}') ORDER BY valid_from, code;
SELECT name, name_en, kind, symbol, parent_id, valid_from, valid_to, note, version FROM agencies WHERE tenant_id = '{tenant}' AND id = '{one_agency}' LIMIT 1;
SELECT code, valid_from, valid_to FROM agency_codes WHERE tenant_id = '{tenant}' AND agency_id = '{one_agency}' ORDER BY valid_from, code;
SELECT unit_code FROM agency_units WHERE tenant_id = '{tenant}' AND agency_id = '{one_agency}' ORDER BY unit_code;
SELECT gen_random_uuid() AS id \gset
SELECT tenant_id, id, dossier_id, component, database_code, outcome, looked_up_at, recorded_at, recorded_by, reference FROM dossier_lookups WHERE tenant_id = '{tenant}' AND dossier_id = :id::uuid ORDER BY looked_up_at, id;
SELECT pg_advisory_xact_lock_shared(1);
SELECT revision FROM calendar_heads WHERE tenant_id = '{tenant}' LIMIT 1;
SELECT version FROM dossiers WHERE tenant_id = '{tenant}' AND id = :id::uuid LIMIT 1 FOR UPDATE;
SELECT kind, fire_at, fired_at FROM timers WHERE tenant_id = '{tenant}' AND dossier_id = :id::uuid;
INSERT INTO timers (tenant_id, dossier_id, kind, fire_at, free_at) VALUES ('{tenant}', :id::uuid, 'alert', now() + interval '1 year', now() + interval '1 year') ON CONFLICT DO NOTHING;
INSERT INTO timers (tenant_id, dossier_id, kind, fire_at, free_at) VALUES ('{tenant}', :id::uuid, 'online_check', now() + interval '1 year', now() + interval '1 year') ON CONFLICT DO NOTHING;
INSERT INTO dossiers (tenant_id, id, tracking_reference, client, external_ref, code, procedure_id, version_id, procedure_code, channel, state, submitted_at, received_at, first_due_at, due_at, approved_at, finished_at, returned_at, ended_at, timeliness, act_by_at, assignee_id, applicant, form, owner_person, submitter_person, remarks, facts, result, version) VALUES ('{tenant}', :id::uuid, :id::text, '{client}', NULL, NULL, '{procedure}', '{version}', '{code}', 'online', 'submitted', now(), NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, now() + interval '1 year', NULL, '{applicant}', '{form}', :id::text, NULL, NULL, convert_from(decode('{facts}', 'hex'), 'UTF8')::jsonb, NULL, 1);
INSERT INTO dossier_agencies (tenant_id, dossier_id, role, written_agency_id, written_code, responsible_agency_id) VALUES ('{tenant}', :id::uuid, 'receiving', '{one_agency}', '{agency_code}', '{one_agency}'), ('{tenant}', :id::uuid, 'competent', '{one_agency}', '{agency_code}', '{one_agency}'), ('{tenant}', :id::uuid, 'issuing', '{one_agency}', '{agency_code}', '{one_agency}');
INSERT INTO journal_events (tenant_id, id, kind, subject_kind, subject_id, subject_version, canonical, recorded_at) VALUES ('{tenant}', :id::uuid, 'dossier.submitted.v1', 'dossiers', :id::uuid, 1, '{canonical}', now());
SELECT tenant_id, dossier_id, file_id, component, origin, paper_code, paper_kind, quantity, source_dossier_id, reused_at FROM dossier_files WHERE tenant_id = '{tenant}' AND dossier_id = :id::uuid ORDER BY component, file_id;
SELECT tenant_id, id, dossier_id, component, database_code, outcome, looked_up_at, recorded_at, recorded_by, reference FROM dossier_lookups WHERE tenant_id = '{tenant}' AND dossier_id = :id::uuid ORDER BY looked_up_at, id;
SELECT tenant_id, dossier_id, role, written_agency_id, written_code, responsible_agency_id FROM dossier_agencies WHERE tenant_id = '{tenant}' AND dossier_id = :id::uuid ORDER BY dossier_id, role;
SELECT id, name FROM agencies WHERE tenant_id = '{tenant}' AND id = ANY ('{agency_array}');
SELECT agency_id, code, valid_from FROM agency_codes WHERE tenant_id = '{tenant}' AND agency_id = ANY ('{agency_array}') ORDER BY valid_from, code;
COMMIT;
