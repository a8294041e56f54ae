"""Running one program of a stranger: isolation, limits, and what it used."""
