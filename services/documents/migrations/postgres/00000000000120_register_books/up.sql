-- Who decided on a book, and whether a type was numbered in it: from then on its book of that year stands.
ALTER TABLE register_books ADD COLUMN decision text;
ALTER TABLE register_books ADD COLUMN begun boolean NOT NULL DEFAULT FALSE;

-- What was numbered before this column says so by its entries.
INSERT INTO register_books (tenant_id, agency_id, kind, document_type, from_year, book, begun)
SELECT DISTINCT s.tenant_id, s.agency_id, s.kind, e.document_type, s.year, s.book, TRUE
FROM register_sequences s
JOIN register_entries e ON e.tenant_id = s.tenant_id AND e.register_id = s.id
ON CONFLICT (tenant_id, agency_id, kind, document_type, from_year) DO UPDATE SET begun = TRUE;

CREATE TABLE register_plans (
    tenant_id uuid   NOT NULL,
    agency_id uuid   NOT NULL,
    version   bigint NOT NULL,
    PRIMARY KEY (tenant_id, agency_id)
);
