"""Seven models: each makes its clip, what it does not make is refused clearly, and one that is gone is replaced."""

import io
from pathlib import Path

import av
import pytest

from bot.catalogue import Model, pixels, read_catalogue
from sandbox.discord import Message
from sandbox.driver import Member, Upload, wait_for
from sandbox.mulerun.frames import Pixels
from sandbox.mulerun.models import MODELS as VENDOR_MODELS
from sandbox.mulerun.models import Choice, Picture, Text
from sandbox.mulerun.models import Model as VendorModel
from tests.pictures import jpeg
from tests.stories.conftest import Studio, card_of, card_text, told
from tests.stories.rules import set_rules
from tests.stories.test_command_line import run_bot
from tests.stories.test_doctor import examined, found
from tests.stories.test_ways_in import answer_to, mention

CATALOGUE = read_catalogue()
each_model = pytest.mark.parametrize("model", CATALOGUE.models.values(), ids=lambda model: str(model.id))


def smallest(model: Model) -> str:
    return min(model.size.values, key=lambda size: pixels(size)[0] * pixels(size)[1])


@each_model
@pytest.mark.parametrize("picture", [None, jpeg((1000, 700))], ids=["text", "picture"])
async def test_each_model_makes_a_clip_of_a_prompt_and_of_a_picture(
    studio: Studio, model: Model, picture: bytes | None
) -> None:
    size = smallest(model)
    options: dict[str, object] = {"model": model.id, "seconds": min(model.seconds.values), "size": size}
    if picture:
        options["image"] = Upload.named("harbour.jpg", picture)
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="A paper boat", **options))
    assert model.name in card_text(card)
    done = await studio.hears(card, "Done in")
    clip = await studio.ana.download(done.attachments[0].url)
    [task] = studio.vendor.ledger.tasks.values()
    assert task.model == model.path_for(picture=picture is not None)
    assert (task.picture is not None) == (picture is not None)
    with av.open(io.BytesIO(clip)) as opened:
        video = opened.streams.video[0]
        wanted = pixels(size)
        assert video.width / video.height == pytest.approx(wanted[0] / wanted[1], rel=0.01)


async def test_options_follow_what_is_filled_in(studio: Studio) -> None:
    async def suggested(option: str, typed: str = "", **filled: object) -> list[object]:
        choices = await studio.ana.autocomplete(studio.channel, "video", option, typed, **filled)
        return [choice["value"] for choice in choices]

    assert await suggested("model") == list(CATALOGUE.models)
    assert await suggested("model", "seed", prompt="A boat") == ["seedance-2.0", "seedance-2.0-fast"]
    assert await suggested("seconds") == [4, 8, 12]
    assert await suggested("seconds", model="wan-2.6") == [5, 10, 15]
    assert await suggested("seconds", "1", model="wan-2.6") == [10, 15]
    assert await suggested("seconds", model="veo-3.1", size="1920x1080") == [8]
    assert await suggested("size", model="veo-3.1", seconds=4) == ["1280x720", "720x1280"]
    assert await suggested("size", "480", model="kling-v3") == []
    assert await suggested("size", model="no such model") == list(CATALOGUE.default.size.values)
    picture = Upload.named("harbour.jpg", jpeg((1000, 700)))
    assert await suggested("model", "veo", image=picture) == ["veo-3.1"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"model": "veo-3.1", "seconds": 5}, "Veo 3.1 makes clips of 4, 6, and 8 seconds"),
        (
            {"model": "veo-3.1", "seconds": 4, "size": "1920x1080"},
            "At 1920×1080 pixels Veo 3.1 makes clips of 8 seconds",
        ),
        ({"model": "kling-v3", "size": "1792x1024"}, "Kling v3 makes clips of 1280×720, 720×1280"),
        ({"model": "sora 9"}, "There is no model “sora 9” here. There is: Sora 2 Pro, Sora 2, Veo 3.1"),
    ],
)
async def test_what_a_model_does_not_make_is_refused_with_what_it_does(
    studio: Studio, options: dict[str, object], words: str
) -> None:
    answer = await studio.ana.run(studio.channel, "video", prompt="A paper boat", **options)
    assert answer.ephemeral and answer.message
    assert words in answer.message.content and "A paper boat" in answer.message.content
    assert studio.vendor.ledger.visits == []


@pytest.mark.settings(MODELS="veo-3.1, wan-2.6", DEFAULT_MODEL="wan-2.6")
async def test_only_models_that_are_switched_on_are_offered(studio: Studio) -> None:
    choices = await studio.ana.autocomplete(studio.channel, "video", "model", "")
    assert [choice["name"] for choice in choices] == ["Veo 3.1", "Wan 2.6"]
    answer = await studio.ana.run(studio.channel, "video", prompt="A kite", model="kling-v3")
    assert answer.message and "There is: Veo 3.1 and Wan 2.6." in answer.message.content
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="A kite"))
    assert "Wan 2.6" in card_text(card)


# --- the operator's own file

BOAT = VendorModel(
    id="boat-1.5",
    path="/vendors/shipyard/v1/boat/generation",
    fields={
        "prompt": Text(longest=100),
        "length": Choice(values=("2", "3"), default="2"),
        "frame": Choice(values=("320:240", "240:320"), default="320:240"),
        "still": Picture(heaviest=100_000, exact=True),
        "sound": Choice(values=("on", "off"), default="off"),
    },
    pending=(1, 2),
    total=(3, 4),
    frame=Pixels(field="frame", between=":"),
    length="length",
    picture="still",
)
OWN = """
["boat-1.5"]
name = "Boat 1.5"
path = "/vendors/shipyard/v1/boat/generation"
prompt_limit = 100
typical = [0.5, 2]
longest = 900
poll_floor = 0.5
seconds = { field = "length", type = "string", values = [2, 3], default = 2 }
size = { field = "frame", between = ":", values = ["320x240", "240x320"], default = "320x240" }
picture = { field = "still", limit = 100_000 }
fixed = { sound = "on" }
price = 0.45

["veo-3.1"]
price = { "1280x720" = 0.3 }
"""


@pytest.mark.vendor(models=(*VENDOR_MODELS, BOAT))
async def test_a_file_of_ones_own_adds_a_model_and_prices_with_no_code(studio: Studio) -> None:
    assert await studio.bot.stop() == 0
    file = studio.folder / "own.toml"
    file.write_text(OWN)
    studio.settings["CATALOGUE_FILE"] = str(file)
    await studio.start()
    choices = await studio.ana.autocomplete(studio.channel, "video", "model", "boat")
    assert [choice["value"] for choice in choices] == ["boat-1.5"]
    picture = Upload.named("harbour.jpg", jpeg((700, 1000)))
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="A kite", model="Boat 1.5", image=picture))
    assert "Boat 1.5 · 2 s · 240×320 · about 0.90" in card_text(card)
    assert (await studio.hears(card, "Done in")).attachments
    [task] = studio.vendor.ledger.tasks.values()
    assert (task.model, task.seconds, task.size) == (BOAT.path, 2, (240, 320))
    for size, price in (("1280x720", " · about 2.40"), ("720x1280", "")):
        card = card_of(await studio.ana.run(studio.channel, "video", prompt="A kite", model="veo-3.1", size=size))
        assert f"8 s · {size.replace('x', '×')}{price}\n" in card_text(card)


# --- a model that is gone


async def models_suggested(studio: Studio) -> list[str]:
    return [choice["value"] for choice in await studio.ana.autocomplete(studio.channel, "video", "model", "")]


def posts(studio: Studio) -> list[str]:
    return [visit.path for visit in studio.vendor.ledger.visits if visit.method == "POST"]


async def test_a_model_that_is_gone_is_named_with_the_nearest_one_and_remembered(studio: Studio) -> None:
    studio.vendor.delist("sora-2-pro")
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="A kite", seconds=8))
    told = await studio.hears(card, "does not offer Sora 2 Pro any more. The nearest to it is Veo 3.1.")
    assert "Nothing was charged" in told.content
    await wait_for(lambda: "MuleRun does not offer Sora 2 Pro any more" in card_text(card) and card.components)
    assert (await models_suggested(studio))[-1] == "sora-2-pro"
    await studio.restart()
    assert (await models_suggested(studio))[-1] == "sora-2-pro"
    # the card and the reply carry the same button; both live on
    first = card_of(await studio.ana.press(told, "Use Veo 3.1"))
    assert "A kite" in card_text(first) and "Veo 3.1 · 8 s · 720×1280" in card_text(first)
    assert (await studio.hears(first, "Done in")).attachments
    second = card_of(await studio.ana.press(card, "Use Veo 3.1"))
    assert (await studio.hears(second, "Done in")).attachments
    assert posts(studio) == [CATALOGUE.default.path, *[CATALOGUE.models["veo-3.1"].path] * 2]


async def test_what_was_suggested_may_come_back_by_its_label(studio: Studio) -> None:
    studio.vendor.delist("veo-3.1")
    await studio.hears(
        card_of(await studio.ana.run(studio.channel, "video", prompt="A kite", model="veo-3.1")), "does not offer"
    )
    bea = studio.member("Bea", locale="de")

    async def label(option: str, **filled: object) -> str:
        return str((await bea.autocomplete(studio.channel, "video", option, "", **filled))[-1]["name"])

    model = await label("model")
    assert "Veo 3.1" in model != "Veo 3.1"
    size = await label("size", model=model)
    choices = await bea.autocomplete(studio.channel, "video", "seconds", "", model=model, size=size)
    assert (size, choices) == ("2160×3840", [{"name": "8", "value": 8}])
    studio.vendor.allow("veo-3.1")
    card = card_of(await bea.run(studio.channel, "video", prompt="A kite", model=model, size=size))
    assert "Veo 3.1 · 8 s · 2160×3840" in card_text(card)


async def test_who_names_no_model_meets_a_dead_default_once_and_another_stands_in_until_it_is_back(
    studio: Studio,
) -> None:
    studio.vendor.delist("sora-2-pro")
    dead = card_of(await studio.ana.run(studio.channel, "video", prompt="A kite", seconds=8))
    told = await studio.hears(dead, "does not offer Sora 2 Pro any more")
    bea = studio.member("Bea")
    stood_in = "Sora 2 Pro is not to be had just now; made with Veo 3.1."

    async def made(card: Message, seconds: int) -> None:
        assert f"Veo 3.1 · {seconds} s" in card_text(card) and stood_in in card_text(card)
        assert (await studio.hears(card, "Done in")).attachments

    by_default = card_of(await bea.run(studio.channel, "video", prompt="A boat", seconds=8))
    await made(by_default, 8)
    # so it is with what is changed, whose asker chose none either
    form = await studio.ana.press(told, "Change")
    await made(card_of(await studio.ana.submit(form, prompt="A red kite")), 8)
    # and with what is said
    await made(
        await answer_to(studio, await bea.say(studio.channel, mention(studio, "A lighthouse")), "A lighthouse"), 4
    )
    # whoever names it has it tried
    named = card_of(await studio.ana.run(studio.channel, "video", prompt="A kite", model="Sora 2 Pro"))
    assert stood_in not in card_text(named)
    told = await studio.hears(named, "does not offer Sora 2 Pro any more")
    studio.vendor.allow("sora-2-pro")
    kept = card_of(await studio.ana.submit(await studio.ana.press(told, "Change"), prompt="A green kite"))
    assert "Sora 2 Pro" in card_text(kept)
    await studio.hears(kept, "Done in")
    # it is back, also for what another made
    again = card_of(await bea.press(await studio.hears(by_default, "Done in"), "Again"))
    assert "Sora 2 Pro · 8 s · 720×1280" in card_text(again) and "not to be had" not in card_text(again)
    await studio.hears(again, "Done in")
    sora, veo = CATALOGUE.default.path, CATALOGUE.models["veo-3.1"].path
    assert posts(studio) == [sora, veo, veo, veo, sora, sora, sora]


def make_veo_dearer(catalogue: Path) -> None:
    before, after = catalogue.read_text().split('["veo-3.1"]')
    catalogue.write_text(f'{before}["veo-3.1"]{after.replace("price = 0.25", "price = 1.0", 1)}')


@pytest.mark.catalogue(price=0.25)
async def test_a_yes_to_the_default_is_none_to_a_dearer_one_that_stands_in(studio: Studio) -> None:
    make_veo_dearer(Path(studio.settings["CATALOGUE_FILE"]))
    await studio.restart()
    set_rules(studio, {"confirm_above": 0.5})
    question = await studio.ana.run(studio.channel, "video", prompt="A kite")
    assert "for about 1.00" in told(question) and question.message
    studio.vendor.delist("sora-2-pro")
    named = await studio.ana.run(studio.channel, "video", prompt="A boat", model="sora-2-pro")
    assert named.message
    await studio.hears(card_of(await studio.ana.press(named.message, "Send it")), "does not offer")
    anew = await studio.ana.press(question.message, "Send it")
    assert "for about 4.00" in told(anew) and anew.message
    card = card_of(await studio.ana.press(anew.message, "Send it"))
    assert "made with Veo 3.1" in card_text(card) and "about 4.00" in card_text(card)
    await studio.hears(card, "Done in")


@pytest.mark.clocks({"bot.actions.budgets:LOOK_EVERY": 0.3})
async def test_who_runs_the_bot_is_told_once_that_the_default_is_away(studio: Studio) -> None:
    owner = Member(studio.discord, studio.guild.owner, studio.guild)

    def told_owner() -> list[str]:
        return [message.content for message in owner.direct.history if "Sora 2 Pro" in message.content]

    studio.vendor.forbid("sora-2-pro")
    dead = card_of(await studio.ana.run(studio.channel, "video", prompt="A kite"))
    await studio.hears(dead, "key may not use Sora 2 Pro")
    await wait_for(told_owner, what="the owner to be told")
    await studio.restart()
    [told] = told_owner()
    assert told.startswith("The MuleRun key of this bot may not use Sora 2 Pro, which is its default model.")
    assert "mostly Veo 3.1" in told and "DEFAULT_MODEL" in told
    assert "the nearest stands in, mostly Veo 3.1." in found(await examined(owner, studio))
    # whoever writes bit by bit sees it before it is sent, and may choose
    form = await studio.ana.run(studio.channel, "compose")
    review = (await studio.ana.submit(form, subject="A boat")).message
    assert review and "Sora 2 Pro is not to be had just now: choose another model" in str(review.embeds)
    card = card_of(await studio.ana.press(review, "Send"))
    assert "Veo 3.1 · 4 s" in card_text(card) and "made with Veo 3.1" in card_text(card)
    await studio.hears(card, "Done in")
    assert told_owner() == [told]


async def test_the_picture_goes_along_to_the_nearest_model(studio: Studio) -> None:
    studio.vendor.forbid("wan-2.6")
    picture = Upload.named("harbour.jpg", jpeg((1000, 700)))
    options = {"model": "wan-2.6", "seconds": 10, "image": picture}
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="A kite", **options))
    told = await studio.hears(card, "key may not use Wan 2.6: .*The nearest to it is Seedance 2.0")
    again = card_of(await studio.ana.press(told, "Use Seedance 2.0"))
    assert "Seedance 2.0 · 10 s · 960×720" in card_text(again)
    assert again.embeds[0]["thumbnail"]
    await studio.hears(again, "Sent to Seedance 2.0")
    [task] = studio.vendor.ledger.tasks.values()
    assert task.model == CATALOGUE.models["seedance-2.0"].path_for(picture=True)
    assert task.picture


async def test_a_button_never_stands_for_another_model_than_it_names(studio: Studio) -> None:
    for model in ("sora-2-pro", "veo-3.1"):
        studio.vendor.delist(model)
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="A kite"))
    told = await studio.hears(card, "The nearest to it is Veo 3.1")
    veo = card_of(await studio.ana.press(told, "Use Veo 3.1"))
    await studio.hears(veo, "does not offer Veo 3.1 any more. The nearest to it is Seedance 2.0")
    changed = await studio.ana.press(told, "Use Veo 3.1")
    assert changed.ephemeral and changed.message
    assert "The nearest is Seedance 2.0." in changed.message.content
    assert len(posts(studio)) == 2
    again = card_of(await studio.ana.press(changed.message, "Use Seedance 2.0"))
    assert (await studio.hears(again, "Done in")).attachments


async def test_whoever_takes_the_nearest_is_the_asker_of_that(studio: Studio) -> None:
    studio.vendor.delist("sora-2-pro")
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="A kite"))
    told = await studio.hears(card, "The nearest to it is")
    other = card_of(await studio.member("Bea").press(told, "Use Veo 3.1"))
    assert "asked by Bea · Veo 3.1" in card_text(other) and f"/{card.id})" in card_text(other)


@pytest.mark.settings(MODELS="sora-2-pro")
async def test_where_there_is_no_other_model_nothing_is_offered(studio: Studio) -> None:
    studio.vendor.delist("sora-2-pro")
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="A kite"))
    told = await studio.hears(card, "Whoever runs the bot can choose another model")
    assert [button["label"] for button in told.components[0]["components"]] == ["Change", "Again"]
    # nobody meets it twice who does not ask for it
    refused = await studio.ana.run(studio.channel, "video", prompt="A kite, again")
    assert refused.ephemeral and refused.message and "A kite, again" in refused.message.content
    assert "Sora 2 Pro is not to be had just now, and nothing else may make this here." in refused.message.content
    assert len(posts(studio)) == 1


# --- the doctor


async def test_the_doctor_tells_which_models_are_refused(studio: Studio) -> None:
    studio.vendor.delist("sora-2-pro")
    studio.vendor.forbid("kling-v3")
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="A kite"))
    await studio.hears(card, "does not offer")
    assert await studio.bot.stop() == 0
    environment = {
        "DISCORD_TOKEN": studio.discord.token,
        "DISCORD_API_URL": studio.discord.api_url,
        "MULERUN_API_KEY": studio.vendor.api_key,
        "MULERUN_BASE_URL": studio.vendor.base_url,
    }
    code, out, err = await run_bot(studio.folder, environment, "doctor")
    assert code == 1, out + err
    lines = out.splitlines()
    [known] = [line for line in lines if "MuleRun refused sora-2-pro" in line]
    assert known.startswith("FAIL") and "it does not offer it any more" in known
    forbidden = [line for line in lines if "may not use Kling v3" in line]
    assert len(forbidden) == 2 and not any(line.startswith("FAIL") for line in forbidden)
    [elsewhere] = [line for line in lines if "“Not Found”" in line]
    assert CATALOGUE.default.path in elsewhere and "only a paid request can tell" in elsewhere
    [there] = [line for line in lines if "“Task not found”" in line]
    assert "veo-3.1" in there and "wan2.6-i2v" in there
    environment["DEFAULT_MODEL"] = "veo-3.1"
    assert (await run_bot(studio.folder, environment, "doctor"))[0] == 0
    assert posts(studio) == [CATALOGUE.default.path]
