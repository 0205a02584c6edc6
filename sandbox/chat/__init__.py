"""A language model on loopback, behind an endpoint in the form of OpenAI's chat completions and as strict."""

from sandbox.chat.api import MODELS, Chat
from sandbox.chat.faults import (
    cut_off,
    declined,
    echoing,
    fenced,
    many,
    says,
    thinking,
    too_long,
    unpaid,
)
from sandbox.chat.requests import Request
from sandbox.chat.writing import write
from sandbox.endpoint import Fault, busy, down, nonsense, page, refused, slow

__all__ = [
    "MODELS",
    "Chat",
    "Fault",
    "Request",
    "busy",
    "cut_off",
    "declined",
    "down",
    "echoing",
    "fenced",
    "many",
    "nonsense",
    "page",
    "refused",
    "says",
    "slow",
    "thinking",
    "too_long",
    "unpaid",
    "write",
]
