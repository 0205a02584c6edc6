"""What the sandbox sends: everything it keeps, in Discord's JSON."""
