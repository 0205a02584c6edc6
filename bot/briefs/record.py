"""What people take home from a brief: one record of everything, as Markdown and as JSON. Pure."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from .desk import BriefRecord
from .ideas import PARTS, Idea
from .votes import Tally, leaders


def as_json(record: BriefRecord) -> bytes:
    """Everything that is known of it, for programs."""
    brief, rules = record.desk.brief, record.desk.brief.rules
    document = {
        "brief": brief.id,
        "topic": brief.topic,
        "began": _time(brief.made_at),
        "ended": _time(brief.phase_since),
        "began_by": brief.starter_name,
        "rules": {
            "format": str(rules.format),
            "votes": rules.votes,
            "votes_per_idea": rules.per_idea,
            "own_ideas": rules.own,
            "ideas": rules.ideas,
            "secret": rules.secret,
        },
        "ideas": [_idea(idea, record.rounds) for idea in record.desk.ideas],
        "rounds": [_round(number, tally, record) for number, tally in record.rounds.items()],
        "took_part": took_part(record.desk.ideas),
    }
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def as_markdown(record: BriefRecord, words: Mapping[str, str]) -> bytes:
    """The same for people; `words` are the headings in their language, by the keys of `HEADINGS`."""
    brief = record.desk.brief
    lines = [f"# {_line(brief.topic)}", ""]
    lines += [f"{words['began']}: {_time(brief.made_at)} · {words['ended']}: {_time(brief.phase_since)}", ""]
    lines += [f"{words['took_part']}: {', '.join(map(_line, took_part(record.desk.ideas))) or '–'}", ""]
    lines += [f"## {words['ideas']}", ""]
    for idea in record.desk.ideas:
        lines += _told(idea, record, words)
    if record.rounds:
        lines += [f"## {words['rounds']}", ""]
        lines += [f"- {words['round']} {number}: {_counted(tally, words)}" for number, tally in record.rounds.items()]
        lines.append("")
    return "\n".join(lines).encode()


HEADINGS = (
    *("began", "ended", "took_part", "ideas", "rounds", "round", "by", "votes", "withdrawn", "won", "joins", "from"),
    *("nobody", "tie"),
)


def took_part(ideas: Iterable[Idea]) -> list[str]:
    """Whoever has an idea in it, by name, each once; who only voted is nobody's business."""
    return list(dict.fromkeys(idea.author_name for idea in ideas if idea.author_name))


def _told(idea: Idea, record: BriefRecord, words: Mapping[str, str]) -> list[str]:
    title = _line(idea.title) or "–"
    mark = f" ★ {words['won']}" if idea.number == record.desk.winner else ""
    gone = f" ({words['withdrawn']})" if idea.withdrawn else ""
    given = {number: tally.votes[idea.number] for number, tally in record.rounds.items() if idea.number in tally.votes}
    votes = ", ".join(f"{words['round']} {number}: {each}" for number, each in given.items())
    facts = [f"{words['by']} {_line(idea.author_name)}" if idea.author_name else ""]
    facts += [f"{words['votes']}: {votes}" if votes else ""]
    facts += [f"{words['joins']} {', '.join(map(str, idea.of))}" if idea.of else ""]
    facts += [f"{words['from']} {idea.source}" if idea.source else ""]
    lines = [f"### {idea.number}. {title}{mark}{gone}", "", " · ".join(filter(None, facts)), ""]
    return [*lines, *(f"> {line}" for line in idea.text.prompt.splitlines() if line), ""]


def _counted(tally: Tally, words: Mapping[str, str]) -> str:
    ordered = sorted(tally.votes.items(), key=lambda each: (-each[1], each[0]))
    told = ", ".join(f"{number}. × {votes}" for number, votes in ordered) or words["nobody"]
    return f"{told} ({words['tie']})" if len(leaders(tally)) > 1 else told


def _idea(idea: Idea, rounds: Mapping[int, Tally]) -> dict[str, Any]:
    return {
        "number": idea.number,
        "title": idea.title,
        **{part: idea.text.parts[part] for part in PARTS},
        "prompt": idea.text.prompt,
        "by": idea.author_name,
        "at": _time(idea.made_at),
        "joins": list(idea.of),
        "from": idea.source,
        "has_picture": idea.has_picture,
        "withdrawn": idea.withdrawn,
        "chosen_in_round": idea.chosen_in,
        "votes": {str(number): tally.votes.get(idea.number, 0) for number, tally in rounds.items()},
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


def _line(text: str) -> str:
    """On one line, as Markdown shows it as it was typed."""
    return " ".join(text.split()).replace("\\", "\\\\").replace("*", "\\*").replace("_", "\\_").replace("#", "\\#")


def _time(at: float) -> str:
    """1700000000.0 → "2023-11-14 22:13 UTC"."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M UTC")
