ALTER TABLE dossier_files ADD COLUMN paper_code TEXT;
ALTER TABLE dossier_files ADD COLUMN paper_kind TEXT;
ALTER TABLE dossier_files ADD COLUMN quantity BIGINT;
ALTER TABLE dossier_files ADD COLUMN source_dossier_id TEXT;
ALTER TABLE dossier_files ADD COLUMN reused_at TEXT;

CREATE TABLE dossier_lookups (
    tenant_id     TEXT NOT NULL,
    id            TEXT NOT NULL,
    dossier_id    TEXT NOT NULL,
    component     TEXT NOT NULL,
    database_code TEXT NOT NULL,
    outcome       TEXT NOT NULL,
    looked_up_at  TEXT NOT NULL,
    recorded_at   TEXT NOT NULL,
    recorded_by   TEXT NOT NULL,
    reference     BLOB,
    PRIMARY KEY (tenant_id, id)
) WITHOUT ROWID;
CREATE INDEX dossier_lookups_dossier ON dossier_lookups (tenant_id, dossier_id, looked_up_at, id);

CREATE TABLE dossier_representatives (
    tenant_id  TEXT NOT NULL,
    dossier_id TEXT NOT NULL,
    valid_to   DATE,
    content    BLOB NOT NULL,
    PRIMARY KEY (tenant_id, dossier_id)
) WITHOUT ROWID;
