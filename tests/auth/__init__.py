"""Signing in: real keyring backends, a real server, profiles in a real file."""
