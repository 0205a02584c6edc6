"""Discord on a laptop: gateway, HTTP API and CDN, as strict as the real one, for demo, tests and benchmarks."""

from sandbox.discord.constants import ChannelType, Intents, MessageType, Permissions
from sandbox.discord.entities import Channel, ForumTag, Guild, Message, Role, User
from sandbox.discord.faults import Faults
from sandbox.discord.files import Attachment, Upload
from sandbox.discord.interactions import Interaction
from sandbox.discord.limits import Limits, Window
from sandbox.discord.previews import Preview
from sandbox.discord.record import Exchange, Record
from sandbox.discord.server import Discord
from sandbox.discord.state import State

__all__ = [
    "Attachment",
    "Channel",
    "ChannelType",
    "Discord",
    "Exchange",
    "Faults",
    "ForumTag",
    "Guild",
    "Intents",
    "Interaction",
    "Limits",
    "Message",
    "MessageType",
    "Permissions",
    "Preview",
    "Record",
    "Role",
    "State",
    "Upload",
    "User",
    "Window",
]
