"""The plan: what the chaos runs on, where a bot can be ended, and how often what goes wrong. Data only."""

from dataclasses import dataclass
from typing import Final

# The bot's clocks, a tenth of the real ones, so that a lease and a nonce run out while somebody watches; seconds.
BEAT_EVERY: Final = 0.5
DEAD_AFTER: Final = 3.0
NONCE_TRUSTED: Final = 12.0
NONCE_WINDOW: Final = 18.0
# Not a tenth: Discord takes the card's own answer for three seconds.
CARD_GRACE: Final = 4.0
DRAWN_EVERY: Final = 0.5

SCALE: Final[dict[str, float]] = {
    "bot.tracker.worker:BEAT_EVERY": BEAT_EVERY,
    "bot.tracker.worker:DEAD_AFTER": DEAD_AFTER,
    "bot.tracker.work:WHILE_SENDING": BEAT_EVERY,
    "bot.tracker.own_jobs:KNOWN_FOR": BEAT_EVERY,
    "bot.tracker.drawer:CARD_GRACE": CARD_GRACE,
    "bot.tracker.drawer:DRAW_EVERY": 1.5,
    "bot.tracker.standings:READ_EVERY": 0.2,
    "bot.jobs:WAITS_AFTER": 0.3,
    "bot.tracker.clip_posting:NONCE_TRUSTED": NONCE_TRUSTED,
    "bot.tracker.reviewing:NONCE_TRUSTED": NONCE_TRUSTED,
    "bot.tracker.reviewing:LOOK_EVERY": 5.0,
    "bot.tracker.storyboards:DRAWN_WITHIN": 4 * DEAD_AFTER,
    "bot.tracker.lease:LEASE": DEAD_AFTER,
    "bot.tracker.lease:RENEWED_EVERY": BEAT_EVERY,
    "bot.tracker.tending:TAKEN_FOR": DEAD_AFTER,
    "bot.tracker.tending:LOOK_EVERY": BEAT_EVERY,
    "bot.tracker.briefs:NONCE_TRUSTED": NONCE_TRUSTED,
    "bot.tracker.briefs:TOLD_WITHIN": 8 * DEAD_AFTER,
    "bot.briefs.drawing:DRAWN_EVERY": DRAWN_EVERY,
    "bot.briefs.brief:ANSWERED_BY": CARD_GRACE,
    "bot.tracker.batches:NONCE_TRUSTED": NONCE_TRUSTED,
    "bot.tracker.batches:COMPARED_WITHIN": 2 * DEAD_AFTER,
    "bot.tracker.batches:SAMPLED_TRIES": 0,
}
REAL_DEAD_AFTER: Final = 30.0

# Every commit and every call outside; a bot can be ended before and after each. The rows are inside a transaction.
STEPS: Final[dict[str, str]] = {
    "insert": "bot.store.store:Store.insert",
    "claim": "bot.store.store:Store.claim",
    "claim_row": "bot.store.store:Store._claim_one",
    "update": "bot.store.store:Store.update",
    "update_row": "bot.store.store:Store._change",
    "keep_fitted": "bot.store.store:Store.keep_fitted",
    "rule": "bot.store.store:Store.rule",
    "note_review_shown": "bot.store.store:Store.note_review_shown",
    "settle_review": "bot.store.store:Store.settle_review",
    "keep_evidence": "bot.store.store:Store.keep_evidence",
    "keep_clip": "bot.store.store:Store.keep_clip",
    "restore_clip": "bot.store.store:Store.restore_clip",
    "discard_clips": "bot.store.store:Store.discard_clips",
    "adopt": "bot.store.store:Store.adopt",
    "beat": "bot.store.store:Store.beat",
    "start_brief": "bot.store.store:Store.start_brief",
    "change_brief": "bot.store.store:Store.change_brief",
    "note_brief": "bot.store.store:Store.note_brief",
    "keep_brief_row": "bot.store.store:Store._keep_brief",
    "add_idea": "bot.store.store:Store.add_idea",
    "vote": "bot.store.store:Store.vote",
    "keep_ballot_row": "bot.store.store:Store._keep_ballot",
    "plan_batch": "bot.store.store:Store.plan_batch",
    "change_batch": "bot.store.store:Store.change_batch",
    "send_batch": "bot.store.store:Store.send_batch",
    "keep_take_row": "bot.store.store:Store._keep_take",
    "vote_for_take": "bot.store.store:Store.vote_for_take",
    "note_batch": "bot.store.store:Store.note_batch",
    "take_due": "bot.store.dues:Dues.take",
    "leave_due": "bot.store.dues:Dues.leave",
    "submit": "bot.mulerun:MuleRun.submit",
    "look": "bot.mulerun:MuleRun.look",
    "fetch": "bot.tracker.fetching:fetch_clip",
    "answer": "discord:InteractionResponse.send_message",
    "card_shown": "bot.actions.submit:Submission.card_shown",
    "thread": "cogs.showing.posting:Postman.open_thread",
    "send": "cogs.showing.posting:Postman.send",
    "edit_card": "cogs.showing.posting:Postman.edit_card",
    "redraw": "cogs.showing.posting:Postman.redraw",
    "find": "cogs.showing.posting:Postman.find",
}
MOMENTS: Final = ("before", "after")
# A step is met at one of its first so many times, so that it falls on different statuses.
LATEST_MEETING: Final = 6

# How long a bot lives, seconds from when it takes up work; and at most when it is to meet a step.
LIFE: Final = (0.1, 3.0)
LIFE_FOR_A_STEP: Final = 3.0
# Seconds from the start of the process: a share dies while it starts, and none is waited for longer.
SHARE_STILLBORN: Final = 0.06
STILLBORN: Final = (0.0, 1.5)
PATIENCE: Final = 20.0
# How long one is frozen: some longer than a lease, none longer than Discord remembers a nonce (see Crew).
FREEZE: Final = (0.3, 3 * DEAD_AFTER)
# Where nobody takes over, a long sleep shows nothing.
FREEZE_ALONE: Final = (0.2, 1.0)
SHARE_AT_STEPS: Final = 0.7
SHARE_FROZEN: Final = 0.3

# The vendor's times, seconds.
PENDING: Final = 0.4
PROCESSING: Final = 0.8


@dataclass(frozen=True, kw_only=True)
class Tempo:
    """How quickly people act and the weather turns, seconds.

    `press_every` is how long somebody waits between two presses, `told_within` after how long the same one is tried
    again, `look_every` how often somebody looks whether what they wait for shows.
    """

    ask_every: float = 0.5
    decide_every: float = 0.3
    press_every: float = 0.3
    told_within: float = 4.0
    look_every: float = 0.1
    calm: tuple[float, float] = (0.3, 2.0)
    outage: tuple[float, float] = (0.5, 3.0)


# Members.
SHARE_WITH_PICTURE: Final = 0.1
SHARE_TOLD_TWICE: Final = 0.1
SHARE_CANCELLED: Final = 0.15
SHARE_SENT_AGAIN: Final = 0.3
SHARE_AT_COURT: Final = 0.3
# What the sandbox's vendor does with a prompt that holds these words; most prompts hold none.
FLAVOURS: Final = ("",) * 12 + ("a celebrity", "refused at the door", "two clips", "unknown word")

# A team that brainstorms: ideas of a brief, how often each member opens a ballot, votes that one has, takes that are
# made.
IDEAS: Final = 4
BALLOTS: Final = 2
VOTES: Final = 2
TAKES: Final = (2, 4)
SHARE_BY_REPLY: Final = 0.4
# Of votes among takes; the others end with their brief.
SHARE_ENDED: Final = 0.5

# A server whose members may have so many clips within a day.
CLIPS_DAY: Final = 12

# After the last kill: how long everything may take to end, and how long it is watched for repetition; seconds.
SETTLE: Final = 100.0
WATCH: Final = DEAD_AFTER + 2 * BEAT_EVERY
