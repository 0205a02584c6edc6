"""The transcript: a channel as a chat would look, in plain text."""

import re
from typing import Any

from sandbox.discord.constants import ComponentType, MessageType
from sandbox.discord.entities import Channel, Message
from sandbox.discord.files import Attachment
from sandbox.discord.form_input import components_of

SYSTEM = (MessageType.STARTER, MessageType.THREAD_CREATED)


def transcript(channel: Channel) -> str:
    """The channel's messages from the oldest on, each thread nested under the message it hangs on."""
    return "\n".join(_lines(channel))


def _lines(channel: Channel) -> list[str]:
    lines = [f"# {channel.name}"]
    for message in channel.messages.values():
        if message.type not in SYSTEM:
            lines += message_text(message).splitlines()
        if message.thread:
            lines += [f"    {line}" for line in _lines(message.thread)]
    return lines


def message_text(message: Message) -> str:
    """One message: who, what, its embeds, buttons and files."""
    head = f"{message.author.name}{_aside(message)}: "
    replied = f"(to {message.reference.author.name}) " if message.reference and not message.snapshot else ""
    lines = [head + replied + readable(message.content, message)]
    if message.snapshot:
        lines += [f"  ↪ {line}" for line in message_text(message.snapshot).splitlines()]
    for embed in [*message.embeds, *message.previews]:
        lines += [f"  │ {line}" for line in _embed(embed, message)]
    lines += [
        f"  {component['content']}"
        for component in components_of(message)
        if component["type"] == ComponentType.TEXT_DISPLAY
    ]
    if buttons := _buttons(message):
        lines.append(f"  {buttons}")
    lines += [f"  📎 {_file(attachment)}" for attachment in message.attachments]
    return "\n".join(lines)


def _aside(message: Message) -> str:
    if message.ephemeral_for:
        return f" (only {message.ephemeral_for.name} sees this)"
    if message.loading:
        return " (is thinking…)"
    return " (edited)" if message.edits else ""


def readable(text: str, message: Message) -> str:
    """The text with user mentions written as names."""

    def name(found: re.Match[str]) -> str:
        user = message.channel.user(int(found[1]))
        return f"@{user.name}" if user else found[0]

    return re.sub(r"<@!?(\d+)>", name, text)


def _embed(embed: dict[str, Any], message: Message) -> list[str]:
    texts = [(embed.get("author") or {}).get("name"), embed.get("title"), embed.get("description")]
    texts += [f"{field['name']}: {field['value']}" for field in embed.get("fields") or ()]
    texts += [f"[{slot}: {embed[slot]['url']}]" for slot in ("thumbnail", "image") if embed.get(slot)]
    texts.append((embed.get("footer") or {}).get("text"))
    return [line for text in texts if text for line in readable(text, message).splitlines()]


def _buttons(message: Message) -> str:
    shown = []
    for component in components_of(message):
        if component["type"] == ComponentType.BUTTON:
            label = component.get("label") or (component.get("emoji") or {}).get("name") or "?"
            shown.append(f"[{label}, disabled]" if component.get("disabled") else f"[{label}]")
        elif component["type"] == ComponentType.STRING_SELECT:
            shown.append(f"[▾ {component.get('placeholder') or component['custom_id']}]")
    return " ".join(shown)


def _file(attachment: Attachment) -> str:
    return f"{attachment.filename} ({attachment.content_type}, {attachment.size:,} bytes)"
