"""Where findings are sent: one file a kind of place, one line in `kinds`."""
