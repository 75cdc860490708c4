CREATE TABLE answers (
    tenant_id   uuid        NOT NULL,
    scope       text        NOT NULL,
    key         text        NOT NULL,
    fingerprint text        NOT NULL,
    answer      bytea,
    expires_at  timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, scope, key)
);
CREATE INDEX answers_expires ON answers (expires_at);

CREATE TABLE leases (
    tenant_id  uuid        NOT NULL,
    name       text        NOT NULL,
    holder     uuid        NOT NULL,
    fence      bigint      NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, name)
);
