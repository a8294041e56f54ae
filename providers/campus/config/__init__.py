"""What the apps of campus share: settings, the API with its envelope of errors, the store, the logs."""
