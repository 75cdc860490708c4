CREATE TABLE sandbox_clocks (
    tenant_id    uuid   NOT NULL PRIMARY KEY,
    version      bigint NOT NULL,
    shift_micros bigint NOT NULL
);
