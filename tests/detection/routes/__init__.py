"""Ways out, one subject a file."""
