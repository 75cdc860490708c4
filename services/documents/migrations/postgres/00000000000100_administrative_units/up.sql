-- valid_from 0001-01-01 stands for a first day that nobody recorded.
CREATE TABLE administrative_units (
    tenant_id     uuid NOT NULL,
    id            uuid NOT NULL,
    level         text NOT NULL,
    code          text NOT NULL,
    name          text NOT NULL,
    full_name     text NOT NULL,
    full_name_en  text NOT NULL,
    name_folded   text NOT NULL,
    type          text NOT NULL,
    parent_code   text,
    province_code text,
    valid_from    date NOT NULL,
    valid_to      date,
    resolution    text NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX administrative_units_code ON administrative_units (tenant_id, code, level, valid_from);
CREATE INDEX administrative_units_province ON administrative_units (tenant_id, province_code, code);
CREATE INDEX administrative_units_page ON administrative_units (tenant_id, code, id);

CREATE TABLE unit_successions (
    tenant_id      uuid NOT NULL,
    predecessor_id uuid NOT NULL,
    successor_id   uuid NOT NULL,
    part           text NOT NULL,
    effective_on   date NOT NULL,
    resolution     text NOT NULL,
    confidence     text NOT NULL,
    PRIMARY KEY (tenant_id, predecessor_id, successor_id)
);
CREATE INDEX unit_successions_successor ON unit_successions (tenant_id, successor_id);
