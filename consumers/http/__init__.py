"""What clients that speak HTTP by ``requests`` have in common; no consumer of an API itself."""
