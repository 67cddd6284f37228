"""Export a document as plain text, PDF or Word, without database queries."""
