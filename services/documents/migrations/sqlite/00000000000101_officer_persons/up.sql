CREATE TABLE officer_persons (
    tenant_id  TEXT NOT NULL,
    officer_id TEXT NOT NULL,
    name       BLOB NOT NULL,
    email      BLOB,
    PRIMARY KEY (tenant_id, officer_id)
);
