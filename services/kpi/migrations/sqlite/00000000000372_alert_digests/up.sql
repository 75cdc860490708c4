-- Where the digests of an agency's alerts go, sealed; the day it was last looked at, and until when it was told.
CREATE TABLE alert_addresses (
    tenant_id  TEXT NOT NULL,
    agency_id  TEXT NOT NULL,
    addresses  BLOB NOT NULL,
    how_many   BIGINT NOT NULL,
    looked_on  DATE,
    told_until TEXT NOT NULL,
    version    BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, agency_id)
);
CREATE INDEX alert_addresses_looked ON alert_addresses (looked_on) WHERE how_many > 0;

-- The digest of a day: an agency has one at most.
CREATE TABLE alert_digests (
    tenant_id TEXT NOT NULL,
    id        TEXT NOT NULL,
    agency_id TEXT NOT NULL,
    day       DATE NOT NULL,
    raised    BIGINT NOT NULL,
    made_at   TEXT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX alert_digests_once ON alert_digests (tenant_id, agency_id, day);
CREATE INDEX alert_digests_made ON alert_digests (made_at);

-- What was told: that an alert was raised is told once.
CREATE TABLE digest_alerts (
    tenant_id TEXT NOT NULL,
    alert_id  TEXT NOT NULL,
    raised_at TEXT NOT NULL,
    digest_id TEXT NOT NULL,
    PRIMARY KEY (tenant_id, alert_id, raised_at)
);
CREATE INDEX digest_alerts_digest ON digest_alerts (tenant_id, digest_id);

-- The messages of a digest, one for each address.
CREATE TABLE digest_mails (
    tenant_id    TEXT NOT NULL,
    id           TEXT NOT NULL,
    digest_id    TEXT NOT NULL,
    address      BLOB NOT NULL,
    address_mark TEXT NOT NULL,
    content      TEXT NOT NULL,
    state        TEXT NOT NULL,
    tries        BIGINT NOT NULL,
    last_reply   TEXT,
    written_at   TEXT NOT NULL,
    free_at      TEXT NOT NULL,
    ended_at     TEXT,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX digest_mails_once ON digest_mails (tenant_id, digest_id, address_mark);
CREATE INDEX digest_mails_waiting ON digest_mails (free_at) WHERE state = 'waiting';
