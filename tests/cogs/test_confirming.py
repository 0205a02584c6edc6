"""The question before a wish is sent fits into a message in every language, however much it has to tell."""

import pytest

from bot.actions import ToConfirm
from bot.catalogue import Model, read_catalogue
from bot.drafts import Form, SavedDraft
from bot.server_rules.limits import Amount
from bot.video_request import Draft
from cogs.asking.review import sheet
from cogs.showing.confirming import question_text
from cogs.words.languages import languages
from cogs.words.wording import say
from tests.cogs.test_wording import COMPOSED

CONTENT_MOST, DESCRIPTION_MOST = 2000, 4096
MONEY = 10**12

every_language = pytest.mark.parametrize("locale", sorted(languages()))
every_ruled_model = pytest.mark.parametrize(
    "model", [one for one in read_catalogue().models.values() if one.rules], ids=lambda model: model.id
)


def draft_of(model: Model, prompt: str) -> SavedDraft:
    draft = Draft(prompt=prompt, model=model.id)
    return SavedDraft(id="d" * 12, author_id=1, form=Form.COMPOSE, draft=draft, changed_at=0.0, has_picture=True)


@every_language
@every_ruled_model
def test_a_question_fits_into_a_message(locale: str, model: Model) -> None:
    left = dict.fromkeys(COMPOSED["confirm.left_"], MONEY)
    asked = ToConfirm(
        saved=draft_of(model, "A kite"), rules_of=model, amount=Amount(clips=4, seconds=48, money=MONEY), left=left
    )
    text = question_text(locale, asked)
    assert text.endswith(say(locale, "confirm.send")) and len(text) <= CONTENT_MOST
    assert len(say(locale, "confirm.asked_first", model=model.name)) <= CONTENT_MOST


@every_language
@every_ruled_model
def test_a_draft_with_the_longest_prompt_shows_the_rules_too(locale: str, model: Model) -> None:
    shown = sheet(draft_of(model, "*" * 4000), read_catalogue(), locale).description
    assert shown and say(locale, f"rules.{model.rules}", model=model.name) in shown and len(shown) <= DESCRIPTION_MOST
