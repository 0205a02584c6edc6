"""What a model may take beside prompt, length, size and the picture to start from, and a wish for it. Pure records."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

Fields = Mapping[str, object]
"""Part of a request's JSON, in the vendor's names and types."""


class Shots(StrEnum):
    """A clip of more than one shot."""

    SEVERAL = "several"  # the model cuts as it thinks best
    LISTED = "listed"  # each line of the prompt is one


@dataclass(frozen=True, kw_only=True)
class Extras:
    """What a request has of it; None is what nobody chose.

    `last` says that a picture comes along which the clip ends on, `references` how many that it is to look like.
    `left_out` names what was wished for and is nothing that the model takes.
    """

    negative: str | None = None
    seed: int | None = None
    sound: bool | None = None
    resolution: str | None = None
    shots: Shots | None = None
    last: bool = False
    references: int = 0
    left_out: tuple[str, ...] = ()


NO_EXTRAS = Extras()


@dataclass(frozen=True, kw_only=True)
class LastFrameField:
    """The picture that a clip ends on: as the one that it starts from; `alone` where there need not be such a one."""

    field: str
    alone: bool = False


@dataclass(frozen=True, kw_only=True)
class ReferencesField:
    """A list of up to `most` pictures of what is to be seen in the clip; limits as those of `PictureField`.

    `path`, where requests with such have their own; `lengths`, where only some are made with them; `together`, where
    they may come along with pictures to start from and to end on.
    """

    field: str
    most: int
    limit: int
    sides: tuple[int, int]
    path: str | None = None
    lengths: tuple[int, ...] = ()
    together: bool = False


@dataclass(frozen=True, kw_only=True)
class NegativeField:
    """What is not to be seen, in up to `limit` characters."""

    field: str
    limit: int


@dataclass(frozen=True, kw_only=True)
class SeedField:
    """The number that chance begins with: the same wish with the same one comes out much the same."""

    field: str
    least: int
    most: int


@dataclass(frozen=True, kw_only=True)
class SoundField:
    """Whether the clip has sound; `on` and `off` as the vendor spells them."""

    field: str
    on: object
    off: object
    default: bool


@dataclass(frozen=True, kw_only=True)
class ResolutionField:
    """A quality that is chosen apart from the size, as the vendor spells it."""

    field: str
    values: tuple[str, ...]
    default: str


@dataclass(frozen=True, kw_only=True)
class ShotsField:
    """How more than one shot is asked for: the vendor's fields for each of the two ways, None for one that it lacks.

    Listed shots stand in `field` in place of the prompt: up to `most`, each of up to `limit` characters.
    """

    several: Fields | None = None
    listed: Fields | None = None
    field: str = ""
    most: int = 0
    limit: int = 0

    def fields_for(self, shots: Shots) -> Fields | None:
        return self.several if shots is Shots.SEVERAL else self.listed

    @property
    def ways(self) -> tuple[Shots, ...]:
        return tuple(shots for shots in Shots if self.fields_for(shots) is not None)


@dataclass(frozen=True, kw_only=True)
class Takes:
    """Which of it a model takes, and how the vendor spells that; None for what it does not."""

    last_frame: LastFrameField | None = None
    references: ReferencesField | None = None
    negative: NegativeField | None = None
    seed: SeedField | None = None
    sound: SoundField | None = None
    resolution: ResolutionField | None = None
    shots: ShotsField | None = None

    @property
    def pictures(self) -> bool:
        """Whether there are pictures to give beside the first."""
        return self.last_frame is not None or self.references is not None

    @property
    def settings(self) -> bool:
        """Whether there is anything else to choose."""
        return any((self.negative, self.seed, self.sound, self.resolution, self.shots))

    def spell(self, extras: Extras) -> dict[str, object]:
        """The vendor's fields, but for pictures and listed shots themselves. What nobody chose is told where sound
        and resolution are concerned: the documents are not of one mind about what they are by themselves.
        """
        fields: dict[str, object] = {}
        if self.negative and extras.negative:
            fields[self.negative.field] = extras.negative
        if self.seed and extras.seed is not None:
            fields[self.seed.field] = extras.seed
        if self.sound:
            is_on = self.sound.default if extras.sound is None else extras.sound
            fields[self.sound.field] = self.sound.on if is_on else self.sound.off
        if self.resolution:
            fields[self.resolution.field] = extras.resolution or self.resolution.default
        if self.shots and extras.shots:
            fields |= self.shots.fields_for(extras.shots) or {}
        return fields


NOTHING_MORE = Takes()
