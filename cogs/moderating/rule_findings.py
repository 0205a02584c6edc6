"""What the doctor finds of a server's rules: what they name that is gone, where moderators read, what AutoMod says."""

from collections.abc import Collection, Iterator, Sequence

import discord

from bot.catalogue import Catalogue
from bot.permissions import NEEDED, lacking
from bot.server_rules.automod import AutomodRule, find_presets, find_unreadable
from bot.server_rules.changes import says
from bot.server_rules.document import Document
from bot.server_rules.rules import Rules

from .findings import Finding, Resume, SetRules, Subject
from .rules_panel import sizes_of
from .topics import KEYS, Topic


def rule_findings(
    guild: discord.Guild, document: Document, catalogue: Catalogue, paused: Collection[int]
) -> Iterator[Finding]:
    places = _places(guild, document)
    gone = [each for place in places for each in _gone(guild, document, catalogue, place)]
    found = [*_stopped(document, paused), *gone]
    yield from found
    if not found:
        yield Finding(subject=Subject.RULES, well=True, code="rules")
    for place in places:
        yield from _readers(guild, document, place)


def unreadable_rules() -> Finding:
    """Nothing is made where rules cannot be read, and nothing else can be said of them."""
    return Finding(subject=Subject.RULES, well=False, code="rules_unreadable")


def automod_findings(
    guild: discord.Guild, document: Document, automod: Sequence[AutomodRule] | None
) -> Iterator[Finding]:
    """`automod` is None where it could not be read."""
    if not follows_automod(guild, document):
        remedy = SetRules(topic=Topic.CONTENT)
        yield Finding(subject=Subject.AUTOMOD, well=None, code="automod_off", remedy=remedy)
    elif automod is None:
        may = guild.me.guild_permissions.manage_guild
        yield Finding(subject=Subject.AUTOMOD, well=False, code="automod_unread" if may else "automod_closed")
    else:
        yield from _automod(tuple(automod))


def _automod(rules: tuple[AutomodRule, ...]) -> Iterator[Finding]:
    unreadable = find_unreadable(rules)
    for each in unreadable:
        facts = {"rule": each.rule.name, "entry": each.entry, "why": each.reason}
        yield Finding(subject=Subject.AUTOMOD, well=False, code="automod_pattern", facts=facts)
    if not unreadable:
        yield Finding(subject=Subject.AUTOMOD, well=True, code="automod", facts={"count": len(rules)})
    if presets := find_presets(rules):
        yield Finding(subject=Subject.AUTOMOD, well=None, code="automod_presets", facts={"presets": presets})


def follows_automod(guild: discord.Guild, document: Document) -> bool:
    return any(_rules_in(document, place).automod for place in _places(guild, document))


def _places(guild: discord.Guild, document: Document) -> list[int | None]:
    """The whole server, and each of its channels that has rules of its own. In one that is gone nobody can ask."""
    return [None, *(channel_id for channel_id in document.channels if guild.get_channel(channel_id))]


def _rules_in(document: Document, place: int | None) -> Rules:
    return document.rules_in([place] if place else [])


def _stopped(document: Document, paused: Collection[int]) -> Iterator[Finding]:
    """What somebody decided is no fault."""
    if 0 in paused:
        yield Finding(subject=Subject.RULES, well=None, code="paused", remedy=Resume())
    if channels := tuple(channel_id for channel_id in paused if channel_id):
        yield Finding(subject=Subject.RULES, well=None, code="paused_in", facts={"channels": channels})
    if not document.rules_in([]).allowed:
        remedy = SetRules(topic=Topic.WHO)
        yield Finding(subject=Subject.RULES, well=None, code="off", remedy=remedy)


def _gone(guild: discord.Guild, document: Document, catalogue: Catalogue, place: int | None) -> Iterator[Finding]:
    """What a rule names and nobody has any more: such a role lets nobody in, such a model is offered to nobody.

    Each is told of where it is said, not wherever it holds.
    """
    rules = _rules_in(document, place)
    roles = {
        Topic.WHO: {*rules.roles_allowed, *rules.roles_denied},
        Topic.WHAT: {*rules.picture_roles},
        Topic.LIMITS: {*rules.limits.roles},
        Topic.REVIEW: {*rules.review.roles},
    }
    named: dict[Topic, list[str]] = {
        topic: [str(role_id) for role_id in sorted(ids) if guild.get_role(role_id) is None]
        for topic, ids in roles.items()
    }
    named[Topic.WHAT] += [model for model in rules.models if model not in catalogue.models]
    named[Topic.WHAT] += [size for size in rules.sizes if size not in sizes_of(catalogue)]
    for topic, names in named.items():
        if names and says(document, place, KEYS[topic]):
            facts = {"topic": topic, "place": place, "names": tuple(names)}
            remedy = SetRules(topic=topic, channel_id=place)
            yield Finding(subject=Subject.RULES, well=False, code="gone", facts=facts, remedy=remedy)


def _readers(guild: discord.Guild, document: Document, place: int | None) -> Iterator[Finding]:
    """Whether moderators are asked and told where a place says so itself."""
    rules = _rules_in(document, place)
    review, remedy = rules.review.channel, SetRules(topic=Topic.REVIEW, channel_id=place)
    if review and says(document, place, ("review.channel",)):
        yield _reader(guild, place, review, "review", remedy)
    elif review is None and place is None:
        yield Finding(subject=Subject.REVIEW, well=None, code="no_reviewers", remedy=remedy)
    if rules.log_channel and says(document, place, ("log_channel",)):
        shown = SetRules(topic=Topic.SHOWN, channel_id=place)
        yield _reader(guild, place, rules.log_channel, "log", shown)


def _reader(guild: discord.Guild, place: int | None, channel_id: int, code: str, remedy: SetRules) -> Finding:
    channel = guild.get_channel_or_thread(channel_id)
    facts: dict[str, object] = {"place": place, "channels": (channel_id,)}
    if channel is None:
        return Finding(subject=Subject.REVIEW, well=False, code=f"{code}_gone", facts=facts, remedy=remedy)
    if missing := lacking(NEEDED, channel.permissions_for(guild.me)):
        facts["permissions"] = missing
        return Finding(subject=Subject.REVIEW, well=False, code=f"{code}_closed", facts=facts, remedy=remedy)
    return Finding(subject=Subject.REVIEW, well=True, code=code, facts=facts)
