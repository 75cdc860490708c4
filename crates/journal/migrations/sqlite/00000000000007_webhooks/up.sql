CREATE TABLE webhooks (
    tenant_id        TEXT    NOT NULL,
    id               TEXT    NOT NULL,
    owner_issuer     TEXT    NOT NULL,
    owner_subject    TEXT    NOT NULL,
    owner_client     TEXT    NOT NULL,
    owner_kind       TEXT    NOT NULL,
    scopes           TEXT    NOT NULL,
    url              TEXT    NOT NULL,
    types            TEXT    NOT NULL,
    agency_id        TEXT,
    description      TEXT    NOT NULL,
    enabled          BOOLEAN NOT NULL,
    disabled_reason  TEXT,
    secret           BLOB    NOT NULL,
    old_secret       BLOB,
    old_secret_until TEXT,
    position         BIGINT  NOT NULL,
    replay_to        BIGINT  NOT NULL,
    failing_since    TEXT,
    created_at       TEXT    NOT NULL,
    version          BIGINT  NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX webhooks_owners ON webhooks (tenant_id, owner_issuer, owner_subject);

CREATE TABLE webhook_deliveries (
    tenant_id    TEXT    NOT NULL,
    webhook_id   TEXT    NOT NULL,
    event_id     TEXT    NOT NULL,
    position     BIGINT  NOT NULL,
    kind         TEXT    NOT NULL,
    subject_kind TEXT    NOT NULL,
    subject_id   TEXT    NOT NULL,
    state        TEXT    NOT NULL,
    tries        BIGINT  NOT NULL,
    on_its_way   BOOLEAN NOT NULL,
    last_status  BIGINT,
    last_answer  TEXT,
    queued_at    TEXT    NOT NULL,
    free_at      TEXT    NOT NULL,
    ended_at     TEXT,
    PRIMARY KEY (tenant_id, webhook_id, event_id)
);
CREATE INDEX webhook_deliveries_log ON webhook_deliveries (tenant_id, webhook_id, position);
CREATE INDEX webhook_deliveries_states ON webhook_deliveries (tenant_id, webhook_id, state, position);
CREATE INDEX webhook_deliveries_subjects ON webhook_deliveries (tenant_id, webhook_id, state, subject_id, position);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (state, free_at);
CREATE INDEX webhook_deliveries_ended ON webhook_deliveries (ended_at);
