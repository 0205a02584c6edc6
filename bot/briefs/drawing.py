"""How often what a team looks at is drawn anew (board, batch, storyboard, film), however many press meanwhile."""

# Seconds between two drawings of one message.
DRAWN_EVERY = 5.0


def may_draw_from(drawn_at: float) -> float:
    """When what was drawn at that time may be drawn again, unix seconds."""
    return drawn_at + DRAWN_EVERY
