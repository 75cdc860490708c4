CREATE TABLE notice_addresses (
    tenant_id TEXT   NOT NULL,
    agency_id TEXT   NOT NULL,
    addresses BLOB   NOT NULL,
    version   BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, agency_id)
);

CREATE TABLE notice_mails (
    tenant_id    TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    notice_id    TEXT   NOT NULL,
    address      BLOB   NOT NULL,
    address_mark TEXT   NOT NULL,
    content      TEXT   NOT NULL,
    state        TEXT   NOT NULL,
    tries        BIGINT NOT NULL,
    last_reply   TEXT,
    written_at   TEXT   NOT NULL,
    free_at      TEXT   NOT NULL,
    ended_at     TEXT,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX notice_mails_once ON notice_mails (tenant_id, notice_id, address_mark);
CREATE INDEX notice_mails_waiting ON notice_mails (free_at) WHERE state = 'waiting';

CREATE INDEX payments_pending ON payments (started_at) WHERE state = 'pending';
