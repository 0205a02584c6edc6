"""Text from outside among our own words: drawn as it was typed, whatever Discord makes of such text."""

import re
import unicodedata
from dataclasses import replace

import pytest

from bot.catalogue import read_catalogue
from bot.finding import Page, Recent, StateGroup
from bot.jobs import Status
from bot.outlook import Outlook
from bot.usual_times import expect
from cogs.finding.pages import Scope, page_embed, suggestion
from cogs.showing.card import card
from cogs.showing.replies import clip_name, subject, thread_name
from cogs.words.languages import languages
from cogs.words.plain import beside, isolated, safe, thread_words
from cogs.words.wording import say
from tests.jobs import REQUEST, a_job

CATALOGUE = read_catalogue()
SOMEBODY = 1_400_000_000_000_000_000

MARKUP = {
    "a member": f"<@{SOMEBODY}>",
    "a member, as before": f"<@!{SOMEBODY}>",
    "a role": f"<@&{SOMEBODY}>",
    "a channel": f"<#{SOMEBODY}>",
    "an emoji": f"<:kite:{SOMEBODY}>",
    "a moving emoji": f"<a:kite:{SOMEBODY}>",
    "an emoji by name": ":smile:",
    **{f"a time {style}": f"<t:0{style}>" for style in ("", *(f":{each}" for each in "tTdDfFsSR"))},
    "a command": f"</video:{SOMEBODY}>",
    "a page": "<id:customize>",
    "a sound": f"<sound:0:{SOMEBODY}>",
    "a link": "https://example.com/a_b",
    "a quiet link": "<https://example.com>",
    "a named link": "[text](https://example.com)",
    "an address": "<mailto:ana@example.com>",
    "bold": "**a**",
    "slanted": "*a* _a_",
    "underlined": "__a__",
    "struck": "~~a~~",
    "hidden": "||a||",
    "code": "`a` ```\na\n```",
    "a heading": "# a",
    "a small heading": "  ### a",
    "small": "-# a",
    "a quote": "> a",
    "a long quote": ">>> a",
    "a list": "- a\n  - b\n* c",
    "a list of numbers": "1. a\n12. b",
}
AROUND = {
    "alone": "{}",
    "in words": "a {} b",
    "behind a line": "a\n{}",
    "behind a backslash": "\\{}",
    "behind two": "\\\\{}",
    "in itself": "<{}>",
    "in code": "`{}`",
    "look-alikes": "＜@1＞ {}",
}

# What Discord's client draws as something else than its letters, from where it begins.
DRAWN = re.compile(
    r"<(?:@[!&]?|#)\d+>|<a?:\w+:\d+>|<t:-?\d+(?::\w)?>|</[^>]+:\d+>|<id:[a-z-]+>|<sound:[\d:]+>"
    r"|(?:https?|mailto|steam|tel):\S|\[[^\]]*\]\(|:\w+:|[*_~`|\\]|^\s*(?:#{1,3} |-# |>|[*-] |\d+\. )",
    re.MULTILINE,
)
ESCAPED = re.compile(r"\\([^0-9A-Za-z\s])")


def drawn(text: str) -> str:
    """The letters that are read in the end."""
    return ESCAPED.sub(r"\1", text).replace("\u200b", "")


@pytest.mark.parametrize("markup", MARKUP.values(), ids=MARKUP)
def test_without_escapes_all_of_it_would_be_drawn(markup: str) -> None:
    assert DRAWN.search(markup)


@pytest.mark.parametrize("around", AROUND.values(), ids=AROUND)
@pytest.mark.parametrize("markup", MARKUP.values(), ids=MARKUP)
def test_everything_is_drawn_as_it_was_typed(markup: str, around: str) -> None:
    typed = around.format(markup)
    for text, meant in ((safe(typed, 500), typed), (beside(typed, 500), " ".join(typed.split()))):
        assert DRAWN.search(ESCAPED.sub("x", text)) is None
        assert drawn(text) == meant


@pytest.mark.parametrize("room", range(1, 40))
def test_no_escape_is_cut_in_two(room: int) -> None:
    for typed in ("*" * 30, "a*" * 20, "\\" * 30):
        cut = safe(typed, 500, room)
        assert len(cut) <= room and DRAWN.search(ESCAPED.sub("x", cut + "**")) and "\\" not in ESCAPED.sub("", cut)


# --- directions

TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
MARKS = TURNING + "\u200e\u200f\u061c"
PROMPTS = {
    **{f"U+{ord(mark):04X}": f"a boat{mark} at night" for mark in MARKS},
    "all": f"{MARKS}a boat{MARKS}",
    "Arabic": "قارب من ورق 3",
    "Hebrew": "סירת נייר",
    "Arabic that ends it": "قارب\u2069 boat",
}
each_prompt = pytest.mark.parametrize("prompt", PROMPTS.values(), ids=PROMPTS)


def stands_apart(line: str) -> bool:
    """Whether all in a line that reads from right to left is isolated, and nothing is left open."""
    depth = 0
    for letter in line:
        kind = unicodedata.bidirectional(letter)
        if kind in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI") or (kind == "PDI" and not depth):
            return False
        depth += (kind == "FSI") - (kind == "PDI")
        if kind in ("R", "AL", "AN") and not depth:
            return False
    return depth == 0


@each_prompt
def test_what_stands_beside_a_prompt_or_a_name_is_not_turned(prompt: str) -> None:
    job = a_job(request=replace(REQUEST, prompt=prompt), asker_name=prompt, detail=prompt)
    page = page_embed(Page(jobs=(job,), before=0, total=1), Scope.SERVER, StateGroup.ANY, CATALOGUE, "en-US")
    label = suggestion(Recent(job.id, prompt * 20, Status.COMPLETED, 1000.0), "en-US")
    assert len(label) <= 100
    own, *below = (card_text(prompt)).split("\n")
    assert not any(mark in own for mark in TURNING)
    for line in (*(page.description or "").split("\n"), *label.split("\n"), *subject(job).split("\n"), *below):
        assert stands_apart(line), ascii(line)


def card_text(prompt: str) -> str:
    job = a_job(request=replace(REQUEST, prompt=prompt), asker_name=prompt)
    outlook = Outlook(expected=expect(CATALOGUE.default))
    return card(job, CATALOGUE.default, outlook).description or ""


@each_prompt
def test_no_name_of_a_thread_or_file_turns_anything(prompt: str) -> None:
    job = a_job(request=replace(REQUEST, prompt=prompt))
    assert not any(mark in thread_name(job) + clip_name(job, 0) for mark in MARKS)


def test_what_reads_from_left_to_right_is_left_alone() -> None:
    assert isolated("A boat, 紙の船, κύμα 3") == "A boat, 紙の船, κύμα 3"


# --- the names of threads

DROPPED = ["@", "#", "/", "\\", ":", "@#/\\:" * 40, "# / @", ":\u200b:", "/ \u202e /", "@\u0301", "/" * 200 + " boat"]


@pytest.mark.parametrize("locale", languages())
@pytest.mark.parametrize("prompt", DROPPED, ids=ascii)
def test_a_thread_whose_name_discord_would_empty_is_named_by_its_job(prompt: str, locale: str) -> None:
    job = a_job(request=replace(REQUEST, prompt=prompt), locale=locale)
    name = thread_name(job)
    assert name == say(locale, "reply.thread", id=job.id)
    assert job.id in name and left_by_discord(name) == name


def left_by_discord(name: str) -> str:
    return "".join(one for one in name if one not in "@#/\\:" and unicodedata.category(one)[0] not in "CM").strip()


@pytest.mark.parametrize("prompt", ["a/b", "#1", ": )", "@ana", "\u200bx", "🎬", "…"])
def test_a_name_of_which_something_is_left_is_kept(prompt: str) -> None:
    assert thread_words(prompt, 90) == prompt
