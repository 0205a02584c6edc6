"""Footers by which a message of the bot is known again, and times by which it is looked for."""

import discord

from bot.jobs import SNOWFLAKE_CLOCK, SNOWFLAKES_SINCE, event_of

# Workers' clocks may differ by so much, seconds.
CLOCKS_DIFFER = 60.0


def has_footer(message: discord.Message, footer: str) -> bool:
    return any(embed.footer.text == footer for embed in message.embeds)


def later_than(event: str, waited: float) -> int:
    """A snowflake older than what was written so many seconds after an event, whose time is Discord's."""
    return event_of(event) + (int(max(0.0, waited - CLOCKS_DIFFER) * 1000) << SNOWFLAKE_CLOCK)


def snowflake_before(at: float) -> int:
    """One older than what was written at that time, unix seconds by our clock."""
    milliseconds = max(0, int((at - CLOCKS_DIFFER - SNOWFLAKES_SINCE) * 1000))
    return milliseconds << SNOWFLAKE_CLOCK
