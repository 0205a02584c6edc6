"""What may this member do there: answered by what decides when they ask, with nothing kept and nothing spent."""

from collections.abc import AsyncIterator, Iterator
from typing import assert_never

import discord

from bot.actions import Ask, Prospect
from bot.catalogue import Model
from bot.discord_bot import Interaction
from bot.jobs import Venue, event_of, job_id
from bot.permissions import NEEDED_BY_MEMBERS, OPENS_THREADS, lacking
from bot.server_rules.decide import Allowed, Decision, NeedsConfirming, NeedsReview, Refused
from bot.video_request import Draft, Refusal

from ..asking.command_permissions import refused_by_settings
from ..asking.places import missing_in
from ..pressing.components import Press, button, channel_menu, member_menu, view
from ..showing.answers import answer_alone
from ..showing.limits import left_text, money
from ..showing.refusals import refusal_text
from ..words.wording import ending, joined, permission, say
from .rules_panel import RULED, Panel, Shown
from .settings import of_place, open_panel

# The plainest wish there is: default model, length and size.
EXAMPLE = Draft(prompt="A paper boat")

Channel = discord.abc.GuildChannel


async def show_member(interaction: Interaction, member_id: int) -> None:
    """What somebody may do in the channel where this is asked, for whoever may set the rules there."""
    if panel := await open_panel(interaction, None):
        member = await _member(panel.guild, member_id)
        embed, components = await _page(interaction, panel, _here(interaction, panel), member, is_chosen=True)
        await answer_alone(interaction, embed=embed, view=components)


@of_place
async def open_page(press: Press, panel: Panel) -> None:
    channel = panel.guild.get_channel(panel.channel_id or 0) or _here(press.interaction, panel)
    await _draw(press, panel, channel, None)


@of_place
async def choose_member(press: Press, panel: Panel) -> None:
    channel = panel.guild.get_channel(panel.channel_id or 0)
    await _draw(press, panel, channel, await _member(panel.guild, _number(press.chosen)), is_chosen=True)


async def choose_channel(press: Press) -> None:
    """The component's subject is the member."""
    chosen, member_id = _number(press.chosen), event_of(press.subject)
    if panel := await open_panel(press.interaction, chosen or None):
        member = await _member(panel.guild, member_id)
        await _draw(press, panel, panel.guild.get_channel(chosen), member, is_chosen=bool(member_id))


def _here(interaction: Interaction, panel: Panel) -> Channel | None:
    """Where this is asked; of a thread or a forum post, what it is in."""
    here = interaction.channel
    holder = here.parent_id if isinstance(here, discord.Thread) else interaction.channel_id
    return panel.guild.get_channel(holder or 0)


def _number(text: str) -> int:
    return int(text) if text.isdigit() else 0


async def _member(guild: discord.Guild, member_id: int) -> discord.Member | None:
    """None for somebody who is not in the server."""
    try:
        return await guild.fetch_member(member_id) if member_id else None
    except discord.NotFound:
        return None


async def _draw(
    press: Press, panel: Panel, channel: Channel | None, member: discord.Member | None, *, is_chosen: bool = False
) -> None:
    embed, components = await _page(press.interaction, panel, channel, member, is_chosen=is_chosen)
    await press.interaction.response.edit_message(embed=embed, view=components)


async def _page(
    interaction: Interaction,
    panel: Panel,
    channel: Channel | None,
    member: discord.Member | None,
    *,
    is_chosen: bool,
) -> Shown:
    """`is_chosen` says that a member was named, who may have left."""
    place, who = job_id(channel.id if channel else 0), job_id(member.id if member else 0)
    components = view(
        member_menu("may_who", place, "", member.id if member else None, panel.say("may.member")),
        channel_menu(
            "may_where", who, "", channel.id if channel else None, panel.say("settings.where"), RULED, least=1
        ),
        button("rules_open", panel.place, panel.say("settings.button_back")),
    )
    text = panel.say("may.gone" if is_chosen and member is None else "may.choose")
    if channel and member:
        text = "\n".join([line async for line in _lines(interaction, channel, member)])
    return discord.Embed(title=panel.say("may.title"), description=text), components


async def _lines(interaction: Interaction, channel: Channel, member: discord.Member) -> AsyncIterator[str]:
    """Discord's own reasons first, then the bot's, then what the rules say."""
    bot, locale, guild = interaction.client, interaction.locale.value, channel.guild
    yield say(locale, "may.about", member=member.mention, channel=channel.mention)
    for line in _in_discord(locale, channel, member):
        yield line
    for refusal in (
        await bot.actions.admission.look(guild.id),
        missing_in(channel.id, channel.type, channel.permissions_for(guild.me)),
        await refused_by_settings(bot, member, channel, channel.id),
    ):
        if refusal:
            yield say(locale, "may.refused", sentence=refusal_text(locale, refusal))
    prospect = await bot.actions.submission.foresee(_ask(interaction, channel, member))
    if isinstance(prospect, Refusal):
        yield say(locale, "may.refused", sentence=refusal_text(locale, prospect))
        return
    yield decision_text(locale, prospect.decision, bot.lookup.catalogue.default)
    for line in limit_lines(locale, prospect):
        yield line


def _in_discord(locale: str, channel: Channel, member: discord.Member) -> Iterator[str]:
    """Why Discord itself offers somebody no command there."""
    if member.timed_out_until and member.is_timed_out():
        yield say(locale, "may.timed_out", until=ending(locale, member.timed_out_until.timestamp()))
    if missing := lacking(NEEDED_BY_MEMBERS, channel.permissions_for(member)):
        yield say(locale, "may.lacks", permissions=joined(locale, [permission(locale, name) for name in missing]))


def _ask(interaction: Interaction, channel: Channel, member: discord.Member) -> Ask:
    is_restricted = getattr(channel, "is_nsfw", None)
    return Ask(
        event_id=interaction.id,
        draft=EXAMPLE,
        link=None,
        asker_id=member.id,
        asker_name=member.display_name,
        guild_id=channel.guild.id,
        channel_id=channel.id,
        locale=interaction.locale.value,
        venue=Venue.THREAD if channel.type in OPENS_THREADS else Venue.CHANNEL,
        role_ids=frozenset(role.id for role in member.roles),
        joined_at=member.joined_at.timestamp() if member.joined_at else None,
        age_restricted=bool(is_restricted and is_restricted()),
    )


def decision_text(locale: str, decision: Decision, model: Model) -> str:
    """`model` is the one that is asked for."""
    match decision:
        case Allowed(held=True):
            return say(locale, "may.held")
        case Allowed():
            return say(locale, "may.allowed")
        case NeedsConfirming(amount=amount):
            first = [say(locale, "may.first", model=model.name)] if decision.tells_rules else []
            price = [say(locale, "may.confirm", money=money(locale, amount.money))] if amount else []
            return "\n".join([*first, *price])
        case NeedsReview(why=why):
            return say(locale, f"may.review_{why}")
        case Refused():
            return say(locale, "may.refused", sentence=refusal_text(locale, refusal_of(decision)))
        case _:
            assert_never(decision)


def refusal_of(refused: Refused) -> Refusal:
    """As the member would be told."""
    if refused.lack:
        return Refusal(code=f"limit_{refused.lack.whose}", facts={"lack": refused.lack})
    return Refusal(code=f"rule_{refused.rule}", facts=refused.facts)


def limit_lines(locale: str, prospect: Prospect) -> Iterator[str]:
    """Each limit, and how much of it is used."""
    if not prospect.left:
        yield say(locale, "usage.unlimited")
    for left in prospect.left:
        yield f"- {left_text(locale, left)}"
