ALTER TABLE webhooks ADD COLUMN failed_at timestamptz;
ALTER TABLE webhook_deliveries ADD COLUMN first_tried_at timestamptz;
CREATE INDEX webhook_deliveries_turns ON webhook_deliveries (tenant_id, webhook_id, state, free_at);
