"""What the web front of campus calls it with: the client and its errors."""
