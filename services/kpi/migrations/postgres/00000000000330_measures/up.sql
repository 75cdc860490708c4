-- Each distinct measure of all sets, so that the same count in several sets is counted once. `counted_to`: records up to this
-- id are in the tallies already; none when all are.
CREATE TABLE measures (
    tenant_id  uuid NOT NULL,
    slot       BIGINT NOT NULL,
    subject    TEXT NOT NULL,
    measure    TEXT NOT NULL,
    counted_to uuid,
    PRIMARY KEY (tenant_id, slot)
);
CREATE UNIQUE INDEX measures_once ON measures (tenant_id, measure);

-- What all measures of a subject come to for an agency on a day or in half a month.
CREATE TABLE tallies (
    tenant_id uuid NOT NULL,
    subject   TEXT NOT NULL,
    span      TEXT NOT NULL,
    first_day DATE NOT NULL,
    agency_id uuid NOT NULL,
    basis     TEXT NOT NULL,
    counts    TEXT NOT NULL,
    PRIMARY KEY (tenant_id, subject, span, first_day, agency_id, basis)
);

-- What a record counts for otherwise once an instant has passed: a due instant, most often.
CREATE TABLE tally_turns (
    tenant_id uuid NOT NULL,
    subject   TEXT NOT NULL,
    record_id uuid NOT NULL,
    turn_at   timestamptz NOT NULL,
    on_day    DATE NOT NULL,
    in_stock  BOOLEAN NOT NULL,
    counts    TEXT NOT NULL,
    PRIMARY KEY (tenant_id, subject, record_id, turn_at, on_day, in_stock)
);
CREATE INDEX tally_turns_by_day ON tally_turns (tenant_id, subject, in_stock, on_day, turn_at);

-- Records behind a figure are looked for by agency and day.
CREATE INDEX dossier_facts_received ON dossier_facts (tenant_id, received_at, dossier_id);
CREATE INDEX dossier_facts_finished ON dossier_facts (tenant_id, finished_at, dossier_id);
CREATE INDEX dossier_course_facts_closed ON dossier_course_facts (tenant_id, closed_at, dossier_id);
