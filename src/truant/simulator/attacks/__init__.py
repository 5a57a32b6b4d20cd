"""Thefts and how thieves hide them, one function for each technique (E1 to E28)."""
