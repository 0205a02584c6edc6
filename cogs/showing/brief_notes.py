"""What is said of a brief in its place: the card, the board, the word for each phase. Pure."""

from collections.abc import Iterable, Iterator, Sequence

import discord

from bot.briefs.brief import Brief, Phase
from bot.briefs.desk import Desk
from bot.briefs.ideas import Idea

from ..pressing.components import Component, button, view
from ..words.languages import ENGLISH
from ..words.plain import beside, safe
from ..words.wording import relative, say

# So many ideas stand on the board, or on one page of the list.
ON_BOARD = 10
TOPIC_SHOWN, TITLE_SHOWN, NAME_SHOWN, WORDS_SHOWN = 250, 80, 32, 110
# Of a description Discord takes 4096 characters, and of all embeds 6000; ideas have so many of them.
LISTED_MOST = 3000


def footer(brief: Brief) -> str:
    """By which a message of the brief is known again."""
    return say(brief.locale, "brief.footer", id=brief.id)


def board_footer(brief: Brief) -> str:
    return say(brief.locale, "brief.board_footer", id=brief.id)


def card(brief: Brief) -> discord.Embed:
    """Where it was asked for: that there is a brief, and its topic."""
    text = say(brief.locale, "brief.card", starter=beside(brief.starter_name, NAME_SHOWN))
    embed = discord.Embed(title=safe(brief.topic, TOPIC_SHOWN, 256), description=text)
    embed.set_footer(text=footer(brief))
    return embed


def board(desk: Desk) -> discord.Embed:
    brief = desk.brief
    lines = [state_text(brief), rules_text(brief), "", *_listed(desk)]
    embed = discord.Embed(title=safe(brief.topic, TOPIC_SHOWN, 256), description="\n".join(lines))
    embed.set_footer(text=board_footer(brief))
    return embed


def board_buttons(desk: Desk, *, suggests: bool) -> discord.ui.View:
    """`suggests` says that a model writes variations."""
    return view(*_buttons(desk, suggests=suggests))


def _buttons(desk: Desk, *, suggests: bool) -> Iterator[Component]:
    brief, locale = desk.brief, desk.brief.locale
    offered = desk.by_number
    if brief.is_closed:
        yield button("ideas", brief.id, say(locale, "button.ideas"))
        return
    if brief.phase is Phase.IDEAS:
        yield button("idea_add", brief.id, say(locale, "button.idea_add"))
    if brief.is_voting:
        yield button("vote", brief.id, say(locale, "button.vote"))
    if offered:
        yield button("ideas", brief.id, say(locale, "button.ideas"))
    if brief.phase is Phase.IDEAS and len(offered) > 1:
        yield button("combine", brief.id, say(locale, "button.combine"))
    if brief.phase is Phase.IDEAS and suggests:
        yield button("suggest", brief.id, say(locale, "button.suggest"))
    if offered and brief.is_taking:
        yield button("takes", brief.id, say(locale, "take.button_make"))
    if brief.is_arranging or brief.phase is Phase.FILM:
        yield button("storyboard", brief.id, say(locale, "button.storyboard"))
    yield button("lead", brief.id, say(locale, "button.lead"))


def state_text(brief: Brief) -> str:
    """The phase, until when, and what can be done in it."""
    key = "free" if brief.is_free and not brief.is_closed else str(brief.phase)
    return say(brief.locale, f"brief.state_{key}") + _until(brief)


def _until(brief: Brief) -> str:
    return " " + say(brief.locale, "brief.until", at=relative(brief.ends_at)) if brief.ends_at else ""


def rules_text(brief: Brief) -> str:
    rules, locale = brief.rules, brief.locale
    parts = [say(locale, "brief.rule_votes", votes=rules.votes)]
    if rules.per_idea > 1:
        parts.append(say(locale, "brief.rule_per_idea", votes=rules.per_idea))
    if not rules.own:
        parts.append(say(locale, "brief.rule_own"))
    if rules.ideas is not None:
        parts.append(say(locale, "brief.rule_ideas", ideas=rules.ideas))
    if rules.secret:
        parts.append(say(locale, "brief.rule_secret"))
    parts.append(say(locale, "brief.rule_director", director=f"<@{brief.director_id}>"))
    return " · ".join(parts)


def _listed(desk: Desk) -> Iterator[str]:
    brief, ordered = desk.brief, desk.ordered
    if not ordered:
        yield say(brief.locale, "brief.no_ideas")
        return
    yield from idea_rows(desk, ordered[:ON_BOARD], brief.locale)
    if rest := len(ordered[ON_BOARD:]):
        yield say(brief.locale, "brief.more_ideas", count=rest)
    yield ""
    yield counts_text(desk)


def counts_text(desk: Desk) -> str:
    locale, count = desk.brief.locale, len(desk.by_number)
    if not desk.brief.round:
        return say(locale, "brief.count", ideas=count)
    return say(locale, "brief.count_voted", ideas=count, voters=desk.tally.voters)


def idea_rows(desk: Desk, ideas: Sequence[Idea], locale: str) -> list[str]:
    """Number, title, author, votes; and what is to be seen, as far as there is room for the words of all."""
    rows = [_row(desk, idea, locale) for idea in ideas]
    whole = [
        f"{row}\n> {words}" if (words := _more_words(idea)) else row for row, idea in zip(rows, ideas, strict=True)
    ]
    return whole if len("\n".join(whole)) <= LISTED_MOST else rows


def _row(desk: Desk, idea: Idea, locale: str) -> str:
    told = [f"**{idea.number}. {beside(idea.title, TITLE_SHOWN)}**", author_text(locale, idea)]
    if (votes := desk.votes(idea)) is not None:
        told.append(say(locale, "brief.votes", votes=votes))
    if idea.number == desk.winner:
        told.append(say(locale, "brief.winner"))
    elif idea.number in desk.tie:
        told.append(say(locale, "brief.tie"))
    return " · ".join([*told, *_taken(desk, idea, locale)])


def _taken(desk: Desk, idea: Idea, locale: str) -> Iterator[str]:
    """How many takes there are of it, and which of them won."""
    taken = desk.taken_of(idea)
    if taken:
        yield say(locale, "take.taken", takes=len(taken))
    if won := ", ".join(str(take.number) for take in taken if take.winner):
        yield say(locale, "take.taken_won", number=won)


def _more_words(idea: Idea) -> str:
    """The first words of what is to be seen; none where the title, which was made of them, says them already."""
    words = " ".join(idea.text.prompt.split())
    says_all = len(words) <= TITLE_SHOWN and words.rstrip(".").startswith(idea.title.rstrip("…."))
    return "" if says_all else beside(words, WORDS_SHOWN)


def author_text(locale: str, idea: Idea) -> str:
    return beside(idea.author_name, NAME_SHOWN) if idea.author_name else say(locale, "brief.somebody")


def phase_text(desk: Desk) -> str:
    """What its place is told when a phase begins."""
    brief, locale = desk.brief, desk.brief.locale
    key = "free" if brief.is_free else str(brief.phase)
    text = say(locale, f"brief.begins_{key}") + _until(brief)
    if brief.phase is Phase.TAKES and (outcome := outcome_text(desk)):
        text += "\n" + outcome
    return text


def outcome_text(desk: Desk) -> str:
    """What a round came to, in a sentence; empty where nobody voted."""
    locale = desk.brief.locale
    if desk.winner is not None and (idea := desk.idea(desk.winner)):
        votes = desk.tally.votes.get(idea.number, 0)
        facts = {"number": idea.number, "title": beside(idea.title, TITLE_SHOWN), "votes": votes}
        return say(locale, "brief.won", **facts)
    if desk.tie:
        names = ", ".join(str(number) for number in desk.tie)
        return say(locale, "brief.tied", ideas=names, director=f"<@{desk.brief.director_id}>")
    return ""


def phase_tags(brief: Brief, tags: Iterable[tuple[int, str]]) -> dict[int, bool]:
    """Of a forum's tags those that are named after phases, by id, and whether it is this phase: "Vote", "voting"."""
    names = {phase: _tag_names(brief.locale, phase) for phase in Phase}
    known = set[str]().union(*names.values())
    return {tag: name.casefold() in names[brief.phase] for tag, name in tags if name.casefold() in known}


def _tag_names(locale: str, phase: Phase) -> set[str]:
    """In the language of the brief and in English, as people name tags."""
    told = (say(each, f"brief.tags_{phase}") for each in (locale, ENGLISH))
    return {name.strip().casefold() for names in told for name in names.split(",")}


def sleep_text(brief: Brief) -> str:
    return say(brief.locale, "brief.sleeps", director=f"<@{brief.director_id}>")


def sleep_buttons(brief: Brief) -> discord.ui.View:
    return view(
        button("lead", brief.id, say(brief.locale, "button.lead")),
        button("brief_close", brief.id, say(brief.locale, "button.brief_close"), argument=str(brief.step)),
    )
