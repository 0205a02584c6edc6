"""Every sentence that the code asks for is there, whatever its key is composed of."""

import ast
import re
import string
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import bot
import cogs
from bot.actions import Effect, Grant, NoRuling, Reported, Undecided, Unseen
from bot.actions.budgets import SHARES
from bot.admission import UNKNOWN, Decided
from bot.briefs.brief import SPANS, Format, Halt, Phase
from bot.briefs.ideas import PARTS as IDEA_PARTS
from bot.briefs.inheriting import Inherited
from bot.briefs.record_markdown import HEADINGS
from bot.briefs.storyboard_check import Problem
from bot.briefs.takes import Verdict as TakeVerdict
from bot.briefs.votes import Spoilt
from bot.catalogue import CONTENT_RULES, Shots
from bot.drafts import PARTS, Form
from bot.extras import SETTINGS
from bot.finding import StateGroup
from bot.further_pictures import LAST
from bot.jobs import WAITING, Decision, Status
from bot.joins import Join
from bot.moderation import Action, Ending
from bot.mulerun import REASONS_BY_HTTP
from bot.permissions import (
    NEEDED,
    NEEDED_BY_MEMBERS,
    NEEDED_FOR_PRIVATE_THREAD,
    NEEDED_FOR_THREAD,
    NEEDED_IN_THREAD,
    NEEDED_IN_VOICE,
)
from bot.prompt import Named
from bot.reasons import DOUBTS, NO_FAILURES, OF_PICTURE, WITHOUT_MODEL, Reason
from bot.reviews import AWAITS, MOOT, Kind, Verdict
from bot.server_rules.limits import UNITS, Whose, Window
from bot.server_rules.rules import Threads
from bot.store.refused_pictures import Added
from bot.suggestions import Trouble as NoSuggestion
from bot.tracker.films import GAVE_UP, TAKEN_BACK, TOO_LARGE
from bot.usage_report import Spending
from bot.video_request import Fit
from cogs.asking.extra_forms import REFERENCES
from cogs.asking.questions import Question
from cogs.asking.video import OPTIONS
from cogs.brainstorming.filming import FIELDS as FILM_FIELDS
from cogs.brainstorming.start import OPTIONS as BRIEF_OPTIONS
from cogs.finding.pages import Scope
from cogs.moderating.bot_findings import KEY_CODES
from cogs.moderating.findings import Subject
from cogs.moderating.moderate import HERE, SERVER
from cogs.moderating.order_forms import WITHOUT_END
from cogs.moderating.review_forms import LENGTHS
from cogs.moderating.topics import CHOICES, KINDS, LIMIT_PARTS, Topic, word
from cogs.moderating.topics import FORMS as RULE_FORMS
from cogs.moderating.topics import Kind as RuleKind
from cogs.moderating.usage import Whose as Usage
from cogs.pressing.presses import DOES
from cogs.showing.audit_notes import NO, OUTCOMES, YES
from cogs.words.languages import FOLDER, language
from cogs.words.wording import (
    clock,
    decimal,
    duration,
    estimate,
    joined,
    knows,
    ordinal,
    pattern,
    quoted,
    relative,
    say,
    span,
    spell_size,
    template,
)

SENTENCES = tomllib.loads((FOLDER / "en.toml").read_text(encoding="utf-8")).keys()
LOCALE = "en-US"


def parsed(*packages: str) -> Iterator[tuple[Path, ast.Module]]:
    folders = {"bot": Path(bot.__file__).parent, "cogs": Path(cogs.__file__).parent}
    for package in packages:
        for file in sorted(folders[package].rglob("*.py")):
            yield file, ast.parse(file.read_text(encoding="utf-8"))


def first_words(tree: ast.AST, *callees: str) -> set[str]:
    """The first plain text given to each call of a function, method or class of these names."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", None))
            texts = [each.value for each in node.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
            code = [
                each.value.value
                for each in node.keywords
                if each.arg in ("code", "rule") and isinstance(each.value, ast.Constant)
            ]
            found |= {str(text) for text in (texts + code)[:1] if name in callees}
    return found


def words_of(package: str, *callees: str, within: str = "") -> set[str]:
    return {word for file, tree in parsed(package) if within in str(file) for word in first_words(tree, *callees)}


def plain_keys() -> set[str]:
    """Every text in the cogs that looks like a key: its first part is a table of sentences."""
    texts = {
        node.value
        for _, tree in parsed("cogs")
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    keys = {
        text for text in texts if re.fullmatch(r"[a-z]+(\.[a-z_]*[a-z])+", text) and text.split(".")[0] in SENTENCES
    }
    # rules of a server have keys of their own
    return keys - KINDS.keys()


def composed_keys() -> set[str]:
    """How every composed key begins."""
    return {
        part.values[0].value
        for _, tree in parsed("cogs")
        for part in ast.walk(tree)
        if isinstance(part, ast.JoinedStr)
        and isinstance(part.values[0], ast.Constant)
        and isinstance(part.values[0].value, str)
        and part.values[0].value.split(".")[0] in SENTENCES
    }


def codes_of_bad_rules() -> set[str]:
    """The second thing that each BadRules is given, where it is a plain text."""
    return {
        str(code.value)
        for _, tree in parsed("bot", "cogs")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", None) == "BadRules" and len(node.args) > 1
        if isinstance(code := node.args[1], ast.Constant)
    }


def codes_of_findings() -> set[str]:
    """What Finding is given as its code, where that is a plain text."""
    return {
        str(word.value)
        for _, tree in parsed("cogs")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", None) == "Finding"
        for given in node.keywords
        if given.arg == "code" and not isinstance(given.value, ast.JoinedStr)
        for word in ast.walk(given.value)
        if isinstance(word, ast.Constant)
    }


BAD_RULES = codes_of_bad_rules() | {f"entry_{code}" for code in words_of("bot", "BadEntry", within="server_rules")}
BAD_PICTURES = {f"picture_{code}" for code in words_of("bot", "BadPicture")}
WAITS = words_of("bot", "VendorBusy", "VendorUnreached")
# a rule that says no, and a limit that has no room, whosever it is
RULES = {f"rule_{rule}" for rule in words_of("bot", "Refused", "Flag")}
UNCHECKED = {f"unchecked_{code.partition('_')[0]}" for code in words_of("bot", "Unchecked")} | {"unchecked_endpoint"}
FULL = {f"limit_{whose}" for whose in Whose}
REFUSALS = (
    words_of("bot", "Refusal", "Broken", "BadShots")
    | words_of("cogs", "Refusal")
    | BAD_PICTURES
    | RULES
    | FULL
    | UNCHECKED
)
SUMS = {f"{unit}_{window}" for unit in UNITS for window in Window}
BY_THE_VENDOR = set(REASONS_BY_HTTP.values()) | {"refused", "content", "failed", "provider", "vendor_fault"}
SILENCES = words_of("bot", "VendorSilent")

# what moderators fill in
FORMS = {"denied", "rewritten", "blocked", "rejected"}
ORDER_FORMS = {"picture_refused", "reported", "removed_block", "member_blocked"}
# rules of a server have words of their own
OF_RULES = ("rule", "may_", "doctor", "take")
FLAGS = {key for key, kind in KINDS.items() if kind is RuleKind.FLAG}
LISTS = {
    word(key)
    for key, kind in KINDS.items()
    if kind in (RuleKind.ROLES, RuleKind.MODELS, RuleKind.SIZES, RuleKind.WORDS)
}
# what is no button: forms, menus, the two sides of a list, and what has a label of its own
PAGES = {"clips", "reviews", "audit", "audit_file", "pictures", "picture_off"}
# of a brief: its forms, menus and pages, and what has the label of another
IDEA_FORMS = {"idea_added", "idea_edited", "combined"}
OF_BRIEFS = {
    *IDEA_FORMS,
    "brief_ruled",
    "brief_move",
    "idea_open",
    "combine_pick",
    "ballot",
    "ballot_page",
    "idea_edit",
    "idea_tree",
    "filmed",
}
# of a storyboard likewise
OF_SHOTS = {"shot", "shot_take", "shot_idea", "shot_written", "shot_given", "shot_edit", "shot_edited", "shot_move"}
OF_SHOTS |= {"shot_join", "render_send"}
OF_DRAFTS = {"form", "file", "choose", "pick", "further_given", "extras_set"}
NO_BUTTONS = {*OF_DRAFTS, *PAGES, *FORMS, *ORDER_FORMS, *OF_BRIEFS, *OF_SHOTS}
BUTTONS = {verb for verb in DOES.keys() - NO_BUTTONS if not verb.startswith(OF_RULES)}

# how a brief stands; its end is told by its record, and has a button of its own
STATES = {*Phase, Format.FREE}
BEGINNINGS = STATES - {Phase.CLOSED}
NEXT = {*Phase, "again"} - {Phase.CLOSED}
RULE_FIELDS = {"votes", "per_idea", "own", "secret", "ideas"}

COMPOSED: dict[str, set[str]] = {
    "shot.joins_": {*Join} - {Join.CUT},
    "shot.join_": set(Join),
    "shot.finding_": set(Problem),
    "card.status.": {
        *(status for status in Status if status not in WAITING),
        "waiting",
        "reading",
        "awaited",
        "queued_nth",
        "expired_late",
        "clip_late",
        "deleted_left",
        *(f"{status}_{Reason.UNSEEN}" for status in AWAITS.values()),
        *(f"{status}_{Reason.UNREVIEWED}" for status in (Status.DENIED, Status.REJECTED)),
        *(f"failed_{reason}" for reason in WITHOUT_MODEL),
        *(f"waiting_{wait}" for wait in WAITS),
        *(f"unconfirmed_{decision}" for decision in (Decision.SENT_AGAIN, Decision.LEFT)),
        "removed",
        "removed_left",
    },
    "reply.": {
        *(s for s in Status if s not in (Status.SUBMITTING, Status.UNCONFIRMED, Status.DELETED)),
        *(f"{status}_{Reason.UNREVIEWED}" for status in (Status.DENIED, Status.REJECTED)),
    },
    "reply.unconfirmed_": set(DOUBTS),
    "reply.queued_": WAITS,
    "clip.": {note + ending for note in ("shrunk", "converted", "too_large") for ending in ("", "_unlinked")},
    "effect.": set(Effect),
    "suggesting.": set(NoSuggestion),
    "refusal.": REFUSALS,
    "admission.": {*Decided, "not_left"},
    "greeting.": {"begin", "allow", "manage"},
    "failed.": {reason for reason in Reason if reason not in (*NO_FAILURES, *OF_PICTURE)},
    "rules.": set(CONTENT_RULES),
    "form.rules_": set(CONTENT_RULES),
    "button.": BUTTONS,
    "form.": {
        *(set(Form) - {Form.IDEA}),
        *PARTS,
        *(f"{part}_hint" for part in (*PARTS, LAST, REFERENCES, "negative", "seed")),
        *("model", "seconds", "size", "choose", LAST, REFERENCES, *SETTINGS),
    },
    "extras.name_": set(SETTINGS),
    "extras.sound_": {"on", "off"},
    "extras.shots_": set(Shots),
    "ask.": {"shape", "model", *Question},
    "named.": set(Named),
    "command.video_": set(OPTIONS),
    "command.fit_": set(Fit),
    "permission.": {
        "manage_guild",
        "moderate_members",
        *NEEDED,
        *NEEDED_BY_MEMBERS,
        *NEEDED_FOR_THREAD,
        *NEEDED_FOR_PRIVATE_THREAD,
        *NEEDED_IN_THREAD,
        *NEEDED_IN_VOICE,
    },
    "doctor.subject_": set(Subject),
    "doctor.": {
        *codes_of_findings(),
        "closed",
        *(f"no_{kind}_thread" for kind in Threads),
        *(f"{reader}{what}" for reader in ("review", "log") for what in ("", "_gone", "_closed")),
        *(f"vendor_{code}" for code in KEY_CODES),
        *(f"budget_{share}" for share in SHARES),
        *(f"not_admitted_{code}" for code in ("undecided", "closed", UNKNOWN)),
    },
    "command.scope_": set(Scope),
    "command.state_": set(StateGroup),
    "state.": set(Status),
    "clips.title_": set(Scope),
    "clips.empty_": set(Scope),
    "reviewing.": {
        *Verdict,
        *NoRuling,
        *(f"{verdict}_unasked" for verdict in (Verdict.APPROVED, Verdict.DENIED, Verdict.PUBLISHED, Verdict.REJECTED)),
        *(f"{form}_title" for form in ("deny", "reject", "rewrite", "block")),
        *(f"{field}_label" for field in ("usual", "reason", "prompt", "until")),
    },
    "reviewing.why_": {
        *(f"{Kind.SENDING}_{why}" for why in ("all", "pictures", "newcomers", "flagged", "appeal")),
        *(f"{Kind.PUBLISHING}_{why}" for why in ("all", "flagged")),
    },
    "reviewing.question_": set(Kind),
    "reviewing.choice_": set(LENGTHS),
    "pictures.": {*Added, *Unseen},
    "report.": {*Reported, *Undecided, *Ending},
    "report.by_": set(Ending),
    "moderate.for_": {*LENGTHS, WITHOUT_END},
    "moderate.paused_": {HERE, SERVER},
    "moderate.resumed_": {HERE, SERVER},
    "command.pause_": {HERE, SERVER},
    "audit.did_": {*Action, *(f"review_{verdict}" for verdict in Verdict if verdict not in MOOT)},
    "audit.": {f"{name}_{happened}" for name in OUTCOMES for happened in (YES, NO)},
    "limit.": {"each", "at_once", *SUMS},
    "limit.near_": SUMS,
    "usage.left_": {"at_once", "each", *SUMS},
    "usage.of_": {whose for whose in Whose if whose is not Whose.BOT},
    "usage.": set(Grant),
    "budget.": set(SHARES),
    "usage.title_": set(Usage),
    "usage.money_": set(Spending),
    "command.whose_": set(Usage),
    "settings.rule_": {word(key) for key in KINDS},
    "settings.empty_": LISTS,
    "settings.choice_": {f"{word(key)}_{choice}" for key, choices in CHOICES.items() for choice in choices},
    "settings.turn_": {f"{way}_{key}" for way in ("on", "off") for key in FLAGS},
    "settings.topic_": set(Topic),
    "settings.form_": {topic for topic, keys in RULE_FORMS.items() if keys},
    "settings.limit_": set(LIMIT_PARTS),
    "settings.title_": set(LIMIT_PARTS),
    "settings.part_": {part for parts in LIMIT_PARTS.values() for part in parts},
    "document.bad_": BAD_RULES,
    "film.card_": set(FILM_FIELDS),
    "film.why_": {*words_of("bot", "BadFilm"), TAKEN_BACK, TOO_LARGE, GAVE_UP},
    "take.menu_": {"models", "lengths", "sizes"},
    "take.button_": {"blind", "open"},
    "take.say_": set(TakeVerdict),
    "take.inherit_": {*Inherited, *(f"{each}_hint" for each in Inherited)},
    "may.review_": {"all", "pictures", "newcomers", "flagged", "appeal"},
    "brief.command_": set(BRIEF_OPTIONS),
    "brief.format_": set(Format),
    "brief.span_": set(map(str, SPANS)),
    "brief.state_": STATES,
    "brief.tags_": set(Phase),
    "brief.phase_": STATES,
    "brief.begins_": BEGINNINGS,
    "brief.go_": NEXT,
    "brief.halt_": {*Halt, *Spoilt},
    "brief.heading_": set(HEADINGS),
    "brief.rules_": {*RULE_FIELDS, "votes_hint", "ideas_hint"},
    "idea.form_": IDEA_FORMS,
    "idea.": {*(f"{field}{end}" for field in ("title", *IDEA_PARTS) for end in ("", "_hint")), "yes", "no"},
    "confirm.asked_": {"first", "cost"},
    "confirm.left_": {f"{whose}_{window}" for whose in Whose if whose is not Whose.BOT for window in Window},
}


def test_in_french_everybody_is_spoken_to_in_the_same_way() -> None:
    """As a friend: "tu", also in what is asked of them."""
    polite = re.compile(r"\b(vous|votre|vos|(?!chez\b|assez\b)\w+ez)\b", re.IGNORECASE)
    said = {key: polite.findall(text) for key, text in language("fr").sentences.items()}
    assert {key: words for key, words in said.items() if words} == {}


def test_what_the_code_says_was_found() -> None:
    assert {"prompt_empty", "permissions", "picture_too_heavy", "picture_undecodable"} <= REFUSALS
    assert {"busy", "unreached", "intercepted"} == WAITS
    assert {*SILENCES, "interrupted"} == set(DOUBTS)
    assert len(BAD_PICTURES) == 6


def test_every_code_is_a_reason() -> None:
    """At the border an unknown one becomes a plain failure; ours are all known."""
    assert {*BY_THE_VENDOR, *WAITS, *SILENCES, *BAD_PICTURES, *words_of("bot", "TaskUnknown")} <= set(Reason)


def test_every_way_to_compose_a_key_is_looked_at_here() -> None:
    assert composed_keys() == set(COMPOSED)


@pytest.mark.parametrize("key", sorted(plain_keys()))
def test_every_plain_key_is_there(key: str) -> None:
    assert knows(LOCALE, key)


@pytest.mark.parametrize("key", sorted(start + str(rest) for start, rests in COMPOSED.items() for rest in rests))
def test_every_composed_key_is_there(key: str) -> None:
    assert knows(LOCALE, key)


def every_key() -> list[str]:
    return sorted(language(LOCALE).sentences)


def test_no_sentence_is_there_for_nothing() -> None:
    used = plain_keys() | {start + str(rest) for start, rests in COMPOSED.items() for rest in rests}
    assert set(every_key()) - used == set()


@pytest.mark.parametrize("key", every_key())
def test_every_sentence_is_well_formed(key: str) -> None:
    for _, field, _, _ in string.Formatter().parse(template(LOCALE, key)):
        assert field is None or re.fullmatch("[a-z]+", field)


def test_a_sentence_is_filled_in() -> None:
    facts = {"place": "3rd", "wait": "about 2 minutes", "usual": "3–8 minutes"}
    sentence = "In line, 3rd: about 2 minutes until it is sent. Then usually 3–8 minutes."
    assert say(LOCALE, "reply.queued_nth", **facts) == sentence


def test_facts_may_hold_braces() -> None:
    assert say(LOCALE, "reply.completed_part", part="{part}", parts="{0}") == "Part {part} of {0}."


def test_numbers_are_grouped_and_units_agree() -> None:
    counted = say(LOCALE, "review.count", length=1234, limit=2000)
    assert counted == "1,234 of 2,000 characters"
    shown = {locale: say(locale, "clip.too_large_unlinked", megabytes=30.04) for locale in (LOCALE, "fr", "de")}
    assert "30.04 MB" in shown[LOCALE] and "30,04 MB" in shown["de"] and "30,04\u202fMo" in shown["fr"]


def test_a_missing_key_or_fact_is_an_error() -> None:
    with pytest.raises(KeyError):
        say(LOCALE, "reply.nonsense")
    with pytest.raises(KeyError):
        say(LOCALE, "reply.pending")


@pytest.mark.parametrize("locale", ["en", "en-GB", "xx", "", "zh-CN"])
def test_every_language_has_words(locale: str) -> None:
    assert say(locale, "reply.processing") == "Rendering."


def test_a_pattern_knows_its_sentence_and_nothing_like_it() -> None:
    known = pattern(LOCALE, "reply.pending")
    assert known.search("Sent to Sora (2) Pro*. Usually 3–8 minutes.")
    assert known.search("Sent to two\nlines. Usually quick.")
    assert not known.search("Sent two boats. Usually quick.")


@pytest.mark.parametrize(
    ("locale", "key", "text"),
    [
        ("en-US", "reply.completed", "<@7> Done in 4 min 12 s: 8 s, 1280×720."),
        ("de", "reply.completed", "<@7> Fertig nach 4 min 12 s: 8 s, 1280×720."),
        ("ja", "reply.completed", "<@7> 4分12秒で完成しました：8秒、1280×720。"),
        ("es-ES", "reply.pending", "Enviado a Sora 2. Suele tardar unos 3 minutos."),
        ("en-US", "clip.shrunk", "Shrunk from 30.0 to 7.5 MB, to fit here. The original can be fetched until 9: <x>"),
    ],
)
def test_a_message_is_known_again_though_its_numbers_were_written_otherwise(locale: str, key: str, text: str) -> None:
    assert pattern(locale, key).fullmatch(text)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (252.4, "4 min 12 s"),
        (0, "0 s"),
        (-3, "0 s"),
        (59.4, "59 s"),
        (59.6, "1 min 0 s"),
        (3600, "60 min 0 s"),
    ],
)
def test_durations(seconds: float, text: str) -> None:
    assert duration(LOCALE, seconds) == text


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (180, 480, "3–8 minutes"),
        (170, 500, "3–8 minutes"),
        (190, 205, "about 3 minutes"),
        (40, 70, "about 1 minute"),
        (2, 9, "less than a minute"),
        (3600, 9000, "60–150 minutes"),
    ],
)
def test_spans(low: float, high: float, text: str) -> None:
    assert span(LOCALE, low, high) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "less than a minute"),
        (59, "less than a minute"),
        (80, "about 1 minute"),
        (150, "about 2 minutes"),
        (400, "about 5 minutes"),
        (2000, "about 30 minutes"),
        (7100, "about 2 hours"),
        (20_000, "about 6 hours"),
        (400_000, "about 5 days"),
    ],
)
def test_estimates_are_the_coarser_the_longer(seconds: float, text: str) -> None:
    assert estimate(LOCALE, seconds) == text


def test_ordinals() -> None:
    numbers = (1, 2, 3, 4, 10, 11, 12, 13, 21, 22, 101, 111, 112, 123)
    endings = ("st", "nd", "rd", "th", "th", "th", "th", "th", "st", "nd", "st", "th", "th", "rd")
    assert [ordinal(LOCALE, number) for number in numbers] == [f"{n}{e}" for n, e in zip(numbers, endings, strict=True)]


def test_lists_numbers_and_quotations() -> None:
    assert [joined(LOCALE, words) for words in ((), ("a",), ("a", "b"), ("a", "b", "c"))] == [
        "",
        "a",
        "a and b",
        "a, b, and c",
    ]
    assert [decimal(LOCALE, value) for value in (36.44, 10, 0.06, 1234)] == ["36.4", "10.0", "0.1", "1,234.0"]
    assert quoted(LOCALE, "No faces") == "“No faces”"


def test_times_are_discord_s_own_and_sizes_are_spelled() -> None:
    assert (relative(1000.9), clock(1000.9)) == ("<t:1000:R>", "<t:1000:t>")
    assert spell_size("1280x720") == "1280×720"
