"""What moderators do will stand here: reviews, reports, rules of a server."""
