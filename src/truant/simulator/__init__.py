"""Beside floor 2, a labelled world from a seed. Shares only the words with what it tests."""
