CREATE TABLE file_plans (
    tenant_id             uuid        NOT NULL,
    id                    uuid        NOT NULL,
    written_agency_id     uuid        NOT NULL,
    written_code          text        NOT NULL,
    responsible_agency_id uuid        NOT NULL,
    year                  integer     NOT NULL,
    state                 text        NOT NULL,
    decision_number       text,
    decision_on           date,
    issued_at             timestamptz,
    version               bigint      NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX file_plans_year ON file_plans (tenant_id, written_agency_id, year);
CREATE INDEX file_plans_responsible ON file_plans (tenant_id, responsible_agency_id, year);

CREATE TABLE file_plan_entries (
    tenant_id       uuid        NOT NULL,
    id              uuid        NOT NULL,
    plan_id         uuid        NOT NULL,
    position        integer     NOT NULL,
    notation        text        NOT NULL,
    retention_years integer,
    unit_id         uuid,
    officer_id      uuid,
    content         bytea       NOT NULL,
    added_at        timestamptz,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX file_plan_entries_notation ON file_plan_entries (tenant_id, plan_id, notation);
