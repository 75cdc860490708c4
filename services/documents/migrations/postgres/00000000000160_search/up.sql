CREATE TABLE search_entries (
    tenant_id             uuid   NOT NULL,
    place                 bigint NOT NULL,
    kind                  text   NOT NULL,
    document_id           uuid   NOT NULL,
    document_type         text   NOT NULL,
    dated                 date   NOT NULL,
    responsible_agency_id uuid   NOT NULL,
    PRIMARY KEY (tenant_id, place)
);
CREATE UNIQUE INDEX search_entries_document ON search_entries (tenant_id, kind, document_id);
CREATE INDEX search_entries_responsible ON search_entries (tenant_id, responsible_agency_id);

CREATE INDEX search_entries_place ON search_entries (place);

CREATE TABLE search_readers (
    tenant_id uuid   NOT NULL,
    place     bigint NOT NULL,
    agency_id uuid   NOT NULL,
    PRIMARY KEY (tenant_id, place, agency_id)
);
CREATE INDEX search_readers_agency ON search_readers (tenant_id, agency_id, place);

-- The words of what was entered, in the database's own full-text form.
CREATE TABLE search_index (
    tenant_id uuid     NOT NULL,
    place     bigint   NOT NULL,
    words     tsvector NOT NULL,
    PRIMARY KEY (tenant_id, place)
);
CREATE INDEX search_index_words ON search_index USING gin (words);
