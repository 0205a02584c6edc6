"""What is said when a brief is over: the message, its files to take home, the words of its contact sheet. Pure."""

from bot.briefs.desk import BriefRecord
from bot.briefs.record import cost, films_made, on_sheet
from bot.briefs.record_json import as_json
from bot.briefs.record_markdown import HEADINGS, Spelling, as_markdown
from bot.briefs.takes import Reel, Take
from bot.display import Caption, Captions

from ..words.plain import shorten
from ..words.wording import say, spell_size
from .batch_notes import BESIDE, ModelOf
from .brief_notes import outcome_text
from .extras import extras_lines
from .limits import money
from .links import message_link
from .posting import CardPicture
from .replies import SPOILER

# Of a topic so much is written above its contact sheet.
TITLE_WRITTEN = 100


def record_text(record: BriefRecord) -> str:
    """That it is over, what won, and how much there is of it."""
    locale = record.desk.brief.locale
    return "\n".join(filter(None, (say(locale, "brief.record"), outcome_text(record.desk), _counts(record))))


def _counts(record: BriefRecord) -> str:
    locale, whole = record.desk.brief.locale, cost(record)
    counts = [say(locale, "brief.count", ideas=len(record.desk.by_number))]
    if takes := len(record.takes) + record.left_out:
        counts.append(say(locale, "take.taken", takes=takes))
    if whole.priced:
        counts.append(say(locale, "brief.record_cost", money=money(locale, whole.money)))
    if films := len(films_made(record)):
        counts.append(say(locale, "brief.record_films", films=films))
    return BESIDE.join(counts)


def record_files(record: BriefRecord, model_of: ModelOf) -> tuple[CardPicture, ...]:
    brief = record.desk.brief
    locale = brief.locale
    spelling = Spelling(
        words={key: say(locale, f"brief.heading_{key}") for key in HEADINGS},
        model=lambda job: model_of(job).name,
        settings=lambda job: extras_lines(locale, job.request.extras, model_of(job)),
        status=lambda job: say(locale, f"state.{job.status}"),
        money=lambda millionths: money(locale, millionths),
        link=message_link,
    )
    return (
        CardPicture(name=f"brief-{brief.id}.md", data=as_markdown(record, spelling)),
        CardPicture(name=f"brief-{brief.id}.json", data=as_json(record, message_link)),
    )


# How the name of the sheet ends among the files of a record.
SHEET_ENDS = ".jpg"


def contact_files(record: BriefRecord, contact: bytes | None) -> tuple[CardPicture, ...]:
    """The sheet is as hidden as the most hidden of its takes."""
    if contact is None:
        return ()
    hidden = SPOILER if any(take.job.spoiler for _, take in on_sheet(record)) else ""
    return (CardPicture(name=f"{hidden}brief-{record.desk.brief.id}{SHEET_ENDS}", data=contact),)


def contact_captions(record: BriefRecord, model_of: ModelOf) -> Captions:
    takes = tuple(_caption(reel, take, model_of) for reel, take in on_sheet(record))
    return Captions(title=shorten(record.desk.brief.topic, TITLE_WRITTEN), takes=takes)


def _caption(reel: Reel, take: Take, model_of: ModelOf) -> Caption:
    locale, request = reel.brief.locale, take.job.request
    key = "brief.heading_of_shots" if reel.batch.is_of_shots else "take.of_idea"
    facts = [say(locale, "take.seconds", seconds=request.seconds), spell_size(request.size)]
    model = [] if reel.hides_models else [model_of(take.job).name]
    lines = (say(locale, key, idea=reel.batch.idea), *model, BESIDE.join(facts))
    return Caption(number=take.number, lines=lines, won=take.number == reel.batch.winner)
