"""What was seen: one file a scenario, VCR format, redacted, with where it came from."""
