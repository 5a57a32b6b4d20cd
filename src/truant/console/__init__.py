"""The console: see it, understand it, decide. Pages over the store, for people with a browser."""
