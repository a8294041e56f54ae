"""What calls Judge0: the client, its errors, and the scenarios of its use."""
