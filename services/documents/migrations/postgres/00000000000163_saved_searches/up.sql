CREATE TABLE saved_searches (
    tenant_id  uuid NOT NULL,
    id         uuid NOT NULL,
    owner      text NOT NULL,
    -- Sealed: its name and what it asks, which may name people.
    content    bytea NOT NULL,
    -- A keyed hash of its name, which nobody gives to two of theirs.
    name_hash  text NOT NULL,
    saved_at   timestamptz NOT NULL,
    version    BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX saved_searches_name ON saved_searches (tenant_id, owner, name_hash);
CREATE INDEX saved_searches_owner ON saved_searches (tenant_id, owner, id);
