"""The family of an idea as a picture: what it joins, what joins it, the takes of all these, what was made from them."""

import asyncio

from bot.briefs.brief import Halt
from bot.briefs.desk import Desk
from bot.discord_bot import DailiesBot
from bot.lineage import Family, family_of_idea, has_picture, related

from ..finding.tree import answer_tree, may_show, sight_of
from ..pressing.components import Press
from .briefs import halted, of_brief
from .proposals import two_numbers

# So many ideas are shown with their pictures, each of which may have to be read.
PICTURES_MOST = 12


@of_brief
async def show_idea_tree(press: Press, desk: Desk) -> None:
    """Of the idea by its number, or of one of its takes."""
    number, take = two_numbers(press.argument)
    idea = desk.idea(number)
    if idea is None or idea.withdrawn:
        await halted(press.interaction, Halt.WITHDRAWN, desk.brief)
        return
    await press.interaction.response.defer(ephemeral=True, thinking=True)
    numbers = related(desk.ideas, number)
    jobs = await press.bot.lookup.offspring(each.job_id for each in desk.taken if each.idea in numbers)
    sight = await sight_of(press.interaction, jobs)
    family = family_of_idea(desk, number, jobs, lambda job: may_show(job, sight), take)
    await answer_tree(press.interaction, family, desk.brief.topic, sight, await _pictures(press.bot, family))


async def _pictures(bot: DailiesBot, family: Family) -> dict[str, bytes]:
    """Small pictures of the ideas that have one, by their ids in the family."""
    shown = {kin.id: kin.idea for kin in family.members if has_picture(kin) and kin.idea}
    first = list(shown.items())[:PICTURES_MOST]
    found = await asyncio.gather(*(bot.actions.briefs.picture(idea) for _, idea in first))
    return {id: picture for (id, _), picture in zip(first, found, strict=True) if picture}
