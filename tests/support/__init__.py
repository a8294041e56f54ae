"""What tests share: workspaces to run on."""
