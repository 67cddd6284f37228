"""Compare two documents of the same subject and describe the changes for people."""
