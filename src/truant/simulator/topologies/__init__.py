"""Legitimate ways out that a detector must be silent about, one function for each (T1 to T32)."""
