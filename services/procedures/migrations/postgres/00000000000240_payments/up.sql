CREATE TABLE obligations (
    tenant_id   uuid        NOT NULL,
    id          uuid        NOT NULL,
    dossier_id  uuid        NOT NULL,
    position    bigint      NOT NULL,
    wait        bigint,
    fee_code    text,
    name        text        NOT NULL,
    kind        text        NOT NULL,
    collected   text        NOT NULL,
    legal_basis text,
    reductions  jsonb       NOT NULL,
    full_amount bigint      NOT NULL,
    waived      bigint      NOT NULL,
    paid        bigint      NOT NULL,
    returned    bigint      NOT NULL,
    reserved    bigint      NOT NULL,
    paid_by     text,
    owed_since  timestamptz NOT NULL,
    version     bigint      NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX obligations_dossier ON obligations (tenant_id, dossier_id, position);

CREATE TABLE payments (
    tenant_id             uuid        NOT NULL,
    id                    uuid        NOT NULL,
    dossier_id            uuid        NOT NULL,
    amount                bigint      NOT NULL,
    method                text        NOT NULL,
    state                 text        NOT NULL,
    transaction_reference text,
    receipt_number        text,
    failure               bytea,
    started_at            timestamptz NOT NULL,
    started_by            text        NOT NULL,
    settled_at            timestamptz,
    settled_by            text,
    version               bigint      NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX payments_dossier ON payments (tenant_id, dossier_id, started_at, id);
-- A transfer that came to nothing leaves its reference to another attempt.
CREATE UNIQUE INDEX payments_reference ON payments (tenant_id, transaction_reference) WHERE state <> 'failed';

CREATE TABLE payment_parts (
    tenant_id     uuid   NOT NULL,
    payment_id    uuid   NOT NULL,
    obligation_id uuid   NOT NULL,
    amount        bigint NOT NULL,
    refunded      bigint NOT NULL,
    PRIMARY KEY (tenant_id, payment_id, obligation_id)
);

CREATE TABLE refunds (
    tenant_id             uuid        NOT NULL,
    id                    uuid        NOT NULL,
    dossier_id            uuid        NOT NULL,
    payment_id            uuid        NOT NULL,
    obligation_id         uuid        NOT NULL,
    amount                bigint      NOT NULL,
    still_owed            boolean     NOT NULL,
    reason                bytea       NOT NULL,
    legal_basis           text,
    transaction_reference text,
    refunded_at           timestamptz NOT NULL,
    refunded_by           text        NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX refunds_dossier ON refunds (tenant_id, dossier_id, refunded_at, id);
CREATE UNIQUE INDEX refunds_reference ON refunds (tenant_id, transaction_reference);

CREATE TABLE waivers (
    tenant_id     uuid        NOT NULL,
    id            uuid        NOT NULL,
    dossier_id    uuid        NOT NULL,
    obligation_id uuid        NOT NULL,
    amount        bigint      NOT NULL,
    reduction     text,
    legal_basis   text        NOT NULL,
    reason        bytea,
    waived_at     timestamptz NOT NULL,
    waived_by     text        NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX waivers_dossier ON waivers (tenant_id, dossier_id, waived_at, id);

CREATE TABLE ratings (
    tenant_id             uuid    NOT NULL,
    id                    uuid    NOT NULL,
    agency_id             uuid    NOT NULL,
    responsible_agency_id uuid    NOT NULL,
    field_code            text    NOT NULL,
    procedure_code        text    NOT NULL,
    month                 text    NOT NULL,
    total                 bigint,
    comment               bytea,
    told                  boolean NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX ratings_month ON ratings (tenant_id, responsible_agency_id, month);
CREATE INDEX ratings_told ON ratings (tenant_id, told, month);

CREATE TABLE rating_scores (
    tenant_id uuid   NOT NULL,
    rating_id uuid   NOT NULL,
    criterion text   NOT NULL,
    score     bigint NOT NULL,
    PRIMARY KEY (tenant_id, rating_id, criterion)
);

CREATE TABLE rated_dossiers (
    tenant_id uuid NOT NULL,
    mark      text NOT NULL,
    PRIMARY KEY (tenant_id, mark)
);
