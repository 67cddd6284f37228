"""The workflow of a note: submit, approve, release, correct and withdraw it.

Every function takes `by` (`meetings.access.audit.Actor`), the person or command that acts. It checks their rights with
`meetings.access`, writes the audit log in the same transaction, and commits before the change takes effect.
"""
