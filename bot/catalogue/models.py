"""What a video model is: what it accepts, how the vendor spells that, how long it takes. Pure records."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from dataclasses import field as a_field

from .extras import NO_EXTRAS, NOTHING_MORE, Extras, Fields, Takes


@dataclass(frozen=True, kw_only=True)
class LengthField:
    """The clip's length in seconds; `as_text` where the vendor wants "8" rather than 8.

    `at_size` has the sizes at which fewer lengths are made, and which.
    """

    field: str
    as_text: bool
    values: tuple[int, ...]
    default: int
    at_size: Mapping[str, tuple[int, ...]] = a_field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class SizeField:
    """The clip's size in pixels, for people spelled "1280x720"; `spelled` has the vendor's fields for each.

    `usual` are those that the shape of a picture chooses among when nobody chooses.
    """

    values: tuple[str, ...]
    default: str
    usual: tuple[str, ...]
    spelled: Mapping[str, Fields]


@dataclass(frozen=True, kw_only=True)
class PictureField:
    """The picture a clip starts from: `limit` in bytes, its sides at least and at most `sides` pixels.

    `path`, where requests with a picture have their own, `spelled`, where they spell the size in their own way, and
    `leaves_out`, the fields that they do not take.
    """

    field: str
    limit: int
    sides: tuple[int, int]
    path: str | None = None
    spelled: Mapping[str, Fields] | None = None
    leaves_out: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Model:
    """One video model. All times in seconds. `price` is the operator's own figure for a second, by size; `takes` is
    what it takes beside the usual.

    `rules` names the content rules that its maker lists; `maker` is who has some and lists none. `retired` is the day
    on which its maker took it back, as far as known.
    """

    id: str
    name: str
    path: str
    prompt_limit: int
    typical: tuple[float, float]
    longest: float
    poll_floor: float
    max_active: int | None
    seconds: LengthField
    size: SizeField
    picture: PictureField | None
    fixed: Fields = a_field(default_factory=dict)
    rules: str | None = None
    maker: str | None = None
    price: Mapping[str, float] = a_field(default_factory=dict)
    retired: str | None = None
    takes: Takes = NOTHING_MORE

    def lengths(self, size: str) -> tuple[int, ...]:
        """The lengths that this model makes at a size."""
        return self.seconds.at_size.get(size, self.seconds.values)

    def sizes(self, seconds: int) -> tuple[str, ...]:
        """The sizes in which this model makes clips of a length."""
        return tuple(size for size in self.size.values if seconds in self.lengths(size))

    def price_of(self, seconds: int, size: str) -> float | None:
        """What a clip costs in the vendor's currency, as far as the operator said."""
        price = self.price.get(size)
        return None if price is None else price * seconds

    @property
    def is_priced(self) -> bool:
        """Whether the operator said what a clip costs, in every size."""
        return set(self.size.values) <= set(self.price)

    def path_for(self, *, picture: bool, extras: Extras = NO_EXTRAS) -> str:
        """Where tasks are made, and looked at."""
        if extras.references and self.takes.references and self.takes.references.path:
            return self.takes.references.path
        return self.picture.path or self.path if (picture or extras.last) and self.picture else self.path

    @property
    def paths(self) -> tuple[str, ...]:
        """All of these, each once."""
        some = (Extras(), Extras(references=1))
        found = [self.path_for(picture=picture, extras=extras) for extras in some for picture in (False, True)]
        return tuple(dict.fromkeys(found))

    def spell(self, seconds: int, size: str, *, picture: bool, extras: Extras = NO_EXTRAS) -> dict[str, object]:
        """All fields of a request but its words and its pictures."""
        with_picture = self.picture if picture or extras.last else None
        spelled = self.size.spelled[size]
        if with_picture and with_picture.spelled is not None:
            spelled = with_picture.spelled[size]
        length = str(seconds) if self.seconds.as_text else seconds
        fields = {self.seconds.field: length, **spelled, **self.fixed, **self.takes.spell(extras)}
        left_out = with_picture.leaves_out if with_picture else ()
        return {name: value for name, value in fields.items() if name not in left_out}

    def frame(self, size: str) -> tuple[int, int]:
        """The pixels that a picture is to have for a clip of this size: its own, as far as the sides allow."""
        width, height = pixels(size)
        least, most = self.picture.sides if self.picture else (1, max(width, height))
        scale = max(min(1.0, most / max(width, height)), least / min(width, height))
        return round(width * scale), round(height * scale)


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    """`models` are those that are offered; `switched_off` what else is known, of which there may be jobs."""

    models: Mapping[str, Model]
    default: Model
    switched_off: Mapping[str, Model] = a_field(default_factory=dict)

    @property
    def limits(self) -> dict[str, int]:
        """How many jobs of a model the vendor is to have at once, where that is less than of all together."""
        return {model.id: model.max_active for model in self.models.values() if model.max_active}

    def find(self, model_id: str) -> Model | None:
        return self.models.get(model_id)

    def named(self, text: str) -> Model | None:
        """The model that somebody means who types its id or its name."""
        wanted = text.strip().casefold()
        return next((model for model in self.models.values() if wanted in (model.id, model.name.casefold())), None)

    def describe(self, model_id: str) -> Model:
        """The model, or for one that was taken out of the catalogue what can still be said: its id, usual times."""
        known = self.models.get(model_id) or self.switched_off.get(model_id)
        return known or replace(
            self.default, id=model_id, name=model_id, rules=None, maker=None, price={}, retired=None
        )


def pixels(size: str) -> tuple[int, int]:
    """Width and height of a size spelled "1280x720". Raises ValueError."""
    width, height = size.split("x")
    return int(width), int(height)
