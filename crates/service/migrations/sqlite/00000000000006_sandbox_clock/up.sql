CREATE TABLE sandbox_clocks (
    tenant_id    TEXT   NOT NULL PRIMARY KEY,
    version      BIGINT NOT NULL,
    shift_micros BIGINT NOT NULL
) WITHOUT ROWID;
