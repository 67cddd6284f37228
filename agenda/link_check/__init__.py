"""Check the web addresses in published texts and drafts: fetch each politely, and remember since when one fails."""
