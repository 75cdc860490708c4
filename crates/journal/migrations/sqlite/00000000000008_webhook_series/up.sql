ALTER TABLE webhooks ADD COLUMN failed_at TEXT;
ALTER TABLE webhook_deliveries ADD COLUMN first_tried_at TEXT;
CREATE INDEX webhook_deliveries_turns ON webhook_deliveries (tenant_id, webhook_id, state, free_at);
