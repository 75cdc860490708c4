CREATE TABLE agencies (
    tenant_id   TEXT   NOT NULL,
    id          TEXT   NOT NULL,
    name        TEXT   NOT NULL,
    name_en     TEXT   NOT NULL,
    name_folded TEXT   NOT NULL,
    kind        TEXT   NOT NULL,
    symbol      TEXT   NOT NULL,
    parent_id   TEXT,
    valid_from  DATE   NOT NULL,
    valid_to    DATE,
    note        TEXT   NOT NULL,
    version     BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX agencies_parent ON agencies (tenant_id, parent_id);
CREATE INDEX agencies_name ON agencies (tenant_id, name_folded, id);

CREATE TABLE agency_codes (
    tenant_id  TEXT NOT NULL,
    code       TEXT NOT NULL,
    valid_from DATE NOT NULL,
    valid_to   DATE,
    agency_id  TEXT NOT NULL,
    PRIMARY KEY (tenant_id, code, valid_from)
);
CREATE INDEX agency_codes_agency ON agency_codes (tenant_id, agency_id);

CREATE TABLE agency_units (
    tenant_id TEXT NOT NULL,
    agency_id TEXT NOT NULL,
    unit_code TEXT NOT NULL,
    PRIMARY KEY (tenant_id, agency_id, unit_code)
);

CREATE TABLE agency_tree (
    tenant_id     TEXT NOT NULL,
    ancestor_id   TEXT NOT NULL,
    descendant_id TEXT NOT NULL,
    PRIMARY KEY (tenant_id, ancestor_id, descendant_id)
);
CREATE INDEX agency_tree_descendant ON agency_tree (tenant_id, descendant_id, ancestor_id);

CREATE TABLE agency_successions (
    tenant_id      TEXT NOT NULL,
    id             TEXT NOT NULL,
    from_agency_id TEXT NOT NULL,
    to_agency_id   TEXT NOT NULL,
    kind           TEXT NOT NULL,
    effective_on   DATE NOT NULL,
    legal_basis    TEXT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX agency_successions_once
    ON agency_successions (tenant_id, from_agency_id, to_agency_id, effective_on);

CREATE TABLE officers (
    tenant_id TEXT    NOT NULL,
    id        TEXT    NOT NULL,
    issuer    TEXT    NOT NULL,
    subject   TEXT    NOT NULL,
    active    BOOLEAN NOT NULL,
    version   BIGINT  NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX officers_subject ON officers (tenant_id, issuer, subject);

CREATE TABLE grants (
    tenant_id  TEXT NOT NULL,
    officer_id TEXT NOT NULL,
    agency_id  TEXT NOT NULL,
    role       TEXT NOT NULL,
    valid_from DATE NOT NULL,
    valid_to   DATE,
    PRIMARY KEY (tenant_id, officer_id, agency_id, role, valid_from)
);
CREATE INDEX grants_agency ON grants (tenant_id, agency_id, role);

CREATE TABLE delegations (
    tenant_id    TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    delegator_id TEXT   NOT NULL,
    delegate_id  TEXT   NOT NULL,
    agency_id    TEXT   NOT NULL,
    role         TEXT   NOT NULL,
    valid_from   DATE   NOT NULL,
    valid_to     DATE   NOT NULL,
    ended_on     DATE,
    end_reason   TEXT,
    legal_basis  TEXT   NOT NULL,
    version      BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX delegations_delegate ON delegations (tenant_id, delegate_id);
CREATE INDEX delegations_delegator ON delegations (tenant_id, delegator_id);

CREATE TABLE clients (
    tenant_id       TEXT    NOT NULL,
    id              TEXT    NOT NULL,
    issuer          TEXT    NOT NULL,
    subject         TEXT    NOT NULL,
    name            TEXT    NOT NULL,
    owner_agency_id TEXT,
    active          BOOLEAN NOT NULL,
    version         BIGINT  NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX clients_subject ON clients (tenant_id, issuer, subject);

CREATE TABLE directory_revisions (
    tenant_id TEXT   NOT NULL PRIMARY KEY,
    revision  BIGINT NOT NULL
);

CREATE TABLE succession_moves (
    tenant_id     TEXT   NOT NULL,
    service_table TEXT   NOT NULL,
    succession_id TEXT   NOT NULL,
    moved_rows    BIGINT NOT NULL,
    moved_at      TEXT   NOT NULL,
    PRIMARY KEY (tenant_id, service_table, succession_id)
);
