-- Who may see something is an agency, or an officer it was given to by name.
ALTER TABLE search_readers RENAME COLUMN agency_id TO reader_id;
