"""A fake of Pachca's API that keeps chats, threads, messages and files, and delivers webhooks."""
