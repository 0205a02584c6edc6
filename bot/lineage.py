"""The family of a clip or of an idea as it is drawn: who belongs to it, what is told of each, what one has otherwise.

Pure; `draw_family` is heavy, and runs in a child process only.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from .briefs.desk import Desk
from .briefs.ideas import Idea
from .briefs.takes import Taken
from .family import changes
from .jobs import Job, Status
from .sheets import Change, ChangeKind, Drawn, Fate, Member, diff_words, draw_tree

# So many are drawn: as many as can be read, however they hang together.
MOST = 40
# What tells which model it was.
TELLING = ("model", "seconds", "size", "extras")
# Between words that stand apart in a prompt; what came is told first.
APART = " · "
FATES = ((ChangeKind.ADDED, Fate.ADDED), (ChangeKind.REMOVED, Fate.REMOVED))


@dataclass(frozen=True, kw_only=True)
class Kin:
    """One of a family: an idea, or a job, which may be a take. `parents` are ids, what it changed is told of the first.

    Without an idea and without a job it is one that may not be shown: nothing but its place is known of it. One that
    is `of_take` was made from one, and has its number with a count behind. Of a `blind` one it is not told which model
    made it. `votes` is None where there are none to be told.
    """

    id: str
    parents: tuple[str, ...] = ()
    number: str = ""
    idea: Idea | None = None
    job: Job | None = None
    is_take: bool = False
    of_take: bool = False
    blind: bool = False
    votes: int | None = None
    won: bool = False

    @property
    def is_shown(self) -> bool:
        return self.idea is not None or self.job is not None

    @property
    def prompt(self) -> str:
        if self.job:
            return self.job.request.prompt
        return self.idea.text.prompt if self.idea else ""


@dataclass(frozen=True, kw_only=True)
class Family:
    """As it is drawn, in the order of age. `nearest` are the ids of all, the nearest to the one in the middle first."""

    members: tuple[Kin, ...]
    nearest: tuple[str, ...]
    left_out: int = 0

    @property
    def middle(self) -> str:
        return self.nearest[0]

    def member(self, id: str) -> Kin | None:
        return next((kin for kin in self.members if kin.id == id), None)

    def before(self, kin: Kin) -> Kin | None:
        """The one from which the arrow comes."""
        return self.member(kin.parents[0]) if kin.parents else None


@dataclass(frozen=True, kw_only=True)
class Departure:
    """What one has otherwise than the one before it: fields of a request, and the prompts where they differ."""

    names: tuple[str, ...] = ()
    prompts: tuple[str, str] | None = None


@dataclass(frozen=True, kw_only=True)
class Portrait:
    """A member as it is drawn; what came and went in its prompt, before and after, is found while it is."""

    member: Member
    prompts: tuple[str, str] | None = None


# --- who belongs to it


def family_of_job(
    jobs: Sequence[Job], job_id: str, taken: Mapping[str, Taken], may_show: Callable[[Job], bool]
) -> Family:
    """`jobs` as `Lookup.family` has them, `taken` those of them that are takes, by the job's id."""
    blind = blind_among(jobs, taken)
    kin = [_of_job(job, job.parent_id, may_show, blind, won=job.id in taken and taken[job.id].winner) for job in jobs]
    return _gathered(kin, job_id)


def family_of_idea(
    desk: Desk, number: int, jobs: Sequence[Job], may_show: Callable[[Job], bool], take: int | None = None
) -> Family:
    """The idea, what it joins and what joins it, the takes of all these, and what was made from those.

    `jobs` are takes with their descendants. In the middle is the `take` by its number, else the idea.
    """
    numbers = related(desk.ideas, number)
    taken = {each.job_id: each for each in desk.taken if each.idea in numbers}
    ideas = [_of_idea(desk, idea) for idea in desk.ideas if idea.number in numbers]
    made = _of_takes(jobs, taken, may_show)
    middle = next((each.job_id for each in taken.values() if each.number == take), _idea_id(number))
    shown = {kin.id for kin in made if kin.is_shown}
    return _gathered([*ideas, *made], middle if middle in shown else _idea_id(number))


def related(ideas: Iterable[Idea], number: int) -> set[int]:
    """The numbers of an idea, of those that join it, and of all that these join."""
    every = list(ideas)
    below = {number}
    # an idea is younger than those that it joins
    for idea in sorted(every, key=lambda idea: idea.number):
        if below & set(idea.of):
            below.add(idea.number)
    found = set(below)
    for idea in sorted(every, key=lambda idea: -idea.number):
        if idea.number in found:
            found.update(idea.of)
    return found


def _idea_id(number: int) -> str:
    # no job has such an id
    return f"idea {number}"


def _of_idea(desk: Desk, idea: Idea) -> Kin:
    kin = Kin(id=_idea_id(idea.number), parents=tuple(map(_idea_id, idea.of)), number=str(idea.number))
    if idea.withdrawn:
        return kin
    return replace(kin, idea=idea, votes=desk.votes(idea), won=idea.number == desk.winner)


def _of_takes(jobs: Sequence[Job], taken: Mapping[str, Taken], may_show: Callable[[Job], bool]) -> list[Kin]:
    blind = blind_among(jobs, taken)
    found = []
    for job in jobs:
        take = taken.get(job.id)
        above = _idea_id(take.idea) if take else job.parent_id
        kin = _of_job(job, above, may_show, blind, won=take is not None and take.winner)
        found.append(replace(kin, number=str(take.number), is_take=True) if take else kin)
    return found


def _of_job(job: Job, above: str | None, may_show: Callable[[Job], bool], blind: Collection[str], *, won: bool) -> Kin:
    kin = Kin(id=job.id, parents=(above,) if above else (), blind=job.id in blind)
    return replace(kin, job=job, won=won) if may_show(job) else kin


def blind_among(jobs: Iterable[Job], taken: Mapping[str, Taken]) -> set[str]:
    """Those that would tell which model made a blind take: it, and all that it hangs together with."""
    beside: dict[str, set[str]] = defaultdict(set)
    every = list(jobs)
    for job in every:
        if job.parent_id:
            beside[job.parent_id].add(job.id)
            beside[job.id].add(job.parent_id)
    found: set[str] = set()
    due = [job.id for job in every if job.id in taken and taken[job.id].blind]
    while due:
        id = due.pop()
        if id not in found:
            found.add(id)
            due += beside[id]
    return found


# --- how much of it is drawn


def _gathered(family: Sequence[Kin], middle: str) -> Family:
    """Without hidden ones on which nothing hangs, up to MOST of those that are nearest to the one in the middle."""
    pruned = _pruned(family)
    nearest = _nearest(pruned, middle)
    kept = nearest[:MOST]
    members = [
        replace(kin, parents=tuple(parent for parent in kin.parents if parent in kept))
        for kin in pruned
        if kin.id in kept
    ]
    return Family(members=_numbered(members), nearest=tuple(kept), left_out=len(nearest) - len(kept))


def _pruned(family: Sequence[Kin]) -> list[Kin]:
    known = {kin.id: kin for kin in family}
    needed: set[str] = set()
    due = [kin.id for kin in family if kin.is_shown]
    while due:
        id = due.pop()
        if id in known and id not in needed:
            needed.add(id)
            due += known[id].parents
    left = [kin for kin in family if kin.id in needed]
    # a stem of which nothing may be shown says nothing
    while idle := _idle_stems(left):
        left = [kin for kin in left if kin.id not in idle]
    return left


def _idle_stems(family: Sequence[Kin]) -> set[str]:
    known, children = {kin.id for kin in family}, _children(family)
    return {
        kin.id
        for kin in family
        if not kin.is_shown and not known.intersection(kin.parents) and len(children[kin.id]) < 2
    }


def _nearest(family: Sequence[Kin], middle: str) -> list[str]:
    known, children = {kin.id: kin for kin in family}, _children(family)
    found: dict[str, None] = {}
    due = deque([middle])
    while due:
        id = due.popleft()
        if id in known and id not in found:
            found[id] = None
            due.extend((*known[id].parents, *children[id]))
    return list(found)


def _children(family: Iterable[Kin]) -> dict[str, list[str]]:
    children: dict[str, list[str]] = defaultdict(list)
    for kin in family:
        for parent in kin.parents:
            children[parent].append(kin.id)
    return children


def _numbered(members: Sequence[Kin]) -> tuple[Kin, ...]:
    """Ideas and takes have their own; what was made of take 3 is 3.1 and so on; clips alone are counted."""
    tops: dict[str, str] = {}
    counts: Counter[str] = Counter()
    numbered = []
    for kin in members:
        above = next((tops[parent] for parent in kin.parents if parent in tops), "")
        if kin.is_take:
            tops[kin.id] = kin.number
        elif not kin.number:
            tops[kin.id] = above
            counts[above] += 1
            number = f"{above}.{counts[above]}" if above else str(counts[above])
            kin = replace(kin, number=number, of_take=bool(above))
        numbered.append(kin)
    return tuple(numbered)


# --- what is told of each


def departure_of(family: Family, kin: Kin) -> Departure | None:
    """What one has otherwise than the one before it; None where there is none, or one of both may not be shown."""
    before = family.before(kin)
    if before is None or not (before.is_shown and kin.is_shown):
        return None
    names = tuple(name for name in _names(before, kin) if name not in TELLING or not (before.blind or kin.blind))
    differ = before.prompt.split() != kin.prompt.split()
    return Departure(
        names=tuple(name for name in names if name != "prompt"),
        prompts=(before.prompt, kin.prompt) if differ else None,
    )


def has_poster(kin: Kin) -> bool:
    """Whether its clip may be looked at in the family: nobody hid it, and no moderator has still to see it."""
    job = kin.job
    return job is not None and job.status is Status.COMPLETED and not (job.is_hidden or job.unapproved or job.held)


def has_picture(kin: Kin) -> bool:
    """Whether it is an idea with a picture that may be looked at."""
    return kin.idea is not None and kin.idea.has_picture and not kin.idea.spoiler


def _names(before: Kin, kin: Kin) -> Sequence[str]:
    if kin.job is None:
        return ()
    if before.job:
        return changes(before.job, kin.job)
    # an idea has no model, no length and no size of its own
    pictured = before.idea is not None and before.idea.has_picture
    return ("model", "seconds", "size", *(["picture"] if pictured is not kin.job.has_pictures else []))


# --- drawing it


def draw_family(portraits: Sequence[Portrait], title: str) -> Drawn:
    """The picture of all of them. Raises BadPicture("too_heavy")."""
    return draw_tree([_with_words(portrait) for portrait in portraits], title)


def _with_words(portrait: Portrait) -> Member:
    if portrait.prompts is None:
        return portrait.member
    return replace(portrait.member, changed=(*word_changes(*portrait.prompts), *portrait.member.changed))


def word_changes(before: str, after: str) -> tuple[Change, ...]:
    """What came and what went, a line for each."""
    words = diff_words(before, after)
    told = [
        Change(kind=kind, text=APART.join(each.text for each in words if each.fate is fate)) for kind, fate in FATES
    ]
    return tuple(change for change in told if change.text)
