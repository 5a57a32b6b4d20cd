"""Floor 3, the effects: each file talks to one thing outside the process."""
