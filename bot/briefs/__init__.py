"""Briefs: what people develop together in a thread, from ideas by votes to takes; all pure."""
