"""Documented sessions, played."""
