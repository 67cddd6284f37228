"""Many meetings and topics at once: a file of JSON lines into the working copy, and the working copy as such a file."""
