"""Floor 4, the loops: the same core, driven by different engines."""
