"""The publication steps, one screen each. Each step is recorded in the history and in the audit log."""
