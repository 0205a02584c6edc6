"""Discord's side: translate in, one call, answer; and every word that people read."""
