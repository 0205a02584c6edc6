"""Mentions: whom a message really mentions and pings, after `allowed_mentions` and permissions."""

import re
from dataclasses import dataclass
from typing import Any

from sandbox.discord.constants import ComponentType, Permissions
from sandbox.discord.entities import Message, User
from sandbox.discord.permissions import permissions_in


@dataclass(frozen=True, kw_only=True)
class Found:
    """The users and role ids mentioned, and whether it is everybody."""

    users: list[User]
    roles: list[int]
    everyone: bool


def find(message: Message, allowed: dict[str, Any] | None) -> Found:
    """What the text mentions as far as `allowed` (Discord's JSON, `None` is everything) lets it."""
    text = _text(message)
    rules = {"parse": ["users", "roles", "everyone"], "replied_user": True} if allowed is None else allowed
    users = _users(message, text, rules)
    replied = message.reference
    if replied and rules.get("replied_user") and replied.author not in users and replied.author is not message.author:
        users.append(replied.author)
    return Found(users=users, roles=_roles(message, text, rules), everyone=_everyone(message, text, rules))


def pinged(message: Message) -> list[User]:
    """Everybody whom the message makes a sound for: those named, those with a named role, or all."""
    guild = message.channel.guild
    members = guild.members.values() if guild else ()
    wider = [m.user for m in members if message.mention_everyone or m.role_ids & set(message.mention_roles)]
    return list(dict.fromkeys([*message.mentions, *wider]))


def _text(message: Message) -> str:
    return "\n".join([message.content, *_displayed(message.components)])


def _displayed(components: list[dict[str, Any]]) -> list[str]:
    texts: list[str] = []
    for component in components:
        if component["type"] == ComponentType.TEXT_DISPLAY:
            texts.append(component["content"])
        texts += _displayed(component.get("components", []))
    return texts


def _users(message: Message, text: str, rules: dict[str, Any]) -> list[User]:
    named = [int(number) for number in re.findall(r"<@!?(\d+)>", text)]
    allowed = _listed(rules, "users")
    known = [message.channel.user(n) for n in named if allowed is None or n in allowed]
    return list(dict.fromkeys(user for user in known if user))


def _roles(message: Message, text: str, rules: dict[str, Any]) -> list[int]:
    guild = message.channel.guild
    named = [int(number) for number in re.findall(r"<@&(\d+)>", text)]
    allowed = _listed(rules, "roles")
    if guild is None:
        return []
    anyone = Permissions.MENTION_EVERYONE in permissions_in(message.channel, message.author)
    known = [n for n in dict.fromkeys(named) if n in guild.roles and (guild.roles[n].mentionable or anyone)]
    return [n for n in known if allowed is None or n in allowed]


def _everyone(message: Message, text: str, rules: dict[str, Any]) -> bool:
    meant = re.search(r"@(everyone|here)\b", text) and "everyone" in (rules.get("parse") or ())
    return bool(meant) and Permissions.MENTION_EVERYONE in permissions_in(message.channel, message.author)


def _listed(rules: dict[str, Any], kind: str) -> set[int] | None:
    """Ids that may be mentioned; `None` is all of this kind."""
    if kind in (rules.get("parse") or ()):
        return None
    return {int(number) for number in rules.get(kind) or ()}
