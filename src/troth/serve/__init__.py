"""A provider, or the cassettes in its place, on a socket for any client."""
