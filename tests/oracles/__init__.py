"""What others make of Truant's words: their own code is asked."""
