CREATE TABLE search_entries (
    tenant_id             TEXT   NOT NULL,
    place                 BIGINT NOT NULL,
    kind                  TEXT   NOT NULL,
    document_id           TEXT   NOT NULL,
    document_type         TEXT   NOT NULL,
    dated                 DATE   NOT NULL,
    responsible_agency_id TEXT   NOT NULL,
    PRIMARY KEY (tenant_id, place)
);
CREATE UNIQUE INDEX search_entries_document ON search_entries (tenant_id, kind, document_id);
CREATE INDEX search_entries_responsible ON search_entries (tenant_id, responsible_agency_id);

CREATE INDEX search_entries_place ON search_entries (place);

CREATE TABLE search_readers (
    tenant_id TEXT   NOT NULL,
    place     BIGINT NOT NULL,
    agency_id TEXT   NOT NULL,
    PRIMARY KEY (tenant_id, place, agency_id)
);
CREATE INDEX search_readers_agency ON search_readers (tenant_id, agency_id, place);

-- The words of what was entered, in the database's own full-text form. What is a word was decided before: blanks stand
-- between them and nothing else does, so the simplest tokenizer has nothing to decide.
CREATE VIRTUAL TABLE search_index USING fts5(words, content='', contentless_delete=1, tokenize='ascii');
