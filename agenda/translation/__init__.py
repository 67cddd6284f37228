"""Stored translations: save them, replace text in them, remember earlier ones, and tell how ready each language is.

Whatever needs only documents, and no database, is in `agenda.documents.translations`.
"""
