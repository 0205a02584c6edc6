"""The bench: what the bot costs and how quick it is, beside a plain bot and, where there is one, the proven optimum."""
