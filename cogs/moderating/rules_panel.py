"""The message by which a server's rules are set: all of them, or one topic with what it is set by."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, assert_never

import discord

from bot.catalogue import Catalogue
from bot.jobs import job_id
from bot.server_rules.changes import holds, says
from bot.server_rules.document import Document

from ..pressing.components import PICKED_MOST, Component, button, channel_menu, menu, role_menu, view
from ..words.plain import shorten
from ..words.wording import say, spell_size
from .rules_text import rules_text, topic_rules, topic_text
from .topics import CHOICES, FORMS, KEYS, KINDS, LIMIT_PARTS, Kind, Topic, word

# Of an embed's description.
SHOWN_MOST = 4000
# Where something can be asked for; threads and forum posts follow what they are in.
RULED = (
    discord.ChannelType.text,
    discord.ChannelType.news,
    discord.ChannelType.voice,
    discord.ChannelType.stage_voice,
    discord.ChannelType.forum,
)
# Where moderators read.
READ = (discord.ChannelType.text, discord.ChannelType.news)
LABEL_MOST = 80
MENU_MOST = 150


@dataclass(frozen=True, kw_only=True)
class Panel:
    """What it is drawn from. `channel_id` is None for the rules of the whole server."""

    locale: str
    guild: discord.Guild
    channel_id: int | None
    document: Document
    catalogue: Catalogue

    @property
    def place(self) -> str:
        """The place as the subject of a component."""
        return job_id(self.channel_id or 0)

    def say(self, key: str, **facts: object) -> str:
        return say(self.locale, key, **facts)

    def holds(self, key: str) -> Any:
        return holds(self.document, self.channel_id, key)


Shown = tuple[discord.Embed, discord.ui.View]


def overview(panel: Panel) -> Shown:
    """All rules of a place, and what leads to another place, to a topic, to what a member may do."""
    topics = [discord.SelectOption(label=topic_text(panel.locale, topic), value=topic) for topic in Topic]
    components = [
        channel_menu("rules_where", panel.place, "", panel.channel_id, panel.say("settings.where"), RULED),
        menu("rules", panel.place, "", topics, panel.say("settings.topic")),
        button("rules_may", panel.place, panel.say("settings.button_may")),
    ]
    text = rules_text(panel.locale, panel.document, panel.channel_id, panel.catalogue)
    return _embed(panel, None, text), view(*components)


def topic_page(panel: Panel, topic: Topic) -> Shown:
    """The rules of one topic, and what each is set by."""
    text = topic_rules(panel.locale, topic, panel.document, panel.channel_id, panel.catalogue)
    return _embed(panel, topic, text), view(*_components(panel, topic))


def _embed(panel: Panel, topic: Topic | None, text: str) -> discord.Embed:
    title = panel.say("settings.title_channel" if panel.channel_id else "settings.title_server")
    where = f"<#{panel.channel_id}>\n\n" if panel.channel_id else ""
    if topic:
        title = f"{title} · {topic_text(panel.locale, topic)}"
    return discord.Embed(title=title, description=shorten(where + text, SHOWN_MOST))


def _components(panel: Panel, topic: Topic) -> Iterator[Component]:
    buttons: list[Component] = []
    for key in KEYS[topic]:
        if KINDS[key] is Kind.FLAG:
            buttons.append(_flag(panel, key))
        elif key not in FORMS[topic]:
            yield from _setter(panel, key)
    if FORMS[topic]:
        buttons.append(button("rule_form", panel.place, panel.say(f"settings.form_{topic}"), argument=topic))
    if topic is Topic.CONTENT:
        # they are the whole server's, wherever they are opened from
        buttons.append(button("pictures", panel.place, panel.say("settings.button_pictures"), argument="0"))
    if says(panel.document, panel.channel_id, KEYS[topic]):
        back = "settings.reset_channel" if panel.channel_id else "settings.reset_server"
        buttons.append(button("rules_reset", panel.place, panel.say(back), argument=topic))
    yield from buttons
    yield button("rules_open", panel.place, panel.say("settings.button_back"))


def _setter(panel: Panel, key: str) -> Iterator[Component]:
    """What a rule is chosen by in the message itself."""
    name = _name(panel, key)
    match KINDS[key]:
        case Kind.ROLES:
            chosen = [role_id for role_id in map(int, panel.holds(key)) if panel.guild.get_role(role_id)]
            yield role_menu("rule", panel.place, key, chosen, name)
        case Kind.CHANNEL:
            there = panel.guild.get_channel(int(panel.holds(key) or 0))
            yield channel_menu("rule", panel.place, key, there.id if there else None, name, READ)
        case Kind.CHOICE:
            yield menu("rule", panel.place, key, _choices(panel, key), name)
        case Kind.MODELS:
            models = [(model.id, model.name) for model in panel.catalogue.models.values()]
            yield _list_menu(panel, key, models)
        case Kind.SIZES:
            yield _list_menu(panel, key, [(size, spell_size(size)) for size in sizes_of(panel.catalogue)])
        case Kind.LIMIT:
            for part in LIMIT_PARTS:
                label = panel.say(f"settings.limit_{part}", rule=panel.say(f"settings.rule_{word(key)}"))
                yield button("rule_form", panel.place, label[:LABEL_MOST], argument=f"{key}/{part}")
        case Kind.ROLE_LIMITS:
            for part in LIMIT_PARTS:
                label = panel.say(f"settings.limit_{part}", rule=panel.say(f"settings.rule_{word(key)}"))
                yield role_menu("rule_form", panel.place, f"{key}/{part}", (), label[:MENU_MOST], most=1)
        case Kind.FLAG | Kind.NUMBER | Kind.MONEY | Kind.WORDS:
            return
        case never:
            assert_never(never)


def _flag(panel: Panel, key: str) -> Component:
    """It says what it brings about; pressed twice it does so once."""
    wanted = "off" if panel.holds(key) else "on"
    return button("rule", panel.place, panel.say(f"settings.turn_{wanted}_{key}"), argument=f"{key}={wanted}")


def _choices(panel: Panel, key: str) -> list[discord.SelectOption]:
    return [
        discord.SelectOption(
            label=panel.say(f"settings.choice_{word(key)}_{choice}"), value=choice, default=choice == panel.holds(key)
        )
        for choice in CHOICES[key]
    ]


def _list_menu(panel: Panel, key: str, offered: list[tuple[str, str]]) -> Component:
    """Any number of these; none of them stands for all."""
    options = [
        discord.SelectOption(label=name[:LABEL_MOST], value=value, default=value in panel.holds(key))
        for value, name in offered[:PICKED_MOST]
    ]
    return menu("rule", panel.place, key, options, _name(panel, key), least=0, most=len(options))


def _name(panel: Panel, key: str) -> str:
    return panel.say(f"settings.rule_{word(key)}")


def sizes_of(catalogue: Catalogue) -> list[str]:
    """Every size that any of the models makes."""
    return list(dict.fromkeys(size for model in catalogue.models.values() for size in model.size.values))
