"""What people who keep order in a server, and those who manage it, look at and decide."""
