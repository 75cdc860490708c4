ALTER TABLE dossier_files ADD COLUMN paper_code text;
ALTER TABLE dossier_files ADD COLUMN paper_kind text;
ALTER TABLE dossier_files ADD COLUMN quantity bigint;
ALTER TABLE dossier_files ADD COLUMN source_dossier_id uuid;
ALTER TABLE dossier_files ADD COLUMN reused_at timestamptz;

CREATE TABLE dossier_lookups (
    tenant_id     uuid NOT NULL,
    id            uuid NOT NULL,
    dossier_id    uuid NOT NULL,
    component     text NOT NULL,
    database_code text NOT NULL,
    outcome       text NOT NULL,
    looked_up_at  timestamptz NOT NULL,
    recorded_at   timestamptz NOT NULL,
    recorded_by   text NOT NULL,
    reference     bytea,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX dossier_lookups_dossier ON dossier_lookups (tenant_id, dossier_id, looked_up_at, id);

CREATE TABLE dossier_representatives (
    tenant_id  uuid NOT NULL,
    dossier_id uuid NOT NULL,
    valid_to   date,
    content    bytea NOT NULL,
    PRIMARY KEY (tenant_id, dossier_id)
);
