"""A fake of Google Cloud KMS v1 that really signs, encrypts and authenticates, on this machine."""
