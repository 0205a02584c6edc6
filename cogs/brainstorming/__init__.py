"""What teams do together will stand here: briefs, ideas, votes, takes, a storyboard."""
