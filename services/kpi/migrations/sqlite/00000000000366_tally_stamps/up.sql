-- How often the tallies of half a month have changed, so that what was read of them is known to be what they still say.
CREATE TABLE tally_stamps (
    tenant_id TEXT NOT NULL,
    subject   TEXT NOT NULL,
    first_day DATE NOT NULL,
    changes   BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, subject, first_day)
);
INSERT INTO tally_stamps (tenant_id, subject, first_day, changes)
    SELECT DISTINCT tenant_id, subject, first_day, 1 FROM tallies WHERE span = 'half';
