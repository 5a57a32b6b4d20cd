"""Floor 1, the words: frozen values. No state, no clock, no I/O."""
