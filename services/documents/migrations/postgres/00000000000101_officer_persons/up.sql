CREATE TABLE officer_persons (
    tenant_id  uuid  NOT NULL,
    officer_id uuid  NOT NULL,
    name       bytea NOT NULL,
    email      bytea,
    PRIMARY KEY (tenant_id, officer_id)
);
