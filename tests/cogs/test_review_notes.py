"""What moderators read keeps Discord's limits, and can be trusted whatever stands in it."""

from dataclasses import replace

import pytest

from bot.display import Notice
from bot.jobs import Job, Status
from bot.reviews import MOOT, NOBODY, Kind, Record, Review, Verdict
from bot.server_rules.decide import Flag
from cogs.moderating.review_forms import OPTION_MOST, USUAL_MOST, block_form, prompt_form, reason_form
from cogs.showing.review_notes import footer, note, note_buttons, reminder, verdict_text
from sandbox.discord.validation import check_modal
from tests.cogs.test_cards import LARGEST_ID, SOMEBODY, SORA, check_view, every_language, prompts, verbs, worst
from tests.jobs import a_job

STATUS = {Kind.SENDING: Status.IN_REVIEW, Kind.PUBLISHING: Status.HELD}
HOSTILE = f"**@everyone** <@{SOMEBODY}> " * 100
FLAG = Flag(rule="blocked", what=HOSTILE)

kinds = pytest.mark.parametrize("kind", Kind)


def a_notice(kind: Kind, prompt: str = "A boat", verdict: Verdict | None = None, **fields: object) -> Notice:
    job = worst(a_job(status=STATUS[kind], cost=2_400_000, card_id=5), prompt)
    review = Review(
        job_id=job.id,
        kind=kind,
        guild_id=1,
        asker_id=7,
        asked_at=1000.0,
        why="flagged",
        flags=(FLAG,) * 20,
        joined_at=3.0,
        verdict=verdict,
        decided_at=2000.0 if verdict else None,
        decided_by=8 if verdict else None,
        reason=HOSTILE if verdict else None,
    )
    return Notice(job=job, review=replace(review, **fields), record=Record(asked=1_000_000, denied=9), until=5000.0)  # type: ignore[arg-type]  # fields of Review by name


def in_language(notice: Notice, locale: str) -> Notice:
    return replace(notice, job=replace(notice.job, locale=locale))


@kinds
@prompts
@every_language
@pytest.mark.parametrize("verdict", [None, Verdict.APPROVED, Verdict.REJECTED])
async def test_a_question_and_its_answer_keep_the_limits(
    kind: Kind, prompt: str, locale: str, verdict: Verdict | None
) -> None:
    notice = in_language(a_notice(kind, prompt, verdict), locale)
    embed = note(notice, SORA)
    assert 0 < len(embed.description or "") <= 4096 and len(embed) <= 6000
    assert "@everyone" not in (embed.description or "") and f"@{SOMEBODY}" not in (embed.description or "")
    assert len(reminder(notice)) <= 2000
    check_view(note_buttons(notice))


@kinds
async def test_a_question_has_its_buttons_until_it_is_answered(kind: Kind) -> None:
    offered = verbs(note_buttons(a_notice(kind)))
    assert (
        offered
        == (("approve", "deny", "rewrite", "block"), ("publish", "publish_hidden", "reject"))[kind is Kind.PUBLISHING]
    )
    assert all(note_buttons(a_notice(kind, verdict=verdict)) is None for verdict in MOOT)


@pytest.mark.parametrize("verdict", Verdict)
@every_language
def test_every_answer_names_who_gave_it(verdict: Verdict, locale: str) -> None:
    told = verdict_text(locale, a_notice(Kind.SENDING, verdict=verdict).review)
    assert ("<@8>" in told) is (verdict not in MOOT)


@pytest.mark.parametrize(
    "verdict", [Verdict.APPROVED, Verdict.DENIED, Verdict.PUBLISHED, Verdict.REJECTED], ids=lambda one: one
)
def test_what_nobody_decided_names_nobody(verdict: Verdict) -> None:
    told = verdict_text("en-US", a_notice(Kind.SENDING, verdict=verdict, decided_by=NOBODY).review)
    assert "<@" not in told and "nobody decided in time" in told


@kinds
def test_what_is_asked_is_told(kind: Kind) -> None:
    text = note(a_notice(kind), SORA).description or ""
    for words in ("A boat", "about 2.40", "<@7>", "1,000,000 videos", "9 denied", "Here since <t:3:R>", "<t:5000:R>"):
        assert words.replace("<@7>", f"<@{2**63 - 1}>") in text


@kinds
def test_a_question_is_known_again_and_taken_for_no_other(kind: Kind) -> None:
    notice = a_notice(kind)
    assert note(notice, SORA).footer.text == footer(notice.review)
    others = [replace(notice.review, job_id="1"), *(replace(notice.review, kind=each) for each in Kind)]
    assert len({footer(each) for each in others}) == 3


@every_language
@pytest.mark.parametrize("usual", [[], [f"{number}" * OPTION_MOST for number in range(USUAL_MOST)]])
async def test_forms_are_such_as_discord_opens(locale: str, usual: list[str]) -> None:
    job: Job = replace(worst(a_job()), id=LARGEST_ID, request=replace(a_job().request, prompt="x" * 9000))
    forms = [reason_form("denied", "deny", job, usual, locale), reason_form("rejected", "reject", job, usual, locale)]
    forms += [prompt_form("rewritten", job, locale), block_form("blocked", job, locale)]
    assert [check_modal(form.to_dict()) for form in forms] == [[]] * len(forms)
