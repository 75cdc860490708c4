CREATE TABLE handovers (
    tenant_id       uuid        NOT NULL,
    id              uuid        NOT NULL,
    dossier_id      uuid        NOT NULL,
    number          bigint      NOT NULL,
    from_agency_id  uuid        NOT NULL,
    from_code       text        NOT NULL,
    from_officer_id uuid,
    to_agency_id    uuid        NOT NULL,
    to_code         text        NOT NULL,
    to_officer_id   uuid,
    papers          bytea       NOT NULL,
    note            bytea,
    handed_over_at  timestamptz NOT NULL,
    given_by        text        NOT NULL,
    state           text        NOT NULL,
    differences     bytea,
    received_at     timestamptz,
    receiver_id     uuid,
    received_by     text,
    version         bigint      NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX handovers_number ON handovers (tenant_id, dossier_id, number);
