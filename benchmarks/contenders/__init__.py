"""Other ways to do the same, each a file of its own: what is measured beside Truant."""
