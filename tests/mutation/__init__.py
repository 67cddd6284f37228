"""Remove rules from the code, one at a time, and see whether a test fails: `make mutation`."""
