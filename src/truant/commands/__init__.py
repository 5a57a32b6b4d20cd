"""The commands, one file each: what is asked for is gathered, done below, and told."""
