ALTER TABLE outgoing_details ADD COLUMN language TEXT;
ALTER TABLE outgoing_details ADD COLUMN description BLOB;
