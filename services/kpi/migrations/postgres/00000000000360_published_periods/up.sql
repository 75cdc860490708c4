-- What was published of a period: the document as it was signed, byte by byte.
CREATE TABLE published_periods (
    tenant_id      uuid NOT NULL,
    id             uuid NOT NULL,
    set_code       TEXT NOT NULL,
    set_version_id uuid NOT NULL,
    set_version    TEXT NOT NULL,
    period         TEXT NOT NULL,
    first_day      DATE NOT NULL,
    last_day       DATE NOT NULL,
    agency_id      uuid NOT NULL,
    written_code   TEXT NOT NULL,
    watched        jsonb NOT NULL,
    sha256         TEXT NOT NULL,
    signature      TEXT NOT NULL,
    key_id         TEXT NOT NULL,
    published_by   TEXT NOT NULL,
    published_at   timestamptz NOT NULL,
    version        BIGINT NOT NULL,
    content        TEXT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX published_periods_once ON published_periods (tenant_id, set_code, period, agency_id);

-- What changed of a published figure afterwards, by which event.
CREATE TABLE restatements (
    tenant_id           uuid NOT NULL,
    id                  uuid NOT NULL,
    published_period_id uuid NOT NULL,
    agency_id           uuid NOT NULL,
    measure             TEXT NOT NULL,
    change              BIGINT,
    event_id            uuid NOT NULL,
    event_type          TEXT NOT NULL,
    event_time          timestamptz NOT NULL,
    subject             TEXT NOT NULL,
    record_id           uuid NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX restatements_period ON restatements (tenant_id, published_period_id, agency_id, id);
