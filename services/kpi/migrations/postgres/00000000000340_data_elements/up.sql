CREATE TABLE data_elements (
    tenant_id      uuid NOT NULL,
    id             uuid NOT NULL,
    code           TEXT NOT NULL,
    name_vi        TEXT NOT NULL,
    name_en        TEXT NOT NULL,
    unit           TEXT NOT NULL,
    kind           TEXT NOT NULL,
    decimals       INTEGER NOT NULL,
    minimum        TEXT,
    maximum        TEXT,
    choices        jsonb NOT NULL,
    period_kind    TEXT NOT NULL,
    agency_kinds   jsonb NOT NULL,
    needs_evidence BOOLEAN NOT NULL,
    legal_source   TEXT NOT NULL,
    rules          jsonb NOT NULL,
    outliers       jsonb NOT NULL,
    defined_at     timestamptz NOT NULL,
    version        BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX data_elements_code ON data_elements (tenant_id, code);

-- One row a value: of an element, for an agency as it was written, in a period. Numbers are text, never binary fractions.
CREATE TABLE element_values (
    tenant_id             uuid NOT NULL,
    id                    uuid NOT NULL,
    element_id            uuid NOT NULL,
    written_agency_id     uuid NOT NULL,
    written_code          TEXT NOT NULL,
    responsible_agency_id uuid NOT NULL,
    period                TEXT NOT NULL,
    first_day             DATE NOT NULL,
    last_day              DATE NOT NULL,
    state                 TEXT NOT NULL,
    value                 TEXT NOT NULL,
    evidence              jsonb NOT NULL,
    warnings              jsonb NOT NULL,
    accepted_because      TEXT,
    correcting            BOOLEAN NOT NULL,
    entered_by            TEXT NOT NULL,
    entered_for           TEXT,
    checked_by            TEXT,
    checked_for           TEXT,
    approved_by           TEXT,
    approved_for          TEXT,
    changed_at            timestamptz NOT NULL,
    version               BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX element_values_once ON element_values (tenant_id, element_id, written_agency_id, period);
CREATE INDEX element_values_period ON element_values (tenant_id, element_id, period, id);
CREATE INDEX element_values_agency ON element_values (tenant_id, responsible_agency_id, id);

-- Every version of every value, with who made it so and why.
CREATE TABLE element_value_steps (
    tenant_id        uuid NOT NULL,
    value_id         uuid NOT NULL,
    version          BIGINT NOT NULL,
    action           TEXT NOT NULL,
    state            TEXT NOT NULL,
    value            TEXT NOT NULL,
    evidence         jsonb NOT NULL,
    accepted_because TEXT,
    reason           TEXT,
    acted_by         TEXT NOT NULL,
    acted_for        TEXT,
    acted_at         timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, value_id, version)
);

-- Periods in which an agency and all below it take no values any more.
CREATE TABLE element_closings (
    tenant_id   uuid NOT NULL,
    id          uuid NOT NULL,
    agency_id   uuid NOT NULL,
    agency_code TEXT NOT NULL,
    period      TEXT NOT NULL,
    first_day   DATE NOT NULL,
    last_day    DATE NOT NULL,
    closed_by   TEXT NOT NULL,
    closed_at   timestamptz NOT NULL,
    reopened_by TEXT,
    reopened_at timestamptz,
    reason      TEXT,
    version     BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX element_closings_agency ON element_closings (tenant_id, agency_id, first_day);
