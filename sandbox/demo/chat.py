"""The demo's chat: what is new in a Discord since the last look, and how it reads in a terminal."""

import re
import textwrap
import time
from collections.abc import Iterator
from dataclasses import dataclass

from sandbox.discord import Attachment, Channel, Interaction, Message, State
from sandbox.discord.constants import InteractionType, OptionType
from sandbox.transcript import SYSTEM, message_text, readable

CLOCK_WIDTH = 10
THREAD_INDENT = 4
NAME_SHOWN = 24

STYLES = {"time": "2", "place": "34", "author": "1", "bar": "2", "button": "36", "file": "32", "bad": "31"}
"""Terminal attributes: dim, blue, bold, cyan, green, red."""
MARKS = {"  │ ": "bar", "  [": "button", "  📎": "file"}
"""How a transcript's lines begin that are not plain text."""


@dataclass(frozen=True, kw_only=True)
class Ink:
    """Colours text, or leaves it as it is."""

    on: bool

    def __call__(self, text: str, style: str) -> str:
        return f"\x1b[{STYLES[style]}m{text}\x1b[0m" if self.on and text else text


@dataclass(frozen=True, kw_only=True)
class News:
    """Something that happened in `place` at `at` (unix seconds); `text` begins with `author`, when it has one."""

    at: float
    place: Channel
    text: str
    author: str = ""
    files: tuple[Attachment, ...] = ()


class Chat:
    """Remembers what was seen of a Discord, so that nothing is told twice."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._edits: dict[int, int] = {}  # by message
        self._asked: set[int] = set()

    def news(self) -> list[News]:
        """What came since the last call, oldest first."""
        found = [*self._commands(), *self._messages()]
        return sorted(found, key=lambda news: news.at)

    def _commands(self) -> Iterator[News]:
        for one in self._state.interactions.values():
            if one.type is InteractionType.COMMAND and one.id not in self._asked:
                self._asked.add(one.id)
                text = f"{one.user.name}: {command_text(one)}"
                yield News(at=one.made_at, place=one.channel, author=one.user.name, text=text)

    def _messages(self) -> Iterator[News]:
        for message in self._state.messages():
            if message.type in SYSTEM:
                continue
            seen = self._edits.get(message.id)
            self._edits[message.id] = message.edits
            if seen is None:
                yield said(message)
            elif seen < message.edits and (change := edited(message, seen)):
                yield change


def said(message: Message) -> News:
    name, text = message.author.name, as_shown(message_text(message), message)
    return News(at=message.made_at, place=message.channel, author=name, text=text, files=tuple(message.attachments))


def edited(message: Message, seen: int) -> News | None:
    """A card's new standing, or an edited text; None when neither changed."""
    earlier = message.versions[seen]
    files = tuple(one for one in message.attachments if one not in earlier.attachments)
    before, after = (standing(embeds) for embeds in (earlier.embeds, message.embeds))
    if after != before:
        text = f"card: {after}"
    elif message.content != earlier.content:
        text = f"(edited) {readable(message.content, message)}"
    else:
        return None
    at = message.edited_at or message.made_at
    return News(at=at, place=message.thread or message.channel, text=as_shown(text, message), files=files)


def standing(embeds: list[dict[str, object]]) -> str:
    """How a card's job stands, without its times: the beginning of the card's last line."""
    text = str(embeds[0].get("description") or "") if embeds else ""
    last = text.splitlines()[-1] if text else ""
    return re.sub(r"\s*<t:.*", "", last.split(" · ")[0])


def command_text(interaction: Interaction) -> str:
    """`/video prompt:… seconds:8`, as it was typed; a file by its name."""
    files = interaction.data.get("resolved", {}).get("attachments", {})
    words = [f"/{interaction.command_name}"]
    for option in interaction.data.get("options", ()):
        value = option.get("value", "")
        words.append(f"{option['name']}:{_file(files[value]) if option['type'] == OptionType.ATTACHMENT else value}")
    return " ".join(words)


def as_shown(text: str, message: Message) -> str:
    """Text as a Discord client shows it: escapes gone, times in words, links to a message's own files by name."""
    now = time.time()
    text = re.sub(r"\\([\\*_~|>`#\[\]()-])", r"\1", text)
    text = re.sub(r"<t:(\d+):R>", lambda found: relative_words(now - int(found[1])), text)
    text = re.sub(r"<t:(\d+)(?::\w)?>", lambda found: time.strftime("%H:%M", time.localtime(int(found[1]))), text)
    return text.replace("attachment://", "")


def relative_words(seconds: float) -> str:
    """How Discord writes a time that lies `seconds` back, or ahead when negative."""
    size = round(abs(seconds))
    if size < 2:
        return "just now"
    units = (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1))
    unit, length = next(each for each in units if size >= each[1])
    count = size // length
    words = f"{count} {unit}{'s' if count > 1 else ''}"
    return f"{words} ago" if seconds > 0 else f"in {words}"


def layout(news: News, *, width: int, ink: Ink) -> str:
    """The lines of one piece of news, wrapped to `width` columns: time, place, who, what; threads stand further in."""
    indent = " " * (CLOCK_WIDTH + THREAD_INDENT * news.place.is_thread)
    name = f"⤷ {textwrap.shorten(news.place.name, NAME_SHOWN, placeholder='…')}" if news.place.is_thread else ""
    place = name or f"#{news.place.name}"
    clock = time.strftime("%H:%M:%S", time.localtime(news.at))
    head = f"{place}  "
    first, *rest = news.text.splitlines()
    lines = _wrap(head + first, width - len(indent), "  ")
    lines[0] = ink(place, "place") + "  " + _name(lines[0].removeprefix(head), news.author, ink)
    lines += [_mark(line, ink) for text in rest for line in _wrap_marked(text, width - len(indent))]
    lines[0] = ink(clock, "time") + indent[len(clock) :] + lines[0]
    return "\n".join([lines[0], *(indent + line for line in lines[1:])])


def _wrap_marked(line: str, width: int) -> list[str]:
    """A transcript's line over several, each with the line's bar."""
    bar = "  │ " if line.startswith("  │") else "  "
    return [bar + part for part in _wrap(line.removeprefix(bar), width - len(bar), "")]


def _wrap(text: str, width: int, further: str) -> list[str]:
    return textwrap.wrap(text, width, subsequent_indent=further, break_on_hyphens=False) or [""]


def _name(line: str, author: str, ink: Ink) -> str:
    return ink(author, "author") + line.removeprefix(author) if author else line


def _mark(line: str, ink: Ink) -> str:
    for mark, style in MARKS.items():
        if line.startswith(mark):
            shown = mark if style == "bar" else line
            return ink(shown, style) + line[len(shown) :]
    return line


def _file(attachment: dict[str, object]) -> str:
    shape = f", {attachment['width']}×{attachment['height']}" if attachment.get("width") else ""
    return f"📎 {attachment['filename']} ({attachment['size']:,} bytes{shape})"
