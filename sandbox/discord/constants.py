"""Discord's own numbers, each named once: types, flags, permissions, intents, opcodes, as far as they matter here."""

from enum import IntEnum, IntFlag


class ChannelType(IntEnum):
    """Source: channel resource, "Channel Types"."""

    TEXT = 0
    DM = 1
    VOICE = 2
    GROUP_DM = 3
    CATEGORY = 4
    ANNOUNCEMENT = 5
    ANNOUNCEMENT_THREAD = 10
    PUBLIC_THREAD = 11
    PRIVATE_THREAD = 12
    STAGE = 13
    DIRECTORY = 14
    FORUM = 15
    MEDIA = 16


THREADS = frozenset({ChannelType.ANNOUNCEMENT_THREAD, ChannelType.PUBLIC_THREAD, ChannelType.PRIVATE_THREAD})
POSTS_ONLY = frozenset({ChannelType.FORUM, ChannelType.MEDIA})
VOICE = frozenset({ChannelType.VOICE, ChannelType.STAGE})


class ChannelFlag(IntFlag):
    """Source: channel resource, "Channel Flags"."""

    REQUIRE_TAG = 1 << 4


class MessageType(IntEnum):
    """Source: message resource, "Message Types"."""

    DEFAULT = 0
    PINNED = 6
    THREAD_CREATED = 18
    REPLY = 19
    SLASH = 20
    STARTER = 21
    MENU = 23


WRITTEN = frozenset({MessageType.DEFAULT, MessageType.REPLY, MessageType.SLASH, MessageType.MENU})
"""Messages that somebody wrote: the others are Discord's own, and can be neither edited nor forwarded."""


class MessageFlag(IntEnum):
    """Bits of a message's `flags`. Source: message resource, "Message Flags"."""

    SUPPRESS_EMBEDS = 1 << 2
    HAS_THREAD = 1 << 5
    EPHEMERAL = 1 << 6
    LOADING = 1 << 7
    SUPPRESS_NOTIFICATIONS = 1 << 12
    VOICE = 1 << 13
    HAS_SNAPSHOT = 1 << 14
    COMPONENTS_V2 = 1 << 15


class AttachmentFlag(IntFlag):
    """Source: message resource, "Attachment Flags"."""

    IS_SPOILER = 1 << 3


EDITABLE_FLAGS = MessageFlag.SUPPRESS_EMBEDS | MessageFlag.COMPONENTS_V2
SENDABLE_FLAGS = EDITABLE_FLAGS | MessageFlag.SUPPRESS_NOTIFICATIONS
"""The flags that a sender may set, and may change later."""


class ReferenceType(IntEnum):
    """How a message refers to another one. Source: message resource, "Message Reference Types"."""

    REPLY = 0
    FORWARD = 1


class CommandType(IntEnum):
    """Source: application commands, "Application Command Types"."""

    SLASH = 1
    USER_MENU = 2
    MESSAGE_MENU = 3


class OptionType(IntEnum):
    """Source: application commands, "Application Command Option Type"."""

    SUBCOMMAND = 1
    GROUP = 2
    STRING = 3
    INTEGER = 4
    BOOLEAN = 5
    USER = 6
    CHANNEL = 7
    ROLE = 8
    MENTIONABLE = 9
    NUMBER = 10
    ATTACHMENT = 11


NESTING = frozenset({OptionType.SUBCOMMAND, OptionType.GROUP})


class InteractionType(IntEnum):
    """What a member did. Source: receiving and responding, "Interaction Type"."""

    COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    MODAL = 5


class CallbackType(IntEnum):
    """What a bot answers. Source: receiving and responding, "Interaction Callback Type"."""

    MESSAGE = 4
    DEFERRED_MESSAGE = 5
    DEFERRED_UPDATE = 6
    UPDATE = 7
    CHOICES = 8
    MODAL = 9


class Context(IntEnum):
    """Where a command is used. Source: application commands, "Interaction Context Types"."""

    GUILD = 0
    BOT_DM = 1
    PRIVATE_CHANNEL = 2


class ComponentType(IntEnum):
    """Source: component reference, "Component Types"."""

    ACTION_ROW = 1
    BUTTON = 2
    STRING_SELECT = 3
    TEXT_INPUT = 4
    USER_SELECT = 5
    ROLE_SELECT = 6
    MENTIONABLE_SELECT = 7
    CHANNEL_SELECT = 8
    SECTION = 9
    TEXT_DISPLAY = 10
    THUMBNAIL = 11
    MEDIA_GALLERY = 12
    FILE = 13
    SEPARATOR = 14
    CONTAINER = 17
    LABEL = 18
    FILE_UPLOAD = 19
    RADIO_GROUP = 21
    CHECKBOX_GROUP = 22
    CHECKBOX = 23


OBJECT_SELECTS = frozenset(
    {
        ComponentType.USER_SELECT,
        ComponentType.ROLE_SELECT,
        ComponentType.MENTIONABLE_SELECT,
        ComponentType.CHANNEL_SELECT,
    }
)
"""Selects whose choices Discord fills."""


class ButtonStyle(IntEnum):
    """Source: component reference, "Button Styles"."""

    PRIMARY = 1
    SECONDARY = 2
    SUCCESS = 3
    DANGER = 4
    LINK = 5
    PREMIUM = 6


class TriggerType(IntEnum):
    """What a rule of AutoMod looks for. Source: auto moderation resource, "Trigger Types"."""

    KEYWORD = 1
    SPAM = 3
    KEYWORD_PRESET = 4
    MENTION_SPAM = 5
    MEMBER_PROFILE = 6


class PresetType(IntEnum):
    """Discord's own lists of words. Source: auto moderation resource, "Keyword Preset Types"."""

    PROFANITY = 1
    SEXUAL_CONTENT = 2
    SLURS = 3


class ActionType(IntEnum):
    """What a broken rule leads to. Source: auto moderation resource, "Action Types"."""

    BLOCK_MESSAGE = 1
    SEND_ALERT_MESSAGE = 2
    TIMEOUT = 3
    BLOCK_MEMBER_INTERACTION = 4


class OverwriteType(IntEnum):
    """Whom an overwrite is for. Source: channel resource, "Overwrite Structure"."""

    ROLE = 0
    MEMBER = 1


class Permissions(IntFlag):
    """Permission bits, as far as the sandbox looks at them. Source: permissions, "Bitwise Permission Flags"."""

    NONE = 0
    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    ADD_REACTIONS = 1 << 6
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    SEND_TTS_MESSAGES = 1 << 12
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_EXTERNAL_EMOJIS = 1 << 18
    CONNECT = 1 << 20
    SPEAK = 1 << 21
    MANAGE_ROLES = 1 << 28
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    CREATE_PRIVATE_THREADS = 1 << 36
    SEND_MESSAGES_IN_THREADS = 1 << 38
    MODERATE_MEMBERS = 1 << 40
    SEND_VOICE_MESSAGES = 1 << 46
    USE_EXTERNAL_APPS = 1 << 50
    PIN_MESSAGES = 1 << 51


class Intents(IntFlag):
    """Those that the sandbox tells apart; `VALID` is every bit Discord takes. Source: gateway, "Gateway Intents"."""

    NONE = 0
    GUILDS = 1 << 0
    GUILD_MEMBERS = 1 << 1
    GUILD_PRESENCES = 1 << 8
    GUILD_MESSAGES = 1 << 9
    DIRECT_MESSAGES = 1 << 12
    MESSAGE_CONTENT = 1 << 15
    AUTO_MODERATION_CONFIGURATION = 1 << 20
    AUTO_MODERATION_EXECUTION = 1 << 21
    PRIVILEGED = GUILD_MEMBERS | GUILD_PRESENCES | MESSAGE_CONTENT
    VALID = (1 << 17) - 1 | 1 << 20 | 1 << 21 | 1 << 24 | 1 << 25


class ApplicationFlag(IntFlag):
    """Which privileged intents a small bot has switched on. Source: application resource, "Application Flags"."""

    GATEWAY_PRESENCE_LIMITED = 1 << 13
    GATEWAY_GUILD_MEMBERS_LIMITED = 1 << 15
    GATEWAY_MESSAGE_CONTENT_LIMITED = 1 << 19


class Op(IntEnum):
    """Source: opcodes and status codes, "Gateway Opcodes"."""

    DISPATCH = 0
    HEARTBEAT = 1
    IDENTIFY = 2
    PRESENCE = 3
    VOICE_STATE = 4
    RESUME = 6
    RECONNECT = 7
    REQUEST_MEMBERS = 8
    INVALID_SESSION = 9
    HELLO = 10
    ACK = 11
