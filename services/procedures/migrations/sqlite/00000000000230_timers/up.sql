CREATE TABLE timers (
    tenant_id  TEXT        NOT NULL,
    dossier_id TEXT        NOT NULL,
    kind       TEXT        NOT NULL,
    fire_at    TEXT        NOT NULL,
    free_at    TEXT        NOT NULL,
    fired_at   TEXT,
    PRIMARY KEY (tenant_id, dossier_id, kind, fire_at)
);
CREATE INDEX timers_waiting ON timers (fire_at) WHERE fired_at IS NULL;

CREATE TABLE notices (
    tenant_id  TEXT        NOT NULL,
    id         TEXT        NOT NULL,
    dossier_id TEXT        NOT NULL,
    kind       TEXT        NOT NULL,
    passed_at  TEXT        NOT NULL,
    noticed_at TEXT        NOT NULL,
    party      TEXT        NOT NULL,
    role       TEXT        NOT NULL,
    officer_id TEXT,
    responsible_agency_id TEXT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX notices_once ON notices (tenant_id, dossier_id, kind, passed_at, party, role);
CREATE INDEX notices_newest ON notices (tenant_id, noticed_at, id);
CREATE INDEX notices_agency ON notices (tenant_id, responsible_agency_id, role, noticed_at, id);
CREATE INDEX notices_officer ON notices (tenant_id, officer_id, noticed_at, id);
CREATE INDEX notices_dossier ON notices (tenant_id, dossier_id);
