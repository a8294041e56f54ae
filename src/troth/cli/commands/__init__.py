"""What each command takes, and its help; by what the commands work on."""
