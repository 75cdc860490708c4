ALTER TABLE outgoing_details ADD COLUMN language text;
ALTER TABLE outgoing_details ADD COLUMN description bytea;
