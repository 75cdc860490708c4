CREATE TABLE agencies (
    tenant_id   uuid   NOT NULL,
    id          uuid   NOT NULL,
    name        text   NOT NULL,
    name_en     text   NOT NULL,
    name_folded text   NOT NULL,
    kind        text   NOT NULL,
    symbol      text   NOT NULL,
    parent_id   uuid,
    valid_from  date   NOT NULL,
    valid_to    date,
    note        text   NOT NULL,
    version     bigint NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX agencies_parent ON agencies (tenant_id, parent_id);
CREATE INDEX agencies_name ON agencies (tenant_id, name_folded, id);

CREATE TABLE agency_codes (
    tenant_id  uuid NOT NULL,
    code       text NOT NULL,
    valid_from date NOT NULL,
    valid_to   date,
    agency_id  uuid NOT NULL,
    PRIMARY KEY (tenant_id, code, valid_from)
);
CREATE INDEX agency_codes_agency ON agency_codes (tenant_id, agency_id);

CREATE TABLE agency_units (
    tenant_id uuid NOT NULL,
    agency_id uuid NOT NULL,
    unit_code text NOT NULL,
    PRIMARY KEY (tenant_id, agency_id, unit_code)
);

CREATE TABLE agency_tree (
    tenant_id     uuid NOT NULL,
    ancestor_id   uuid NOT NULL,
    descendant_id uuid NOT NULL,
    PRIMARY KEY (tenant_id, ancestor_id, descendant_id)
);
CREATE INDEX agency_tree_descendant ON agency_tree (tenant_id, descendant_id, ancestor_id);

CREATE TABLE agency_successions (
    tenant_id      uuid NOT NULL,
    id             uuid NOT NULL,
    from_agency_id uuid NOT NULL,
    to_agency_id   uuid NOT NULL,
    kind           text NOT NULL,
    effective_on   date NOT NULL,
    legal_basis    text NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX agency_successions_once
    ON agency_successions (tenant_id, from_agency_id, to_agency_id, effective_on);

CREATE TABLE officers (
    tenant_id uuid    NOT NULL,
    id        uuid    NOT NULL,
    issuer    text    NOT NULL,
    subject   text    NOT NULL,
    active    boolean NOT NULL,
    version   bigint  NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX officers_subject ON officers (tenant_id, issuer, subject);

CREATE TABLE grants (
    tenant_id  uuid NOT NULL,
    officer_id uuid NOT NULL,
    agency_id  uuid NOT NULL,
    role       text NOT NULL,
    valid_from date NOT NULL,
    valid_to   date,
    PRIMARY KEY (tenant_id, officer_id, agency_id, role, valid_from)
);
CREATE INDEX grants_agency ON grants (tenant_id, agency_id, role);

CREATE TABLE delegations (
    tenant_id    uuid   NOT NULL,
    id           uuid   NOT NULL,
    delegator_id uuid   NOT NULL,
    delegate_id  uuid   NOT NULL,
    agency_id    uuid   NOT NULL,
    role         text   NOT NULL,
    valid_from   date   NOT NULL,
    valid_to     date   NOT NULL,
    ended_on     date,
    end_reason   text,
    legal_basis  text   NOT NULL,
    version      bigint NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX delegations_delegate ON delegations (tenant_id, delegate_id);
CREATE INDEX delegations_delegator ON delegations (tenant_id, delegator_id);

CREATE TABLE clients (
    tenant_id       uuid    NOT NULL,
    id              uuid    NOT NULL,
    issuer          text    NOT NULL,
    subject         text    NOT NULL,
    name            text    NOT NULL,
    owner_agency_id uuid,
    active          boolean NOT NULL,
    version         bigint  NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX clients_subject ON clients (tenant_id, issuer, subject);

CREATE TABLE directory_revisions (
    tenant_id uuid   NOT NULL PRIMARY KEY,
    revision  bigint NOT NULL
);

CREATE TABLE succession_moves (
    tenant_id     uuid        NOT NULL,
    service_table text        NOT NULL,
    succession_id uuid        NOT NULL,
    moved_rows    bigint      NOT NULL,
    moved_at      timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, service_table, succession_id)
);
