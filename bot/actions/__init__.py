"""The door for acting: ask for a video, write one bit by bit, stop it, look again, decide about it, be forgotten."""

from dataclasses import dataclass

import aiohttp

from ..catalogue import Catalogue
from ..moderation_endpoint import ModerationEndpoint
from ..mulerun import MuleRun
from ..privacy import Terms
from ..server_rules.limits import Limit
from ..settings import Settings
from ..store import Store
from ..store.takes import Sent
from ..suggest_endpoint import SuggestEndpoint
from ..tracker import Tracker
from ..workbench import Workbench
from .admission import Admission
from .ask import Accepted, Ask, Repeated, ToConfirm
from .batches import Batches, Foreseen
from .briefs import Briefs, Proposal
from .budgets import Budgets, Reached
from .case import Prospect
from .check_up import CheckUp, Condition
from .content import Content
from .decide import Actor, Decisions, Effect, may_decide
from .drafts import Drafts
from .films import Films
from .further import FurtherReader
from .gate import Gate
from .lineage import Lineages, StoredClip
from .moderate import Moderation, Reported, Undecided
from .pictures import PictureReader
from .privacy import Privacy
from .refused_pictures import RefusedPictures, Unseen
from .rendering import Missing, Rendering
from .reviews import NoRuling, Reviews
from .rules import RuleChanges
from .servers import Servers
from .stand_ins import Away, StandIns
from .storyboards import Given, Spot, Storyboards
from .submit import Submission
from .takes import Takes
from .usage import Grant, Report, Usages

__all__ = [
    "Accepted",
    "Actions",
    "Actor",
    "Admission",
    "Ask",
    "Away",
    "Condition",
    "Effect",
    "Foreseen",
    "Given",
    "Grant",
    "Missing",
    "NoRuling",
    "Proposal",
    "Prospect",
    "Reached",
    "Repeated",
    "Report",
    "Reported",
    "Sent",
    "Spot",
    "StoredClip",
    "ToConfirm",
    "Undecided",
    "Unseen",
    "may_decide",
    "open_actions",
]


@dataclass(frozen=True, kw_only=True)
class Actions:
    """Everything that a command, a button or a form can ask for, in plain values.

    `suggest` is None where the operator set no language model.
    """

    submission: Submission
    decisions: Decisions
    drafts: Drafts
    reviews: Reviews
    moderation: Moderation
    refused_pictures: RefusedPictures
    usage: Usages
    budgets: Budgets
    stand_ins: StandIns
    check_up: CheckUp
    content: Content
    admission: Admission
    privacy: Privacy
    servers: Servers
    rules: RuleChanges
    briefs: Briefs
    suggest: SuggestEndpoint | None
    takes: Takes
    storyboards: Storyboards
    rendering: Rendering
    lineages: Lineages
    films: Films


def open_actions(
    *,
    store: Store,
    tracker: Tracker,
    catalogue: Catalogue,
    mulerun: MuleRun,
    session: aiohttp.ClientSession,
    workbench: Workbench,
    settings: Settings,
    endpoint: ModerationEndpoint | None,
    suggest: SuggestEndpoint | None,
    ceiling: Limit,
    bot: Limit,
    terms: Terms,
) -> Actions:
    budgets = Budgets(store, bot)
    pictures, content = PictureReader(session, workbench), Content(store, workbench, endpoint)
    tells_rules = settings.content_rules == "ask"
    gate = Gate(store, catalogue, content, ceiling=ceiling, bot=bot, tells_rules=tells_rules)
    admission = Admission(store, settings)
    stand_ins = StandIns(store, tracker.availability, catalogue, gate)
    submission = Submission(
        store=store,
        tracker=tracker,
        catalogue=catalogue,
        pictures=pictures,
        further=FurtherReader(store, pictures),
        gate=gate,
        admission=admission,
        stand_ins=stand_ins,
    )
    batches = Batches(tracker, catalogue, gate, submission, stand_ins)
    decisions = Decisions(
        store=store, tracker=tracker, submission=submission, pictures=pictures, gate=gate, admission=admission
    )
    privacy = Privacy(store=store, tracker=tracker, terms=terms)
    reviews = Reviews(
        store=store, catalogue=catalogue, gate=gate, wake=lambda job_id: tracker.wake(job_id, reviewed=True)
    )
    return Actions(
        submission=submission,
        decisions=decisions,
        drafts=Drafts(store, pictures),
        reviews=reviews,
        moderation=Moderation(store, tracker),
        refused_pictures=RefusedPictures(store, tracker, workbench),
        usage=Usages(store=store, catalogue=catalogue, gate=gate, workbench=workbench),
        budgets=budgets,
        stand_ins=stand_ins,
        check_up=CheckUp(
            store=store,
            tracker=tracker,
            catalogue=catalogue,
            mulerun=mulerun,
            endpoint=endpoint,
            suggest=suggest,
            budgets=budgets,
            stand_ins=stand_ins,
            counts_money=ceiling.counts_money or bot.counts_money,
            has_webhooks=settings.webhook_secret is not None,
        ),
        content=content,
        admission=admission,
        privacy=privacy,
        servers=Servers(store),
        rules=RuleChanges(store, session),
        briefs=Briefs(
            store=store, tracker=tracker, catalogue=catalogue, pictures=pictures, gate=gate, admission=admission
        ),
        suggest=suggest,
        takes=Takes(
            store=store,
            tracker=tracker,
            catalogue=catalogue,
            pictures=pictures,
            gate=gate,
            admission=admission,
            batches=batches,
        ),
        storyboards=Storyboards(
            store=store, tracker=tracker, catalogue=catalogue, pictures=pictures, gate=gate, admission=admission
        ),
        rendering=Rendering(
            store=store,
            tracker=tracker,
            catalogue=catalogue,
            pictures=pictures,
            gate=gate,
            admission=admission,
            batches=batches,
        ),
        lineages=Lineages(workbench),
        films=Films(store=store, tracker=tracker, gate=gate, admission=admission),
    )
