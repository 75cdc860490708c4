-- What people should look at: one row for a kind, an agency, a subject and a period, however often it is looked for.
CREATE TABLE alerts (
    tenant_id         uuid NOT NULL,
    id                uuid NOT NULL,
    kind              TEXT NOT NULL,
    agency_id         uuid NOT NULL,
    subject           TEXT NOT NULL,
    period            TEXT NOT NULL,
    figures           jsonb NOT NULL,
    state             TEXT NOT NULL,
    raised_at         timestamptz NOT NULL,
    acknowledged_at   timestamptz,
    acknowledged_by   TEXT,
    acknowledged_note TEXT,
    over_at           timestamptz,
    version           BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX alerts_once ON alerts (tenant_id, kind, agency_id, subject, period);
CREATE INDEX alerts_agency ON alerts (tenant_id, agency_id, raised_at);

-- The dossiers behind an alert, as they were found.
CREATE TABLE alert_records (
    tenant_id uuid NOT NULL,
    alert_id  uuid NOT NULL,
    record_id uuid NOT NULL,
    at        timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, alert_id, record_id)
);

-- By which thresholds alerts are raised, where somebody changed them.
CREATE TABLE alert_rules (
    tenant_id  uuid NOT NULL,
    kind       TEXT NOT NULL,
    id         uuid NOT NULL,
    is_on      BOOLEAN NOT NULL,
    thresholds jsonb NOT NULL,
    sets       jsonb NOT NULL,
    changed_by TEXT NOT NULL,
    changed_at timestamptz NOT NULL,
    version    BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, kind)
);

-- What is looked through every few minutes.
CREATE INDEX dossier_facts_ended ON dossier_facts (tenant_id, ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX dossier_course_facts_waited ON dossier_course_facts (tenant_id, last_wait_at) WHERE last_wait_at IS NOT NULL;
