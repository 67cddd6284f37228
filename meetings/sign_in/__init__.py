"""Sign in: passwords and their limits, second factors, sessions, and links to set a password."""
