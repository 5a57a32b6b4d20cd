"""GuardDuty's API over the store: the wire, signatures, and one function for each operation."""
