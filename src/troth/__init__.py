"""Mocks of external HTTP APIs that can be believed."""
