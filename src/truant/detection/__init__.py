"""Floor 2, the reasoning: pure and deterministic, from calls to verdicts."""
