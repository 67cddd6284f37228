"""What the admin is made into: the press office's front page, alarms on every page, refusals in words.

It stands outside of `agenda.admin`, which registers with the site on import, so that the site can be made first.
"""
