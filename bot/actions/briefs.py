"""Developing together: a brief is begun, ideas are made and changed, ballots written, its director leads it on."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from .. import clock
from ..briefs.brief import Act, Brief, Doer, Format, Halt, Phase, Rules, changed, directs, may, moved, next_phases
from ..briefs.brief import reopened as begun_again
from ..briefs.ideas import Idea, Text, no_room
from ..briefs.votes import Ballot, Spoilt, rewritten, spoilt, standing
from ..catalogue import Catalogue
from ..drafts import Link
from ..jobs import event_time, job_id
from ..store import Store
from ..store.briefs import Voted
from ..tracker import Tracker
from ..video_request import Refusal
from .admission import Admission
from .ask import Ask
from .gate import Gate
from .pictures import PictureReader, ReadPicture

# Whoever shows a picture was told to wait; what takes longer is not read, seconds.
READ_WITHIN = 20.0


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """An idea as it comes in. `author` is whose words it is made of, `added_by` who made it one if somebody else did.

    `of` are the numbers of the ideas that it joins.
    """

    text: Text
    author_id: int
    author_name: str
    link: Link | None = None
    added_by: int | None = None
    of: tuple[int, ...] = ()
    source: str | None = None


class Briefs:
    def __init__(
        self,
        *,
        store: Store,
        tracker: Tracker,
        catalogue: Catalogue,
        pictures: PictureReader,
        gate: Gate,
        admission: Admission,
    ) -> None:
        self._store = store
        self._tracker = tracker
        self._catalogue = catalogue
        self._pictures = pictures
        self._gate = gate
        self._admission = admission

    async def start(self, ask: Ask, rules: Rules, director_id: int) -> Brief | Refusal | None:
        """Begin a brief whose topic is the words of `ask`; None when its event came before."""
        if refusal := await self.refuse(ask):
            return refusal
        now = clock.now()
        brief = Brief(
            id=job_id(ask.event_id),
            guild_id=ask.guild_id or 0,
            channel_id=ask.channel_id,
            within_id=ask.within_id,
            topic=ask.draft.prompt,
            locale=ask.locale,
            starter_id=ask.asker_id,
            starter_name=ask.asker_name,
            director_id=director_id,
            made_at=now,
            rules=rules,
            phase_since=now,
            ends_at=None if rules.lasts is None else now + rules.lasts,
            round=int(rules.format is Format.FREE),
            changed_at=now,
        )
        return brief if await self._store.start_brief(brief) else None

    async def refuse(self, ask: Ask, picture: ReadPicture | None = None) -> Refusal | None:
        """Why somebody may not take part where they are, or not say and show this."""
        refusal = await self._admission.refuse(ask.guild_id, ask.asker_id)
        return refusal or await self._gate.refuse_idea(ask, picture)

    async def card_shown(self, brief: Brief, message_id: int) -> None:
        """The answer to the command is there: what follows hangs on it."""
        await self._store.note_brief(brief.id, card_id=message_id)
        self._tracker.briefs.wake()

    # --- ideas

    async def add(
        self, brief_id: str, proposal: Proposal, ask: Ask, *, event: str | None = None
    ) -> Idea | Halt | Refusal:
        """Keep an idea with its picture, if it has one. An event makes one idea, however often it comes: `ask`'s."""
        read = await self._read(proposal.link)
        if isinstance(read, Refusal):
            return read
        if refusal := self._too_long(proposal.text) or await self.refuse(ask, read):
            return refusal

        def judge(brief: Brief, ideas: list[Idea]) -> Halt | None:
            known = {idea.number for idea in ideas if not idea.withdrawn}
            if not known.issuperset(proposal.of):
                return Halt.WITHDRAWN
            return may(brief, Act.SUGGEST, Doer(id=ask.asker_id)) or no_room(brief, ideas, proposal.author_id)

        now = clock.now()
        idea = Idea(
            brief_id=brief_id,
            number=0,
            author_id=proposal.author_id,
            author_name=proposal.author_name,
            added_by=proposal.added_by,
            text=proposal.text,
            made_at=now,
            of=proposal.of,
            source=proposal.source,
            spoiler=proposal.link is not None and proposal.link.spoiler,
        )
        picture = read.data if read else None
        return self._wake(await self._store.add_idea(idea, event or job_id(ask.event_id), picture, judge, now))

    async def edit(
        self, brief_id: str, number: int, text: Text, link: Link | None, doer: Doer, ask: Ask
    ) -> Idea | Halt | Refusal:
        """Give an idea other words, and another picture if there is one."""
        read = await self._read(link)
        if isinstance(read, Refusal):
            return read
        if refusal := self._too_long(text) or await self.refuse(ask, read):
            return refusal
        edited = await self._change(brief_id, number, doer, lambda idea: replace(idea, text=text))
        if isinstance(edited, Idea) and read and link:
            await self._store.keep_idea_picture(brief_id, number, read.data, spoiler=link.spoiler)
            edited = replace(edited, has_picture=True, spoiler=link.spoiler)
        return edited

    async def picture(self, idea: Idea) -> bytes | None:
        """A small JPEG of its picture, as far as there is time for it."""
        given = await self._store.idea_picture(idea.brief_id, idea.number)
        return (await self._pictures.look_at(given)).thumbnail if given else None

    async def withdraw(self, brief_id: str, number: int, doer: Doer) -> Idea | Halt:
        return await self._change(brief_id, number, doer, lambda idea: replace(idea, withdrawn=True))

    async def choose(self, brief_id: str, number: int, doer: Doer) -> Idea | Halt:
        """Have the director decide which idea won the last round."""

        def choose(brief: Brief, idea: Idea) -> Idea | Halt:
            if halt := may(brief, Act.DIRECT, doer):
                return halt
            return Halt.WITHDRAWN if idea.withdrawn else replace(idea, chosen_in=brief.round)

        return self._wake(await self._store.change_idea(brief_id, number, choose, clock.now()))

    # --- votes

    async def vote(
        self, brief_id: str, round: int, offered: Collection[int], votes: int, chosen: Collection[int], ask: Ask
    ) -> Voted | Refusal:
        """Write a member's whole ballot: of the ideas `offered` the `chosen` have so many votes.

        What was offered in an earlier round than the present one changes nothing.
        """
        if refusal := await self.refuse(ask):
            return refusal

        def write(brief: Brief, ideas: list[Idea], before: Ballot) -> Ballot | Halt | Spoilt:
            if brief.round != round:
                return Halt.MOVED_ON
            if halt := may(brief, Act.VOTE, Doer(id=ask.asker_id)):
                return halt
            ballot = rewritten(standing(before, ideas), offered, votes, chosen)
            return spoilt(ballot, brief, ideas, ask.asker_id) or ballot

        outcome = await self._store.vote(brief_id, ask.asker_id, write, event_time(ask.event_id))
        self._tracker.briefs.wake()
        return outcome

    # --- the director

    async def move(self, brief_id: str, step: int, to: Phase, doer: Doer) -> Brief | Halt:
        """Take a brief that is in its phase `step` to another; a press that came twice has done so already."""

        def move(brief: Brief, _ideas: list[Idea]) -> Brief | Halt:
            landed = Phase.IDEAS if brief.is_free and to is Phase.VOTE else to
            if brief.step == step + 1 and brief.phase is landed and directs(brief, doer):
                return brief
            if halt := may(brief, Act.DIRECT, doer):
                return halt
            known = brief.step == step and to in next_phases(brief)
            return moved(brief, to, clock.now()) if known else Halt.MOVED_ON

        return await self._lead(brief_id, move)

    async def resume(self, brief_id: str, doer: Doer) -> Brief | Halt:
        """Go on with a closed brief; one that is open gets its board anew."""

        def resume(brief: Brief, _ideas: list[Idea]) -> Brief | Halt:
            if not directs(brief, doer):
                return Halt.NOT_DIRECTOR
            now = clock.now()
            return begun_again(brief, now) if brief.is_closed else changed(brief, now)

        return await self._lead(brief_id, resume)

    async def set_rules(self, brief_id: str, doer: Doer, set_them: Callable[[Rules], Rules]) -> Brief | Halt:
        """Ballots that are written stay as they are."""

        def change(brief: Brief, _ideas: list[Idea]) -> Brief | Halt:
            halt = may(brief, Act.DIRECT, doer)
            return halt or replace(changed(brief, clock.now()), rules=set_them(brief.rules))

        return await self._lead(brief_id, change)

    # --- for all of them

    async def _lead(self, brief_id: str, transition: Callable[[Brief, list[Idea]], Brief | Halt]) -> Brief | Halt:
        after = await self._store.change_brief(brief_id, transition)
        self._tracker.briefs.wake()
        return after

    async def _change(self, brief_id: str, number: int, doer: Doer, change: Callable[[Idea], Idea]) -> Idea | Halt:
        """Change an idea as its author, or as whoever leads the brief."""

        def judge(brief: Brief, idea: Idea) -> Idea | Halt:
            if halt := may(brief, Act.CHANGE, doer):
                return halt
            if idea.withdrawn:
                return Halt.WITHDRAWN
            is_own = doer.id in (idea.author_id, idea.added_by)
            return change(idea) if is_own or directs(brief, doer) else Halt.NOT_YOURS

        return self._wake(await self._store.change_idea(brief_id, number, judge, clock.now()))

    def _wake(self, done: Idea | Halt) -> Idea | Halt:
        if isinstance(done, Idea):
            self._tracker.briefs.wake()
        return done

    async def _read(self, link: Link | None) -> ReadPicture | Refusal | None:
        if link is None:
            return None
        # what takes too long now is not read later: nobody would have looked at it
        return await self._pictures.read(link, READ_WITHIN) or Refusal(code="picture_slow")

    def _too_long(self, text: Text) -> Refusal | None:
        model = self._catalogue.default
        length = len(text.prompt)
        if length <= model.prompt_limit:
            return None
        return Refusal(
            code="prompt_too_long", facts={"length": length, "limit": model.prompt_limit, "model": model.name}
        )
