CREATE TABLE notice_addresses (
    tenant_id uuid   NOT NULL,
    agency_id uuid   NOT NULL,
    addresses bytea  NOT NULL,
    version   bigint NOT NULL,
    PRIMARY KEY (tenant_id, agency_id)
);

CREATE TABLE notice_mails (
    tenant_id    uuid         NOT NULL,
    id           uuid         NOT NULL,
    notice_id    uuid         NOT NULL,
    address      bytea        NOT NULL,
    address_mark text         NOT NULL,
    content      jsonb        NOT NULL,
    state        text         NOT NULL,
    tries        bigint       NOT NULL,
    last_reply   text,
    written_at   timestamptz NOT NULL,
    free_at      timestamptz NOT NULL,
    ended_at     timestamptz,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX notice_mails_once ON notice_mails (tenant_id, notice_id, address_mark);
CREATE INDEX notice_mails_waiting ON notice_mails (free_at) WHERE state = 'waiting';

CREATE INDEX payments_pending ON payments (started_at) WHERE state = 'pending';
