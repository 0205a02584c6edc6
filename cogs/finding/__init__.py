"""Finding jobs again: lists, families, the line, a clip once more, and who sees what."""
