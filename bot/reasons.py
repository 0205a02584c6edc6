"""Why a job waits, failed, or is in doubt: one word from the vendor's answer to the column and to the sentence."""

from enum import StrEnum


class Reason(StrEnum):
    # surely not accepted: it waits in line, and fails when patience ends
    BUSY = "busy"
    UNREACHED = "unreached"
    INTERCEPTED = "intercepted"
    # nobody can tell whether it was accepted
    INTERRUPTED = "interrupted"
    ANSWER_LOST = "answer_lost"
    ANSWER_UNCLEAR = "answer_unclear"
    # the vendor said no, or could not do it
    BAD_REQUEST = "bad_request"
    KEY = "key"
    CREDIT = "credit"
    ACCESS = "access"
    NO_MODEL = "no_model"
    TOO_LARGE = "too_large"
    LEGAL = "legal"
    CONTENT = "content"
    REFUSED = "refused"
    PROVIDER = "provider"
    VENDOR_FAULT = "vendor_fault"
    FAILED = "failed"
    FAULT = "fault"  # ours, whatever the vendor makes of it
    TASK_UNKNOWN = "task_unknown"
    # it was made, and is not to be had yet
    CLIP_LATE = "clip_late"
    # nobody who could decide about it sees it; nobody did in time
    UNSEEN = "unseen"
    UNREVIEWED = "unreviewed"
    # it was made, and cannot be had
    NO_VIDEO = "no_video"
    CLIP_LOST = "clip_lost"
    CLIP_UNUSABLE = "clip_unusable"
    # ours, before it was sent
    MODEL_REMOVED = "model_removed"
    BEFORE_FAILED = "before_failed"
    BEFORE_GONE = "before_gone"
    PICTURE_GONE = "picture_gone"
    PICTURE_NOT_A_PICTURE = "picture_not_a_picture"
    PICTURE_TOO_HEAVY = "picture_too_heavy"
    PICTURE_TOO_MANY_PIXELS = "picture_too_many_pixels"
    PICTURE_TOO_SMALL = "picture_too_small"
    PICTURE_UNDECODABLE = "picture_undecodable"
    PICTURE_UNREAD = "picture_unread"
    PICTURE_EMPTY = "picture_empty"


# What only another model mends.
WITHOUT_MODEL = (Reason.NO_MODEL, Reason.ACCESS, Reason.MODEL_REMOVED)
# Why nobody can tell whether a job was accepted.
DOUBTS = (Reason.INTERRUPTED, Reason.ANSWER_LOST, Reason.ANSWER_UNCLEAR)
# Failures of which the vendor had already finished its part.
MADE_ANYWAY = (Reason.NO_VIDEO, Reason.CLIP_LOST, Reason.CLIP_UNUSABLE)
# Of these nothing fails: they are told of while a job goes on, or of one in doubt.
NO_FAILURES = (*DOUBTS, Reason.CLIP_LATE, Reason.UNSEEN, Reason.UNREVIEWED)
# The vendor's own no: it will not say anything else of that task.
SAID_NO = (Reason.BAD_REQUEST, Reason.LEGAL, Reason.CONTENT)
# What is found wrong with a picture: the code of its refusal, early or late.
OF_PICTURE = tuple(reason for reason in Reason if reason.startswith("picture_"))


def read_reason(code: str) -> Reason:
    """The reason that a row or an answer names; one of another version is told of as a plain failure."""
    try:
        return Reason(code)
    except ValueError:
        return Reason.FAILED
