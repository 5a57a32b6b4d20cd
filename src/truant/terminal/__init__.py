"""Floor 5: what a person at a terminal is shown."""
