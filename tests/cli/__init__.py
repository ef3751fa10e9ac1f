"""Tests of one layer; see the module docstrings."""
