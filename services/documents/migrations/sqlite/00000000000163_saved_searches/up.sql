CREATE TABLE saved_searches (
    tenant_id  TEXT NOT NULL,
    id         TEXT NOT NULL,
    owner      TEXT NOT NULL,
    -- Sealed: its name and what it asks, which may name people.
    content    BLOB NOT NULL,
    -- A keyed hash of its name, which nobody gives to two of theirs.
    name_hash  TEXT NOT NULL,
    saved_at   TEXT NOT NULL,
    version    BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX saved_searches_name ON saved_searches (tenant_id, owner, name_hash);
CREATE INDEX saved_searches_owner ON saved_searches (tenant_id, owner, id);
