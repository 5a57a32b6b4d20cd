"""Inventories over time, one subject a file."""
