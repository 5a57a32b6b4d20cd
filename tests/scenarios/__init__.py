"""Simulated scenarios, judged: what was stolen is found, and nothing else."""
