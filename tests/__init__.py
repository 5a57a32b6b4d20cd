"""Tests: they mirror `src/truant`, and beside that scenarios, laws and oracles."""
