"""Real logs, from folders on disk to findings; skipped where they are absent."""
