"""The family of a job: which of its relatives there is room for, how they hang together, what each changed. Pure."""

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from .extras import wishes
from .jobs import Job


@dataclass(frozen=True, kw_only=True)
class Twig:
    """A job in its family's tree. `ends` says of each level above it whether that branch is at its last twig here."""

    job: Job
    parent: Job | None
    ends: tuple[bool, ...]


def keep_nearest(family: Iterable[Job], job_id: str, most: int) -> list[Job]:
    """Up to `most` of a family: the job, then its nearest relatives; what is kept hangs together."""
    known = {job.id: job for job in family}
    children = _children(known.values())
    kept: dict[str, Job] = {}
    due = deque([job_id])
    while due and len(kept) < most:
        job = known.get(due.popleft())
        if job is None or job.id in kept:
            continue
        kept[job.id] = job
        due.extend([*([job.parent_id] if job.parent_id else []), *(child.id for child in children[job.id])])
    return list(kept.values())


def prune(family: Iterable[Job], is_shown: Callable[[Job], bool]) -> list[Job]:
    """Without those that may not be shown, but for the ones on which shown ones hang."""
    jobs = list(family)
    known = {job.id: job for job in jobs}
    needed: set[str] = set()
    for job in filter(is_shown, jobs):
        above: Job | None = job
        while above and above.id not in needed:
            needed.add(above.id)
            above = known.get(above.parent_id or "")
    tops = [job for job in jobs if job.id in needed and job.parent_id not in needed]
    children = _children(job for job in jobs if job.id in needed)
    # a stem of which nothing may be shown says nothing
    while len(tops) == 1 and not is_shown(tops[0]) and len(children[tops[0].id]) == 1:
        needed.discard(tops[0].id)
        tops = children[tops[0].id]
    return [job for job in jobs if job.id in needed]


def grow(family: Iterable[Job]) -> list[Twig]:
    """The tree, from the top down, the older branch first."""
    known = {job.id: job for job in sorted(family, key=lambda job: (job.created_at, job.id))}
    children = _children(known.values())
    due = [Twig(job=job, parent=None, ends=()) for job in reversed(known.values()) if job.parent_id not in known]
    grown: list[Twig] = []
    while due:
        twig = due.pop()
        grown.append(twig)
        young = children[twig.job.id]
        due += [Twig(job=job, parent=twig.job, ends=(*twig.ends, job is young[-1])) for job in reversed(young)]
    return grown


def changes(parent: Job, child: Job) -> Sequence[str]:
    """What a job does otherwise than the one it was made of: names of a request's fields."""
    fields = ("prompt", "model", "seconds", "size")
    changed = [name for name in fields if getattr(parent.request, name) != getattr(child.request, name)]
    if parent.has_pictures is not child.has_pictures:
        changed.append("picture")
    if wishes(parent.request.extras) != wishes(child.request.extras):
        changed.append("extras")
    return changed


def _children(jobs: Iterable[Job]) -> dict[str, list[Job]]:
    children: dict[str, list[Job]] = defaultdict(list)
    for job in jobs:
        if job.parent_id:
            children[job.parent_id].append(job)
    return children
