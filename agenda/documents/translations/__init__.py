"""Translations as pure functions of documents: their texts, their status, and how they differ from their source.

Nothing here reads the database; `agenda.translation` does.
"""
