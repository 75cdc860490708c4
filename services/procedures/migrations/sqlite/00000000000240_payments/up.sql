CREATE TABLE obligations (
    tenant_id             TEXT    NOT NULL,
    id                    TEXT    NOT NULL,
    dossier_id            TEXT    NOT NULL,
    position              BIGINT  NOT NULL,
    wait        BIGINT,
    fee_code    TEXT,
    name                  TEXT    NOT NULL,
    kind                  TEXT    NOT NULL,
    collected             TEXT    NOT NULL,
    legal_basis TEXT,
    reductions            TEXT    NOT NULL,
    full_amount           BIGINT  NOT NULL,
    waived                BIGINT  NOT NULL,
    paid                  BIGINT  NOT NULL,
    returned              BIGINT  NOT NULL,
    reserved              BIGINT  NOT NULL,
    paid_by     TEXT,
    owed_since            TEXT    NOT NULL,
    version               BIGINT  NOT NULL,
    PRIMARY KEY (tenant_id, id)
) WITHOUT ROWID;
CREATE INDEX obligations_dossier ON obligations (tenant_id, dossier_id, position);

CREATE TABLE payments (
    tenant_id             TEXT    NOT NULL,
    id                    TEXT    NOT NULL,
    dossier_id            TEXT    NOT NULL,
    amount                BIGINT  NOT NULL,
    method                TEXT    NOT NULL,
    state                 TEXT    NOT NULL,
    transaction_reference TEXT,
    receipt_number        TEXT,
    failure               BLOB,
    started_at            TEXT    NOT NULL,
    started_by            TEXT    NOT NULL,
    settled_at            TEXT,
    settled_by            TEXT,
    version               BIGINT  NOT NULL,
    PRIMARY KEY (tenant_id, id)
) WITHOUT ROWID;
CREATE INDEX payments_dossier ON payments (tenant_id, dossier_id, started_at, id);
-- A transfer that came to nothing leaves its reference to another attempt.
CREATE UNIQUE INDEX payments_reference ON payments (tenant_id, transaction_reference) WHERE state <> 'failed';

CREATE TABLE payment_parts (
    tenant_id             TEXT    NOT NULL,
    payment_id            TEXT    NOT NULL,
    obligation_id         TEXT    NOT NULL,
    amount                BIGINT  NOT NULL,
    refunded              BIGINT  NOT NULL,
    PRIMARY KEY (tenant_id, payment_id, obligation_id)
) WITHOUT ROWID;

CREATE TABLE refunds (
    tenant_id             TEXT    NOT NULL,
    id                    TEXT    NOT NULL,
    dossier_id            TEXT    NOT NULL,
    payment_id            TEXT    NOT NULL,
    obligation_id         TEXT    NOT NULL,
    amount                BIGINT  NOT NULL,
    still_owed            BOOLEAN NOT NULL,
    reason                BLOB    NOT NULL,
    legal_basis           TEXT,
    transaction_reference TEXT,
    refunded_at           TEXT    NOT NULL,
    refunded_by           TEXT    NOT NULL,
    PRIMARY KEY (tenant_id, id)
) WITHOUT ROWID;
CREATE INDEX refunds_dossier ON refunds (tenant_id, dossier_id, refunded_at, id);
CREATE UNIQUE INDEX refunds_reference ON refunds (tenant_id, transaction_reference);

CREATE TABLE waivers (
    tenant_id             TEXT    NOT NULL,
    id                    TEXT    NOT NULL,
    dossier_id            TEXT    NOT NULL,
    obligation_id         TEXT    NOT NULL,
    amount                BIGINT  NOT NULL,
    reduction     TEXT,
    legal_basis           TEXT    NOT NULL,
    reason        BLOB,
    waived_at             TEXT    NOT NULL,
    waived_by             TEXT    NOT NULL,
    PRIMARY KEY (tenant_id, id)
) WITHOUT ROWID;
CREATE INDEX waivers_dossier ON waivers (tenant_id, dossier_id, waived_at, id);

CREATE TABLE ratings (
    tenant_id             TEXT    NOT NULL,
    id                    TEXT    NOT NULL,
    agency_id             TEXT    NOT NULL,
    responsible_agency_id TEXT    NOT NULL,
    field_code            TEXT    NOT NULL,
    procedure_code        TEXT    NOT NULL,
    month                 TEXT    NOT NULL,
    total          BIGINT,
    comment        BLOB,
    told                  BOOLEAN NOT NULL,
    PRIMARY KEY (tenant_id, id)
) WITHOUT ROWID;
CREATE INDEX ratings_month ON ratings (tenant_id, responsible_agency_id, month);
CREATE INDEX ratings_told ON ratings (tenant_id, told, month);

CREATE TABLE rating_scores (
    tenant_id             TEXT    NOT NULL,
    rating_id             TEXT    NOT NULL,
    criterion             TEXT    NOT NULL,
    score                 BIGINT  NOT NULL,
    PRIMARY KEY (tenant_id, rating_id, criterion)
) WITHOUT ROWID;

CREATE TABLE rated_dossiers (
    tenant_id             TEXT    NOT NULL,
    mark                  TEXT    NOT NULL,
    PRIMARY KEY (tenant_id, mark)
) WITHOUT ROWID;
