"""How a database of an older Truant becomes one of this."""
