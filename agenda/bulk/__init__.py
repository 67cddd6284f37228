"""Load many meetings and topics from a file of JSON lines into the working copy, and write such a file from it."""
