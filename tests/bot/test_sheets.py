"""Contact sheets, family trees and storyboards: real pictures, decoded again."""

import io
from collections.abc import Callable
from dataclasses import replace

import pytest
from PIL import Image, ImageChops

from bot.errors import BadPicture
from bot.sheets import (
    Change,
    ChangeKind,
    Drawn,
    Join,
    Member,
    Panel,
    Tile,
    draw_contact,
    draw_strip,
    draw_tree,
)
from bot.sheets.contact import plan_contact
from bot.sheets.generations import plan_family
from bot.sheets.places import LARGEST, SHAPES, Box
from bot.sheets.strip import plan_strip
from bot.workbench import Workbench
from tests.pictures import encode

Colour = tuple[int, int, int]
GOLD, BLUE, GROUND = (240, 178, 50), (30, 60, 200), (43, 45, 49)
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft " * 3
RIGHT = "قبل أن يأتي المطر، طفل يركض على الشاطئ مع طائرة ورقية" * 3


def poster(colour: Colour = BLUE, size: tuple[int, int] = (640, 360)) -> bytes:
    return encode(Image.new("RGB", size, colour))


def decoded(drawn: Drawn) -> Image.Image:
    picture = Image.open(io.BytesIO(drawn.picture))
    picture.load()
    assert picture.format == "JPEG"
    assert picture.size == (drawn.width, drawn.height)
    assert max(picture.size) <= LARGEST
    assert len(drawn.picture) <= 8_000_000
    return picture


def near(one: object, other: Colour, by: int = 24) -> bool:
    assert isinstance(one, tuple)
    return all(abs(a - b) <= by for a, b in zip(one, other, strict=True))


def is_bare(picture: Image.Image) -> bool:
    """Whether there is nothing but the ground, as a JPEG has it."""
    rest = ImageChops.difference(picture, Image.new("RGB", picture.size, GROUND))
    return all(channel.getextrema()[1] < 12 for channel in rest.split())  # type: ignore[operator]


def middle(box: Box) -> tuple[int, int]:
    return box.left + box.width // 2, box.top + box.height // 2


def tiles(count: int, **fields: object) -> list[Tile]:
    return [
        Tile(**{"number": str(at + 1), "poster": poster(), "lines": ("a kite", "Veo"), **fields})  # type: ignore[arg-type]
        for at in range(count)
    ]


def members(count: int, parent: Callable[[int], tuple[str, ...]] = lambda at: (str((at - 1) // 2),)) -> list[Member]:
    changed = (Change(kind=ChangeKind.ADDED, text="rain"), Change(kind=ChangeKind.OTHER, text="Veo → Kling"))
    return [
        Member(id=str(at), number=str(at + 1), title=LONG if at % 2 else RIGHT, poster=poster() if at % 3 else None,
               votes="3 votes", parents=parent(at) if at else (), changed=changed if at else ())
        for at in range(count)
    ]  # fmt: skip


def shots(count: int) -> list[Panel]:
    joins = list(Join)
    return [
        Panel(number=str(at + 1), poster=poster() if at % 2 else None, words=RIGHT, start="0:00–0:06", length="6 s",
              join=joins[at % 3], note=LONG)
        for at in range(count)
    ]  # fmt: skip


@pytest.mark.parametrize("count", [0, 1, 7, 40, 75])
def test_any_number_of_takes_is_drawn_or_counted(count: int) -> None:
    drawn = draw_contact(tiles(count))
    picture = decoded(drawn)
    assert drawn.left_out == max(0, count - 60)
    plan = plan_contact(min(count, 60), SHAPES[0], 2)
    for box in plan.tiles:
        assert near(picture.getpixel((middle(box)[0], box.top + plan.poster[1] // 2)), BLUE)


@pytest.mark.parametrize("count", [0, 1, 7, 75])
def test_any_number_of_shots_is_drawn_or_counted(count: int) -> None:
    drawn = draw_strip(shots(count), "Storyboard")
    decoded(drawn)
    assert drawn.left_out == max(0, count - 60)


@pytest.mark.parametrize("count", [0, 1, 4, 7, 40, 100])
def test_any_number_of_relatives_is_drawn(count: int) -> None:
    drawn = draw_tree(members(count), "The kite")
    decoded(drawn)
    assert drawn.left_out == 0


def test_a_family_too_large_says_how_many_are_missing() -> None:
    drawn = draw_tree([replace(member, title="kite") for member in members(300)])
    picture = decoded(drawn)
    assert drawn.left_out > 0
    # the badge at the foot
    foot = picture.crop((drawn.width - 120, drawn.height - 60, drawn.width, drawn.height)).convert("L")
    assert foot.getextrema()[1] > 200  # type: ignore[operator]


def test_of_a_family_too_large_the_winner_stays() -> None:
    family = [Member(id=str(at), number=str(at), title="kite", won=at == 199) for at in range(200)]
    picture = decoded(draw_tree(family)).convert("RGB")
    apart = ImageChops.difference(picture, Image.new("RGB", picture.size, GOLD)).convert("L")
    assert sum(apart.histogram()[:12]) > 500


def test_the_winner_has_a_golden_border_and_nobody_else() -> None:
    drawn = draw_contact([*tiles(3), *tiles(1, won=True)])
    picture, plan = decoded(drawn), plan_contact(4, SHAPES[0], 2)
    edges = [picture.getpixel((middle(box)[0], box.bottom + 2)) for box in plan.tiles]
    assert [near(edge, GOLD) for edge in edges] == [False, False, False, True]


def test_the_winner_of_a_family_has_one_too() -> None:
    family = [Member(id="a", number="1", title="kite"),
              Member(id="b", number="2", title="kite", parents=("a",), won=True)]  # fmt: skip
    picture = decoded(draw_tree(family))
    boxes = {spot.id: spot.box for spot in plan_family([("a", ()), ("b", ("a",))]).spots}
    assert near(picture.getpixel((middle(boxes["b"])[0], boxes["b"].bottom + 2)), GOLD)
    assert near(picture.getpixel((middle(boxes["a"])[0], boxes["a"].bottom + 2)), GROUND)


@pytest.mark.parametrize("broken", [None, b"", b"no picture", poster()[:200]])
def test_what_has_no_poster_shows_its_reason(broken: bytes | None) -> None:
    plain = decoded(draw_contact([Tile(number="1", poster=broken)]))
    told = decoded(draw_contact([Tile(number="1", poster=broken, reason="Refused by the vendor")]))
    area = ImageChops.difference(plain, told).convert("L").point(lambda level: 255 * (level > 60)).getbbox()
    plan = plan_contact(1, SHAPES[0], 0)
    assert area
    assert plan.tiles[0].holds(Box(area[0], area[1], area[2] - area[0], area[3] - area[1]))


@pytest.mark.parametrize("words", [LONG, RIGHT, "日本語" * 60, "🎬" * 60, "a\u0301" + "\u0301" * 300])
def test_words_stay_in_their_tile(words: str) -> None:
    drawn = draw_contact(tiles(5, lines=(words, words, words), reason=words))
    picture = decoded(drawn).convert("RGB")
    lines = next(most for most in range(5) if plan_contact(5, SHAPES[0], most).size == picture.size)
    plan = plan_contact(5, SHAPES[0], lines)
    for box in plan.tiles:
        picture.paste(GROUND, (box.left - 8, box.top - 8, box.right + 8, box.bottom + 8))
    assert is_bare(picture)


def test_words_of_shots_stay_in_their_panel() -> None:
    drawn = draw_strip(shots(5))
    picture = decoded(drawn).convert("RGB")
    plan = plan_strip(5, SHAPES[0], 2)
    assert plan.size == picture.size
    for box in plan.panels:
        picture.paste(GROUND, (box.left - plan.gap, box.top - 8, box.right + 8, box.bottom + 8))
    assert is_bare(picture)


def test_each_join_has_its_own_mark() -> None:
    marks = set()
    for join in Join:
        picture = decoded(draw_strip([shots(1)[0], Panel(number="2", join=join)]))
        box, gap = plan_strip(2, SHAPES[0], 2).panels[1], plan_strip(2, SHAPES[0], 2).gap
        mark = picture.crop((box.left - gap, box.top, box.left, box.bottom)).convert("L")
        marks.add(mark.point(lambda level: 255 * (level > 100)).tobytes())
    assert len(marks) == 3


def test_what_changed_stands_on_the_arrow_in_its_colour() -> None:
    def told(*changed: Change) -> Image.Image:
        family = [Member(id="a", number="1", title="kite"),
                  Member(id="b", number="2", title="kite", parents=("a",), changed=changed)]  # fmt: skip
        box = plan_family([("a", ()), ("b", ("a",))]).spots[1].box
        return decoded(draw_tree(family)).crop((box.left - 180, box.top, box.left, box.bottom))

    def tint(picture: Image.Image) -> tuple[int, int]:
        red, green, _ = picture.split()
        return ImageChops.subtract(red, green).getextrema()[1], ImageChops.subtract(green, red).getextrema()[1]  # type: ignore[return-value]

    none, came, went = (told(), told(Change(kind=ChangeKind.ADDED, text="MMMM")),
                        told(Change(kind=ChangeKind.REMOVED, text="MMMM")))  # fmt: skip
    assert max(tint(none)) < 30
    assert tint(came)[1] > 70 > 40 > tint(came)[0]
    assert tint(went)[0] > 70 > 40 > tint(went)[1]


def test_a_limit_is_kept_by_a_worse_picture_or_refused() -> None:
    whole = draw_contact(tiles(20))
    smaller = draw_contact(tiles(20), limit=len(whole.picture) - 1)
    assert len(decoded(smaller).tobytes()) == len(decoded(whole).tobytes())
    assert len(smaller.picture) < len(whole.picture)
    with pytest.raises(BadPicture, match="too_heavy"):
        draw_contact(tiles(20), limit=1000)


async def test_the_largest_are_drawn_in_a_child_with_little_memory(workbench: Workbench) -> None:
    heavy = poster(size=(2000, 1125))
    sheet = await workbench.run(draw_contact, [Tile(number=str(at), poster=heavy) for at in range(60)], "Takes")
    family = [Member(id=str(at), number=str(at), title=LONG, parents=("0",) if at else ()) for at in range(100)]
    decoded(sheet)
    decoded(await workbench.run(draw_tree, family))
