-- Arrivals were planned and entered under the name of their book. A plan has types only, and a line the document's own;
-- what was closed stays as it was signed.
DELETE FROM register_books WHERE kind = 'incoming' AND document_type = 'ĐẾN';
UPDATE register_entries
SET notation = '',
    document_type = COALESCE(
        (SELECT incoming_documents.document_type
         FROM incoming_documents
         WHERE incoming_documents.tenant_id = register_entries.tenant_id
           AND incoming_documents.id = register_entries.document_id), '')
WHERE document_type = 'ĐẾN'
  AND EXISTS (
      SELECT 1
      FROM register_sequences
      WHERE register_sequences.tenant_id = register_entries.tenant_id
        AND register_sequences.id = register_entries.register_id
        AND register_sequences.kind = 'incoming'
        AND register_sequences.closed_at IS NULL);
