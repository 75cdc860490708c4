CREATE TABLE file_plans (
    tenant_id             TEXT    NOT NULL,
    id                    TEXT    NOT NULL,
    written_agency_id     TEXT    NOT NULL,
    written_code          TEXT    NOT NULL,
    responsible_agency_id TEXT    NOT NULL,
    year                  INTEGER NOT NULL,
    state                 TEXT    NOT NULL,
    decision_number       TEXT,
    decision_on           DATE,
    issued_at             TEXT,
    version               BIGINT  NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX file_plans_year ON file_plans (tenant_id, written_agency_id, year);
CREATE INDEX file_plans_responsible ON file_plans (tenant_id, responsible_agency_id, year);

CREATE TABLE file_plan_entries (
    tenant_id       TEXT    NOT NULL,
    id              TEXT    NOT NULL,
    plan_id         TEXT    NOT NULL,
    position        INTEGER NOT NULL,
    notation        TEXT    NOT NULL,
    retention_years INTEGER,
    unit_id         TEXT,
    officer_id      TEXT,
    content         BLOB    NOT NULL,
    added_at        TEXT,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX file_plan_entries_notation ON file_plan_entries (tenant_id, plan_id, notation);
