"""A moderation endpoint on loopback, in OpenAI's form and as strict; what it flags is in `judgement`."""

from sandbox.endpoint import Fault, busy, down, nonsense, page, refused, slow
from sandbox.moderation.api import Moderation
from sandbox.moderation.judgement import CATEGORIES, PHRASES
from sandbox.moderation.questions import Question

__all__ = [
    "CATEGORIES",
    "PHRASES",
    "Fault",
    "Moderation",
    "Question",
    "busy",
    "down",
    "nonsense",
    "page",
    "refused",
    "slow",
]
