"""Signing, encrypting and MACs with Google Cloud KMS."""
