"""Measurements: each prints what the documents say."""
