CREATE TABLE webhooks (
    tenant_id        uuid        NOT NULL,
    id               uuid        NOT NULL,
    owner_issuer     text        NOT NULL,
    owner_subject    text        NOT NULL,
    owner_client     text        NOT NULL,
    owner_kind       text        NOT NULL,
    scopes           text        NOT NULL,
    url              text        NOT NULL,
    types            jsonb       NOT NULL,
    agency_id        uuid,
    description      text        NOT NULL,
    enabled          boolean     NOT NULL,
    disabled_reason  text,
    secret           bytea       NOT NULL,
    old_secret       bytea,
    old_secret_until timestamptz,
    position         bigint      NOT NULL,
    replay_to        bigint      NOT NULL,
    failing_since    timestamptz,
    created_at       timestamptz NOT NULL,
    version          bigint      NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX webhooks_owners ON webhooks (tenant_id, owner_issuer, owner_subject);

CREATE TABLE webhook_deliveries (
    tenant_id    uuid        NOT NULL,
    webhook_id   uuid        NOT NULL,
    event_id     uuid        NOT NULL,
    position     bigint      NOT NULL,
    kind         text        NOT NULL,
    subject_kind text        NOT NULL,
    subject_id   uuid        NOT NULL,
    state        text        NOT NULL,
    tries        bigint      NOT NULL,
    on_its_way   boolean     NOT NULL,
    last_status  bigint,
    last_answer  text,
    queued_at    timestamptz NOT NULL,
    free_at      timestamptz NOT NULL,
    ended_at     timestamptz,
    PRIMARY KEY (tenant_id, webhook_id, event_id)
);
CREATE INDEX webhook_deliveries_log ON webhook_deliveries (tenant_id, webhook_id, position);
CREATE INDEX webhook_deliveries_states ON webhook_deliveries (tenant_id, webhook_id, state, position);
CREATE INDEX webhook_deliveries_subjects ON webhook_deliveries (tenant_id, webhook_id, state, subject_id, position);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (state, free_at);
CREATE INDEX webhook_deliveries_ended ON webhook_deliveries (ended_at);
