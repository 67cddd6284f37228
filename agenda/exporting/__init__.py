"""The note to take away: a document as text, or set as PDF and Word, without the database."""
