"""What calls Pachca: the client, its errors, and what takes in its webhooks."""
