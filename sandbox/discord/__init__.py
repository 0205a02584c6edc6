"""Discord on a laptop: gateway, HTTP API and CDN, as strict as the real one, for demo, tests and benchmarks."""

from sandbox.discord.faults import Faults
from sandbox.discord.interactions import Callback, Interaction, Kind
from sandbox.discord.limits import Limits, Window
from sandbox.discord.permissions import Permissions
from sandbox.discord.places import Channel, ChannelType, Guild, Role, User
from sandbox.discord.posts import Attachment, Message, Upload
from sandbox.discord.previews import Preview
from sandbox.discord.record import Exchange, Record
from sandbox.discord.server import Discord
from sandbox.discord.state import State

__all__ = [
    "Attachment",
    "Callback",
    "Channel",
    "ChannelType",
    "Discord",
    "Exchange",
    "Faults",
    "Guild",
    "Interaction",
    "Kind",
    "Limits",
    "Message",
    "Permissions",
    "Preview",
    "Record",
    "Role",
    "State",
    "Upload",
    "User",
    "Window",
]
