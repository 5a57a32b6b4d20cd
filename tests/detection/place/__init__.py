"""Places of origins, one subject a file."""
