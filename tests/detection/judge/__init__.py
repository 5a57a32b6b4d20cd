"""Verdicts on parties, one subject a file."""
