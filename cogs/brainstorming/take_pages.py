"""The sheet on which a batch of takes is planned: what will be made, what it comes to, what is left. Pure."""

from collections.abc import Collection, Iterable, Iterator, Sequence

import discord

from bot.actions import Foreseen
from bot.briefs.inheriting import Inherited, forebear, winners
from bot.briefs.takes import EACH_MOST, Plan, Reel, Taken
from bot.catalogue import Catalogue, Model
from bot.drafts import read_whole
from bot.server_rules.decide import Allowed, NeedsReview, Refused
from bot.video_request import Refusal

from ..pressing.components import PICKED_MOST, Component, button, menu, read_money, view
from ..showing.batch_notes import facts_text, title
from ..showing.content_rules import content_rules
from ..showing.limits import left_text, money
from ..showing.refusals import refusal_text
from ..words.wording import joined, say, spell_size

# Of a button that stands under what a model's maker does not make.
KNOWN = "known"

Shown = tuple[discord.Embed, discord.ui.View]


def plan_sheet(
    reel: Reel, foreseen: Foreseen | Refusal, catalogue: Catalogue, locale: str, *, taken: Sequence[Taken] = ()
) -> Shown:
    """Each take to be made, all of them together, and menus that change the plan; it can be sent if rules let it.

    `taken` are the takes of the brief, from one of which that won something can be inherited.
    """
    refusal = foreseen if isinstance(foreseen, Refusal) else refused(foreseen)
    lines = [] if isinstance(foreseen, Refusal) else list(_lines(foreseen, catalogue, locale))
    lines += _inherited(reel, taken, locale)
    if refusal:
        lines += ["", refusal_text(locale, refusal)]
    embed = discord.Embed(title=title(reel, locale), description="\n".join(lines).strip())
    shown = spell_shown(reel.batch.version, foreseen) if isinstance(foreseen, Foreseen) and refusal is None else None
    components = [*_components(reel, catalogue, locale, shown)]
    if winners(taken) or reel.batch.plan.inherits:
        components.append(button("takes_inherit", reel.batch.id, say(locale, "take.button_inherit")))
    return embed, view(*components)


def heir_page(reel: Reel, taken: Sequence[Taken], offered: Collection[Inherited], locale: str) -> Shown:
    """What can be inherited from a take that won, of what there is `offered`; and which one, where several did."""
    plan, batch = reel.batch.plan, reel.batch
    won = forebear(plan, taken)
    text = say(locale, "take.inherit_ask", number=won.number if won else 0)
    what = [
        discord.SelectOption(
            label=say(locale, f"take.inherit_{each}"),
            value=each,
            description=say(locale, f"take.inherit_{each}_hint"),
            default=each in plan.inherits,
        )
        for each in Inherited
        if each in offered
    ]
    components = [
        menu("takes_inherited", batch.id, "what", what, say(locale, "take.menu_inherit"), least=0, most=len(what))
    ]
    if len(others := winners(taken)[-PICKED_MOST:]) > 1:
        components.append(
            menu("takes_inherited", batch.id, "whose", _heirs(others, won, locale), say(locale, "take.menu_heir"))
        )
    components.append(button("takes_inherited", batch.id, say(locale, "take.button_plan"), argument="back"))
    return discord.Embed(title=title(reel, locale), description=text), view(*components)


def _heirs(won: Iterable[Taken], chosen: Taken | None, locale: str) -> list[discord.SelectOption]:
    return [
        discord.SelectOption(
            label=say(locale, "take.number", number=take.number),
            value=str(take.number),
            description=say(locale, "take.of_idea", idea=take.idea),
            default=take == chosen,
        )
        for take in won
    ]


def _inherited(reel: Reel, taken: Sequence[Taken], locale: str) -> list[str]:
    """What the plan inherits; a picture of the idea's own stands back."""
    plan = reel.batch.plan
    won = forebear(plan, taken)
    if won is None or not plan.inherits:
        return []
    named = [say(locale, f"take.inherit_{each}") for each in Inherited if each in plan.inherits]
    lines = [say(locale, "take.inherits", number=won.number, what=joined(locale, named))]
    if Inherited.FRAME in plan.inherits and reel.idea and reel.idea.has_picture:
        lines.append(say(locale, "take.inherits_over_own"))
    return lines


def refused(foreseen: Foreseen) -> Refusal | None:
    """What rules say to the whole of it; as its asker is told."""
    decision = foreseen.prospect.decision
    if not isinstance(decision, Refused):
        return None
    if decision.lack:
        return Refusal(code=f"limit_{decision.lack.whose}", facts={"lack": decision.lack})
    return Refusal(code=f"rule_{decision.rule}", facts=decision.facts)


def _lines(foreseen: Foreseen, catalogue: Catalogue, locale: str) -> Iterator[str]:
    for number, job in enumerate(foreseen.jobs, 1):
        yield say(
            locale, "take.planned", number=number, facts=facts_text(job, catalogue.describe(job.request.model), locale)
        )
    yield ""
    yield total_text(foreseen, locale)
    yield from consequences(foreseen, locale)


def consequences(foreseen: Foreseen, locale: str) -> Iterator[str]:
    """Which models stand in, who looks at it first, what is left of limits, what the models' makers do not make."""
    for model, usual in foreseen.stood_in:
        yield say(locale, "card.stands_in", wanted=usual.name, model=model.name)
    decision = foreseen.prospect.decision
    if isinstance(decision, NeedsReview):
        yield say(locale, f"may.review_{decision.why}")
    elif isinstance(decision, Allowed) and decision.held:
        yield say(locale, "may.held")
    for left in foreseen.prospect.left:
        yield f"- {left_text(locale, left)}"
    for model in foreseen.tells:
        yield say(locale, "confirm.first", rules=content_rules(locale, model))


def total_text(foreseen: Foreseen, locale: str) -> str:
    amount, key = foreseen.amount, "take.total_priced" if foreseen.is_priced else "take.total"
    return say(locale, key, takes=amount.clips, seconds=amount.seconds, money=money(locale, amount.money))


def spell_shown(version: int, foreseen: Foreseen | None) -> str:
    """What a button carries that sends what stands above it: of which version that is, what it comes to, and whether
    the models' makers' rules are told there.
    """
    money = foreseen.amount.money if foreseen else 0
    return f"{version}-{money}{f'-{KNOWN}' if foreseen and foreseen.tells else ''}"


def read_shown(argument: str) -> tuple[int, int, bool]:
    """The same three."""
    version, money, known, *_ = [*argument.split("-"), "", ""]
    return read_whole(version) or 0, read_money(money), known == KNOWN


def _components(reel: Reel, catalogue: Catalogue, locale: str, shown: str | None) -> Iterator[Component]:
    plan, batch = reel.batch.plan, reel.batch
    has_picture = Inherited.FRAME in plan.inherits or (reel.idea is not None and reel.idea.has_picture)
    usable = [model for model in catalogue.models.values() if model.picture or not has_picture]
    chosen = [model for model in usable if model.id in plan.models] or [catalogue.default]
    yield _menu(batch.id, "models", _models(usable, plan), locale)
    yield _menu(batch.id, "lengths", _lengths(chosen, plan, locale), locale)
    yield _menu(batch.id, "sizes", _sizes(chosen, plan), locale)
    yield menu("takes_set", batch.id, "each", _each(plan, locale), say(locale, "take.menu_each"))
    if shown is not None:
        # it sends what stands above it, and nothing that was chosen since
        yield button("takes_send", batch.id, say(locale, "take.button_send"), argument=shown)
    yield button("takes_ideas", batch.id, say(locale, "take.button_idea"), argument="0")
    way = "open" if batch.blind else "blind"
    yield button("takes_set", batch.id, say(locale, f"take.button_{way}"), argument=way)


def _menu(batch_id: str, what: str, options: list[discord.SelectOption], locale: str) -> Component:
    """Of which any number is chosen; where none is, what is usual holds."""
    return menu("takes_set", batch_id, what, options, say(locale, f"take.menu_{what}"), least=0, most=len(options))


def _models(usable: Iterable[Model], plan: Plan) -> list[discord.SelectOption]:
    return [
        discord.SelectOption(label=model.name, value=model.id, default=model.id in plan.models) for model in usable
    ][:PICKED_MOST]


def _lengths(models: Iterable[Model], plan: Plan, locale: str) -> list[discord.SelectOption]:
    """What any of the chosen models makes; the others then come as near as they can."""
    offered = sorted({seconds for model in models for seconds in model.seconds.values} | {*plan.lengths})
    return [
        discord.SelectOption(
            label=say(locale, "form.seconds_option", seconds=seconds),
            value=str(seconds),
            default=seconds in plan.lengths,
        )
        for seconds in offered[:PICKED_MOST]
    ]


def _sizes(models: Iterable[Model], plan: Plan) -> list[discord.SelectOption]:
    """Those that people mostly choose; every other one is a single clip's matter."""
    offered = dict.fromkeys(size for model in models for size in model.size.usual)
    return [
        discord.SelectOption(label=spell_size(size), value=size, default=size in plan.sizes)
        for size in [*dict.fromkeys((*plan.sizes, *offered))][:PICKED_MOST]
    ]


def _each(plan: Plan, locale: str) -> list[discord.SelectOption]:
    return [
        discord.SelectOption(label=say(locale, "take.each", takes=each), value=str(each), default=each == plan.each)
        for each in range(1, EACH_MOST + 1)
    ]
