"""Stories: whole scans of worlds written from the field's own formats, with what must come out."""
