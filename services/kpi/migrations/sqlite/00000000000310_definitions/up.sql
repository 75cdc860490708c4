CREATE TABLE indicator_sets (
    tenant_id TEXT NOT NULL,
    id        TEXT NOT NULL,
    code      TEXT NOT NULL,
    version   BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX indicator_sets_code ON indicator_sets (tenant_id, code);

-- A row never changes: a version is kept as it was written.
CREATE TABLE indicator_set_versions (
    tenant_id   TEXT NOT NULL,
    id          TEXT NOT NULL,
    set_id      TEXT NOT NULL,
    label       TEXT NOT NULL,
    name_vi     TEXT NOT NULL,
    name_en     TEXT NOT NULL,
    valid_from  DATE NOT NULL,
    valid_to    DATE,
    content     TEXT NOT NULL,
    sha256      TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX indicator_set_versions_label ON indicator_set_versions (tenant_id, set_id, label);
CREATE UNIQUE INDEX indicator_set_versions_from ON indicator_set_versions (tenant_id, set_id, valid_from);
