"""The record of a brief as JSON: everything that is known of it, for programs. Pure."""

import json
from dataclasses import asdict
from typing import Any

from ..server_rules.limits import in_money
from .desk import BriefRecord
from .films import Film
from .ideas import PARTS, Idea
from .notes import Note
from .record import (
    VERSION,
    Link,
    batch_link,
    board_link,
    clip_link,
    cost,
    cost_of,
    film_link,
    films_made,
    made_for,
    spell_time,
    took_part,
)
from .storyboard import Shot, Storyboard
from .takes import Reel, Take
from .votes import Tally, leaders


def as_json(record: BriefRecord, link: Link) -> bytes:
    brief, rules = record.desk.brief, record.desk.brief.rules
    document = {
        "version": VERSION,
        "brief": brief.id,
        "topic": brief.topic,
        "board": board_link(record, link),
        "began": spell_time(brief.made_at),
        "ended": spell_time(brief.phase_since),
        "began_by": brief.starter_name,
        "rules": {
            "format": str(rules.format),
            "votes": rules.votes,
            "votes_per_idea": rules.per_idea,
            "own_ideas": rules.own,
            "ideas": rules.ideas,
            "secret": rules.secret,
            "lasts_seconds": rules.lasts,
        },
        "ideas": [_idea(idea, record) for idea in record.desk.ideas],
        "rounds": [_round(number, tally, record) for number, tally in record.rounds.items()],
        "batches": [_batch(reel, record, link) for reel in record.reels],
        "takes_left_out": record.left_out,
        "storyboard": _storyboard(record.storyboard, record, link),
        "films": [_film(film, record, link) for film in films_made(record)],
        "cost": _cost(record),
        "took_part": took_part(record),
    }
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def _idea(idea: Idea, record: BriefRecord) -> dict[str, Any]:
    return {
        "number": idea.number,
        "title": idea.title,
        **{part: idea.text.parts[part] for part in PARTS},
        "prompt": idea.text.prompt,
        "by": idea.author_name,
        "at": spell_time(idea.made_at),
        "joins": list(idea.of),
        "from": idea.source,
        "has_picture": idea.has_picture,
        "withdrawn": idea.withdrawn,
        "chosen_in_round": idea.chosen_in,
        "votes": {str(number): tally.votes.get(idea.number, 0) for number, tally in record.rounds.items()},
    }


def _round(number: int, tally: Tally, record: BriefRecord) -> dict[str, Any]:
    chosen = next((idea.number for idea in record.desk.ideas if idea.chosen_in == number), None)
    first = leaders(tally)
    return {
        "round": number,
        "voters": tally.voters,
        "votes": {str(idea): votes for idea, votes in sorted(tally.votes.items())},
        "won": chosen or (first[0] if len(first) == 1 else None),
        "tie": list(first) if len(first) > 1 and chosen is None else [],
    }


def _batch(reel: Reel, record: BriefRecord, link: Link) -> dict[str, Any]:
    batch = reel.batch
    return {
        "batch": batch.id,
        "of": "shots" if batch.is_of_shots else "idea",
        "idea": batch.idea or None,
        "sent": spell_time(batch.sent_at) if batch.sent_at is not None else None,
        "link": batch_link(record, reel, link),
        "blind": batch.blind,
        "models_told": not reel.hides_models,
        "votes": None if reel.hides_votes else dict(reel.count.votes),
        "voters": reel.count.voters,
        "vote_ended": spell_time(batch.ended_at) if batch.ended_at is not None else None,
        # nothing tells whether that was voted or decided
        "outcome": "won" if batch.winner is not None else batch.outcome,
        "winner": batch.winner,
        "takes": [_take(take, reel, record, link) for take in reel.takes],
    }


def _take(take: Take, reel: Reel, record: BriefRecord, link: Link) -> dict[str, Any]:
    job, hidden = take.job, reel.hides_models
    money = cost_of(job)
    return {
        "number": take.number,
        "shot": made_for(record).get(take.shot or ""),
        "status": str(job.status),
        "asked_by": job.asker_name,
        "words_deleted": job.is_emptied,
        "prompt": job.request.prompt,
        "model": None if hidden else job.request.model,
        "seconds": job.request.seconds,
        "size": job.request.size,
        "settings": {} if hidden else _settings(take),
        "cost": None if hidden or money is None else in_money(money),
        "spoiler": job.spoiler,
        "link": clip_link(record, take, link),
        "won": take.number == reel.batch.winner,
        "notes": [_note(note) for note in record.notes.get(job.id, ())],
    }


def _settings(take: Take) -> dict[str, Any]:
    """What of it somebody set."""
    return {name: value for name, value in asdict(take.job.request.extras).items() if value not in (None, False, 0, ())}


def _note(note: Note) -> dict[str, Any]:
    return {"moment": note.moment, "words": note.words, "by": note.author_name, "at": spell_time(note.at)}


def _storyboard(board: Storyboard | None, record: BriefRecord, link: Link) -> dict[str, Any] | None:
    if board is None or not board.shots:
        return None
    shots = zip(board.shots, board.starts, strict=True)
    return {"seconds": board.length, "shots": [_shot(shot, start, board, record, link) for shot, start in shots]}


def _shot(shot: Shot, start: float, board: Storyboard, record: BriefRecord, link: Link) -> dict[str, Any]:
    made, clip = board.made_of(shot), board.clip_of(shot)
    return {
        "number": board.number(shot),
        "kind": str(shot.kind),
        "words": shot.words,
        "note": shot.note,
        "idea": shot.idea,
        "take": made.number if made else None,
        "starts_at": start,
        "seconds": board.seconds(shot),
        "join": str(shot.join),
        "by": shot.author_name,
        "has_picture": shot.has_picture,
        "spoiler": shot.spoiler,
        "link": link(record.desk.brief.guild_id, *clip) if clip else None,
    }


def _film(film: Film, record: BriefRecord, link: Link) -> dict[str, Any]:
    return {
        "title": film.title,
        "at": spell_time(film.made_at),
        "shots": len(film.cuts),
        "link": film_link(record, film, link),
    }


def _cost(record: BriefRecord) -> dict[str, Any] | None:
    whole = cost(record)
    if not whole.priced:
        return None
    return {"estimate": in_money(whole.money), "takes_priced": whole.priced, "takes": whole.takes}
