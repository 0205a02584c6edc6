"""What buttons and menus do: one shape for all of them, one table of verbs, deciding about a job, varying it."""
