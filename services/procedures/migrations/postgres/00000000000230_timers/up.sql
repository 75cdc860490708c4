CREATE TABLE timers (
    tenant_id  uuid        NOT NULL,
    dossier_id uuid        NOT NULL,
    kind       text        NOT NULL,
    fire_at    timestamptz NOT NULL,
    free_at    timestamptz NOT NULL,
    fired_at   timestamptz,
    PRIMARY KEY (tenant_id, dossier_id, kind, fire_at)
);
CREATE INDEX timers_waiting ON timers (fire_at) WHERE fired_at IS NULL;

CREATE TABLE notices (
    tenant_id  uuid        NOT NULL,
    id         uuid        NOT NULL,
    dossier_id uuid        NOT NULL,
    kind       text        NOT NULL,
    passed_at  timestamptz NOT NULL,
    noticed_at timestamptz NOT NULL,
    party      text        NOT NULL,
    role       text        NOT NULL,
    officer_id uuid,
    responsible_agency_id uuid NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX notices_once ON notices (tenant_id, dossier_id, kind, passed_at, party, role);
CREATE INDEX notices_newest ON notices (tenant_id, noticed_at, id);
CREATE INDEX notices_agency ON notices (tenant_id, responsible_agency_id, role, noticed_at, id);
CREATE INDEX notices_officer ON notices (tenant_id, officer_id, noticed_at, id);
CREATE INDEX notices_dossier ON notices (tenant_id, dossier_id);
