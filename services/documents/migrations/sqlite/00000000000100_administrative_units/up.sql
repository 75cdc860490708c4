-- valid_from 0001-01-01 stands for a first day that nobody recorded.
CREATE TABLE administrative_units (
    tenant_id     TEXT NOT NULL,
    id            TEXT NOT NULL,
    level         TEXT NOT NULL,
    code          TEXT NOT NULL,
    name          TEXT NOT NULL,
    full_name     TEXT NOT NULL,
    full_name_en  TEXT NOT NULL,
    name_folded   TEXT NOT NULL,
    type          TEXT NOT NULL,
    parent_code   TEXT,
    province_code TEXT,
    valid_from    DATE NOT NULL,
    valid_to      DATE,
    resolution    TEXT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX administrative_units_code ON administrative_units (tenant_id, code, level, valid_from);
CREATE INDEX administrative_units_province ON administrative_units (tenant_id, province_code, code);
CREATE INDEX administrative_units_page ON administrative_units (tenant_id, code, id);

CREATE TABLE unit_successions (
    tenant_id      TEXT NOT NULL,
    predecessor_id TEXT NOT NULL,
    successor_id   TEXT NOT NULL,
    part           TEXT NOT NULL,
    effective_on   DATE NOT NULL,
    resolution     TEXT NOT NULL,
    confidence     TEXT NOT NULL,
    PRIMARY KEY (tenant_id, predecessor_id, successor_id)
);
CREATE INDEX unit_successions_successor ON unit_successions (tenant_id, successor_id);
