"""What Discord would refuse in a payload: pure checks of messages, callbacks, forms, threads and commands.

The tables give Discord's limits where Discord documents them. What Discord would only ignore is told, too: a violation
that is `ignored`.
"""

from .automod import check_rule
from .callbacks import check_callback
from .channels import check_channel_edit, check_overwrite
from .commands import check_command, check_commands
from .messages import EMPTY_MESSAGE, File, check_bulk_delete, check_message
from .modals import check_modal
from .threads import check_thread, check_thread_edit
from .violations import Violation, error_body, without

__all__ = [
    "EMPTY_MESSAGE",
    "File",
    "Violation",
    "check_bulk_delete",
    "check_callback",
    "check_channel_edit",
    "check_command",
    "check_commands",
    "check_message",
    "check_modal",
    "check_overwrite",
    "check_rule",
    "check_thread",
    "check_thread_edit",
    "error_body",
    "without",
]
