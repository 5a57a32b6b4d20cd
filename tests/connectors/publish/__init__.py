"""Tests of `publish`."""
