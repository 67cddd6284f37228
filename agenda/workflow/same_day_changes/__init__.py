"""Same-day changes: the duty officer changes facts for readers at once, in all languages, without a second approval.

The duty officer asks for a `SameDayChange`. We resolve it against the live edition (`ResolvedChange`: the new values
and the alerts for readers), then apply it to the live edition; and to scheduled editions, texts in review and the
working copy, wherever they still have the value that readers saw.
"""
