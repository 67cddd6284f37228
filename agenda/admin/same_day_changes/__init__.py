"""Same-day changes: the programme as one short form, with a preview of what readers will see."""
