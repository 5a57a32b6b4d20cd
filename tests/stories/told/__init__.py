"""The stories themselves, by kind; importing a module here adds its stories to the list."""
