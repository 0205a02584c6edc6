"""What is said of takes: the message of a batch, the words above a clip, the call to compare, what came of it. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import discord

from bot.briefs.notes import Note, in_order, spell_moment
from bot.briefs.takes import Reel, Take, Verdict, differing
from bot.catalogue import Catalogue, Model
from bot.display import Caption, Captions
from bot.jobs import LIVE, WAITING, Job, Status
from bot.outlook import Outlook

from ..pressing.components import Component, button, menu, view
from ..words.plain import beside
from ..words.wording import relative, say, spell_size
from .brief_notes import NAME_SHOWN, TITLE_SHOWN
from .buttons import card_buttons, reply_buttons
from .card import card
from .links import message_link

# Of notes on a take so many are shown, the last, each so long.
NOTES_SHOWN, NOTE_SHOWN = 8, 100

# Between what stands beside each other in a line.
BESIDE = " · "

ModelOf = Callable[[Job], Model]


def batch_footer(reel: Reel) -> str:
    """By which the message of a batch is known again."""
    return say(reel.brief.locale, "take.footer", id=reel.batch.id)


def comparison_footer(reel: Reel) -> str:
    return say(reel.brief.locale, "take.comparison_footer", id=reel.batch.id)


def batch_note(reel: Reel, model_of: ModelOf) -> discord.Embed:
    """One line for each take, and how it stands."""
    lines = [_summary(reel), "", *(_row(reel, take, model_of) for take in reel.takes)]
    if outcome := outcome_text(reel):
        lines += ["", outcome]
    embed = discord.Embed(title=title(reel, reel.brief.locale), description="\n".join(lines))
    embed.set_footer(text=batch_footer(reel))
    return embed


def batch_buttons(reel: Reel, model_of: ModelOf) -> discord.ui.View:
    """A menu that opens a take, to whoever uses it alone."""
    locale = reel.brief.locale
    options = [_option(take, reel, model_of) for take in reel.takes]
    return view(menu("take", reel.batch.id, "", options, say(locale, "take.open")))


def call_text(reel: Reel, *, calls: bool) -> str:
    """What is said when all is over."""
    locale, asker = reel.brief.locale, f"<@{reel.batch.asker_id}>"
    over = "shot.over" if reel.batch.is_of_shots else "take.over"
    facts = {"asker": asker if calls else "", "made": len(reel.made), "takes": len(reel.takes)}
    return say(locale, over if reel.made else "take.over_none", **facts).strip()


def comparison(reel: Reel, model_of: ModelOf) -> discord.Embed:
    """The takes that can be looked at, what was said of them, and what came of it."""
    locale = reel.brief.locale
    lines = [_compared(reel, take, model_of) for take in reel.made]
    lines += [""] if lines else []
    lines += [outcome_text(reel) or _votes(reel)] if reel.made and not reel.batch.is_of_shots else []
    embed = discord.Embed(title=title(reel, locale), description="\n".join(lines) or None)
    embed.set_footer(text=comparison_footer(reel))
    return embed


def comparison_buttons(reel: Reel) -> discord.ui.View:
    locale, batch = reel.brief.locale, reel.batch
    if batch.is_of_shots:
        return view()
    if reel.made and batch.ended_at is None and not reel.brief.is_closed:
        return view(button("take_vote", batch.id, say(locale, "take.button_vote")))
    if batch.outcome == Verdict.TIE and not reel.brief.is_closed:
        return view(button("take_decide", batch.id, say(locale, "take.button_decide")))
    return view()


def title(reel: Reel, locale: str) -> str:
    idea = reel.idea
    if reel.batch.is_of_shots:
        return say(locale, "shot.batch_title")
    if idea is None or not idea.title:
        return say(locale, "take.title_bare", number=reel.batch.idea)
    return say(locale, "take.title", number=idea.number, title=beside(idea.title, TITLE_SHOWN))


def captions(reel: Reel, model_of: ModelOf) -> Captions:
    """What is written under posters, and upon clips in step."""
    locale = reel.brief.locale
    named = reel.idea.title if reel.idea else ""
    heading = named or say(
        locale, "shot.batch_title" if reel.batch.is_of_shots else "take.title_bare", number=reel.batch.idea
    )
    return Captions(title=heading, takes=tuple(_caption(reel, take, model_of) for take in reel.takes))


def _caption(reel: Reel, take: Take, model_of: ModelOf) -> Caption:
    told = _told_apart(reel, take, model_of)
    reason = "" if take.is_made else say(reel.brief.locale, f"state.{take.job.status}")
    return Caption(number=take.number, lines=told, reason=reason)


def _told_apart(reel: Reel, take: Take, model_of: ModelOf) -> tuple[str, ...]:
    """What tells it from the other takes of its batch."""
    request = take.job.request
    told = {
        "model": model_of(take.job).name,
        "seconds": say(reel.brief.locale, "take.seconds", seconds=request.seconds),
        "size": spell_size(request.size),
    }
    differs = () if reel.hides_models else differing([each.job for each in reel.takes])
    return tuple(told[name] for name in differs)


def take_heading(reel: Reel, take: Take, model: Model) -> str:
    """What a clip is posted under."""
    locale = reel.brief.locale
    of = say(locale, "shot.of_storyboard") if reel.batch.is_of_shots else ""
    of = of or say(locale, "take.of_idea", idea=reel.batch.idea)
    parts = [f"**{say(locale, 'take.number', number=take.number)}**", of]
    return BESIDE.join(parts if reel.hides_models else [*parts, facts_text(take.job, model, locale)])


def facts_text(job: Job, model: Model, locale: str) -> str:
    request = job.request
    return say(locale, "take.facts", model=model.name, seconds=request.seconds, size=spell_size(request.size))


def outcome_text(reel: Reel) -> str:
    """What came of the vote, in a sentence; empty while it goes on."""
    batch, locale = reel.batch, reel.brief.locale
    if batch.ended_at is None or (batch.outcome is None and not reel.made):
        return ""
    if batch.winner is not None:
        return say(locale, "take.won", number=batch.winner, votes=reel.count.votes.get(str(batch.winner), 0))
    if batch.outcome == Verdict.TIE:
        return say(locale, "take.tied", director=f"<@{reel.brief.director_id}>")
    return say(locale, "take.none_won" if batch.outcome else "take.nobody_voted")


def note_line(note: Note, locale: str) -> str:
    """A note and whose it is."""
    moment = "" if note.moment is None else f"{spell_moment(note.moment)} "
    words, author = beside(note.words, NOTE_SHOWN), beside(note.author_name, NAME_SHOWN)
    return say(locale, "take.note", note=f"{moment}{words}", author=author)


def take_card(reel: Reel, take: Take, model: Model, outlook: Outlook, notes: Sequence[Note] = ()) -> discord.Embed:
    """A take as its job's card would be, with its notes; of a blind one without what tells its model."""
    embed = card(take.job, model, outlook)
    if notes:
        lines = [note_line(note, reel.brief.locale) for note in in_order(notes)[-NOTES_SHOWN:]]
        embed.add_field(name=say(reel.brief.locale, "take.notes_title"), value="\n".join(lines)[:1024], inline=False)
    if reel.hides_models:
        embed.description = say(reel.brief.locale, f"state.{take.job.status}")
    embed.title = won_text(reel, take, reel.brief.locale)
    return embed


def won_text(reel: Reel, take: Take, locale: str) -> str:
    """Which take it is, and that it won."""
    won = [say(locale, "take.winner")] if take.number == reel.batch.winner else []
    return BESIDE.join([say(locale, "take.number", number=take.number), *won])


def take_buttons(reel: Reel, take: Take, catalogue: Catalogue, outlook: Outlook) -> discord.ui.View | None:
    """What can be done about a take; what goes on from its clip stands beside that."""
    job, locale = take.job, reel.brief.locale
    if reel.hides_models:
        # the nearest to its model tells that, too
        outlook = replace(outlook, instead=None)
    if job.status in LIVE:
        return card_buttons(job, outlook)
    if job.status is not Status.COMPLETED:
        return reply_buttons(job, catalogue, outlook)
    verbs = () if reel.hides_models else ("repeat", "change", "more")
    offered = [button(verb, job.id, say(locale, f"button.{verb}")) for verb in verbs]
    note = button("take_note", reel.batch.id, say(locale, "take.button_note"), argument=str(take.number))
    return view(*offered, note, _tree_button(reel, take))


def _tree_button(reel: Reel, take: Take) -> Component:
    """Its family begins with its idea, as long as that stands."""
    label = say(reel.brief.locale, "button.tree")
    if reel.idea is None or reel.idea.withdrawn:
        return button("tree", take.job.id, label)
    return button("idea_tree", reel.brief.id, label, argument=f"{reel.idea.number}-{take.number}")


def take_options(reel: Reel, model_of: ModelOf, *, chosen: str | None = None) -> list[discord.SelectOption]:
    """What somebody can say of takes: one of them, or a verdict about all."""
    locale = reel.brief.locale
    verdicts = [discord.SelectOption(label=say(locale, f"take.say_{verdict}"), value=verdict) for verdict in Verdict]
    options = [*(_option(take, reel, model_of) for take in reel.made), *verdicts]
    for option in options:
        option.default = option.value == chosen
    return options


def _option(take: Take, reel: Reel, model_of: ModelOf) -> discord.SelectOption:
    locale = reel.brief.locale
    facts = None if reel.hides_models else facts_text(take.job, model_of(take.job), locale)
    return discord.SelectOption(
        label=say(locale, "take.number", number=take.number), value=str(take.number), description=facts
    )


def _summary(reel: Reel) -> str:
    asker = reel.takes[0].job.asker_name if reel.takes else ""
    locale, over = reel.brief.locale, sum(take.is_over for take in reel.takes)
    name = beside(asker, TITLE_SHOWN) if asker else say(locale, "brief.somebody")
    summary = say(locale, "take.summary", asker=name, over=over, takes=len(reel.takes))
    return f"{summary}\n{say(locale, 'take.blind')}" if reel.hides_models else summary


def _row(reel: Reel, take: Take, model_of: ModelOf) -> str:
    locale = reel.brief.locale
    facts = [] if reel.hides_models else [facts_text(take.job, model_of(take.job), locale)]
    noted = [say(locale, "take.noted_on", notes=take.notes)] if take.notes else []
    return BESIDE.join([f"**{take.number}**", *facts, _state(reel, take), *noted, *_won(reel, take)])


def _won(reel: Reel, take: Take) -> list[str]:
    return [say(reel.brief.locale, "take.winner")] if take.number == reel.batch.winner else []


def _state(reel: Reel, take: Take) -> str:
    locale, status = reel.brief.locale, take.job.status
    if take.is_made and take.clip:
        return say(locale, "take.made", link=message_link(reel.brief.guild_id, *take.clip))
    if status is Status.QUEUED and take.job.is_awaiting:
        return say(locale, "state.awaited")
    # that it is being sent is over in a moment
    return say(locale, f"state.{Status.QUEUED if status in WAITING else status}")


def _compared(reel: Reel, take: Take, model_of: ModelOf) -> str:
    """What tells it from the others, and how many say it is the best."""
    link = message_link(reel.brief.guild_id, *take.clip) if take.clip else ""
    named = f"**[{say(reel.brief.locale, 'take.number', number=take.number)}]({link})**"
    votes = [] if reel.hides_votes else _said(reel, str(take.number))
    return BESIDE.join([named, *_told_apart(reel, take, model_of), *votes, *_won(reel, take)])


def _said(reel: Reel, choice: str) -> list[str]:
    votes = reel.count.votes.get(choice, 0)
    return [say(reel.brief.locale, "take.votes", votes=votes)] if votes else []


def _votes(reel: Reel) -> str:
    locale = reel.brief.locale
    text = say(locale, "take.voters", voters=reel.count.voters)
    if reel.ends_at is not None:
        text += " " + say(locale, "brief.until", at=relative(reel.ends_at))
    if reel.hides_votes:
        return text
    said = [(say(locale, f"take.say_{each}"), _said(reel, each)) for each in Verdict]
    return "\n".join([*(BESIDE.join([words, *votes]) for words, votes in said if votes), text])
