"""What pages show, worked out from findings and state without a clock, a store or a web."""
