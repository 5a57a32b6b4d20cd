"""One file for each signal, `observe(party)`: evidence or none. `scoring.SIGNALS` lists them."""
