"""The video models of this MuleRun, as data: where each listens, what it accepts, how long it takes.

Sources: the vendor's pages (Sora, Veo), and its own clients' lists of fields (Seedance, Kling, Wan). Lists of videos,
sounds and elements to refer to are not served here. Another model is another row in `MODELS`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.mulerun.frames import AreaOfPicture, Frame, Pixels, Ratio, ShapeOfPicture


@dataclass(frozen=True, kw_only=True)
class Text:
    """A string of 1 to `longest` characters."""

    longest: int
    required: bool = True


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One of `values`, of exactly their type: "4" is not 4."""

    values: tuple[str, ...] | tuple[int, ...] | tuple[bool, ...]
    default: str | int


@dataclass(frozen=True, kw_only=True)
class Whole:
    """A whole number; left out, the vendor chooses one."""

    least: int
    most: int


@dataclass(frozen=True, kw_only=True)
class Picture:
    """An http(s) URL or data URI of at most `heaviest` bytes, decoded.

    Its sides have `sides` pixels at least and at most, the longer one at most `stretch` times the shorter one; `exact`
    means that both must be those of the clip, `opaque` that nothing may show through.
    """

    heaviest: int
    kinds: tuple[str, ...] = ("jpeg", "png", "webp")
    required: bool = False
    exact: bool = False
    sides: tuple[int, int] = (1, 100_000)
    stretch: float = 100.0
    opaque: bool = False


@dataclass(frozen=True, kw_only=True)
class Pictures:
    """A list of 1 to `most` pictures, each like `each`."""

    most: int
    each: Picture


@dataclass(frozen=True, kw_only=True)
class Shots:
    """A list of objects with `prompt` and `duration`, a whole number; together as long as the clip."""

    longest: int


Field = Text | Choice | Whole | Picture | Pictures | Shots


@dataclass(frozen=True, kw_only=True)
class Only:
    """Where `field` is one of `values`, or with None is given at all, `other` must be one of `allowed`."""

    field: str
    values: tuple[object, ...] | None
    other: str
    allowed: tuple[object, ...]


@dataclass(frozen=True, kw_only=True)
class AnyOf:
    """One of these fields at least has to be given; with `only`, no more than one."""

    fields: tuple[str, ...]
    only: bool = False


Rule = Only | AnyOf


@dataclass(frozen=True, kw_only=True)
class Model:
    """`pending` and `total` are the shortest and longest usual times in vendor seconds.

    `prompt`, `length` and `picture` name the fields that mean these things, `frame` those that say the size. A length
    of -1 leaves it to the model.
    """

    id: str
    path: str
    fields: Mapping[str, Field]
    pending: tuple[float, float]
    total: tuple[float, float]
    frame: Frame
    rules: tuple[Rule, ...] = ()
    prompt: str = "prompt"
    length: str = "duration"
    picture: str | None = "image"


MEGABYTE = 1_000_000
ON_OFF = (True, False)
SEED = Whole(least=0, most=2_147_483_647)

# --- OpenAI

SORA_FIELDS: Mapping[str, Field] = {
    "prompt": Text(longest=2000),
    "input_reference": Picture(heaviest=10 * MEGABYTE, exact=True),
    "seconds": Choice(values=("4", "8", "12"), default="4"),
    "size": Choice(values=("720x1280", "1280x720", "1024x1792", "1792x1024"), default="720x1280"),
}


def sora(id: str, total: tuple[float, float]) -> Model:
    return Model(
        id=id,
        path=f"/vendors/openai/v1/{id}/generation",
        fields=SORA_FIELDS,
        pending=(10, 20),
        total=total,
        frame=Pixels(field="size"),
        length="seconds",
        picture="input_reference",
    )


# --- Google

VEO = Model(
    id="veo-3.1",
    path="/vendors/google/v1/veo-3.1/generation",
    fields={
        "prompt": Text(longest=2000),
        "negative_prompt": Text(longest=500, required=False),
        "aspect_ratio": Choice(values=("16:9", "9:16"), default="16:9"),
        "resolution": Choice(values=("720p", "1080p", "4k"), default="720p"),
        "duration": Choice(values=(4, 6, 8), default=8),
        "image": Picture(heaviest=20 * MEGABYTE),
        "last_frame": Picture(heaviest=20 * MEGABYTE),
        "reference_images": Pictures(most=3, each=Picture(heaviest=20 * MEGABYTE)),
    },
    pending=(5, 15),
    total=(60, 240),
    frame=Ratio(field="aspect_ratio", quality="resolution", shorter={"720p": 720, "1080p": 1080, "4k": 2160}),
    rules=(
        Only(field="resolution", values=("1080p", "4k"), other="duration", allowed=(8,)),
        # the vendor's page for all of Veo says so
        Only(field="reference_images", values=None, other="duration", allowed=(8,)),
    ),
)

# --- ByteDance


def seedance(
    id: str, action: str, resolutions: tuple[str, ...], own: Mapping[str, Field], rules: tuple[Rule, ...] = ()
) -> Model:
    return Model(
        id=id,
        path=f"/vendors/bytedance/v1/{id}/{action}/generation",
        fields={
            "resolution": Choice(values=resolutions, default="720p"),
            "aspect_ratio": Choice(
                values=("16:9", "4:3", "1:1", "3:4", "9:16", "21:9", "adaptive"), default="adaptive"
            ),
            "duration": Choice(values=(-1, *range(4, 16)), default=5),
            "generate_audio": Choice(values=ON_OFF, default=True),
            "seed": Whole(least=-1, most=4_294_967_295),
            **own,
        },
        pending=(5, 30),
        total=(60, 300),
        frame=Ratio(field="aspect_ratio", quality="resolution", shorter={"480p": 480, "720p": 720, "1080p": 1080}),
        picture="image" if "image" in own else None,
        rules=rules,
    )


SEEDANCE_WORDS: Mapping[str, Field] = {
    "prompt": Text(longest=4000),
    "web_search": Choice(values=ON_OFF, default=False),
}
SEEDANCE_EXTRAS: Mapping[str, Field] = {
    "camera_fixed": Choice(values=ON_OFF, default=False),
    "watermark": Choice(values=ON_OFF, default=False),
}
SEEDANCE_PICTURE: Mapping[str, Field] = {
    "prompt": Text(longest=4000, required=False),
    "image": Picture(heaviest=20 * MEGABYTE, required=True),
    "last_frame_image": Picture(heaviest=20 * MEGABYTE),
}
NEEDS_IMAGES = (AnyOf(fields=("images",)),)
SEEDANCE_REFERENCES: Mapping[str, Field] = {
    **SEEDANCE_WORDS,
    "images": Pictures(most=9, each=Picture(heaviest=20 * MEGABYTE)),
}

# --- Kling

KLING_FIELDS: Mapping[str, Field] = {
    "prompt": Text(longest=2500, required=False),
    "multi_prompt": Shots(longest=2500),
    "negative_prompt": Text(longest=2500, required=False),
    "mode": Choice(values=("std", "pro"), default="std"),
    "duration": Choice(values=tuple(range(3, 16)), default=5),
    "sound": Choice(values=("off", "on"), default="off"),
    "multi_shot": Choice(values=("false", "true"), default="false"),
    "shot_type": Choice(values=("customize", "intelligence"), default="customize"),
}
KLING_RULES: tuple[Rule, ...] = (
    AnyOf(fields=("prompt", "multi_prompt"), only=True),
    Only(field="multi_prompt", values=None, other="multi_shot", allowed=("true",)),
    Only(field="multi_prompt", values=None, other="shot_type", allowed=("customize",)),
)
KLING_MODES = {"std": 720, "pro": 1080}
# less than 10 MB
KLING_PICTURE = Picture(heaviest=10 * MEGABYTE - 1, kinds=("jpeg", "png"), sides=(300, 100_000), stretch=2.5)


def kling(
    action: str, own: Mapping[str, Field], frame: Frame, picture: str | None, rules: tuple[Rule, ...] = ()
) -> Model:
    return Model(
        id="kling-v3",
        path=f"/vendors/klingai/v1/kling-v3/{action}/generation",
        fields={**KLING_FIELDS, **own},
        pending=(5, 30),
        total=(90, 420),
        frame=frame,
        picture=picture,
        rules=(*KLING_RULES, *rules),
    )


# --- Alibaba

WAN_FIELDS: Mapping[str, Field] = {
    "negative_prompt": Text(longest=500, required=False),
    "duration": Choice(values=(5, 10, 15), default=5),
    "audio": Choice(values=ON_OFF, default=False),
    "multi_shots": Choice(values=("single", "multi"), default="single"),
    "prompt_extend": Choice(values=ON_OFF, default=True),
    "seed": SEED,
    "safety_filter": Choice(values=ON_OFF, default=True),
}
WAN_SIZES = (
    *("1280*720", "720*1280", "960*960", "1088*832", "832*1088"),
    *("1920*1080", "1080*1920", "1440*1440", "1632*1248", "1248*1632"),
    *("832*480", "480*832", "624*624"),
)
WAN_AREAS = {"480P": (832, 480), "720P": (1280, 720), "1080P": (1920, 1080)}
WAN_PICTURE = Picture(
    heaviest=10 * MEGABYTE, kinds=("jpeg", "png", "bmp", "webp"), required=True, sides=(360, 2000), opaque=True
)


def wan(path: str, own: Mapping[str, Field], frame: Frame, picture: str | None) -> Model:
    return Model(
        id="wan-2.6",
        path=f"/vendors/alibaba/v1/{path}/generation",
        fields={**WAN_FIELDS, **own},
        pending=(5, 20),
        total=(60, 300),
        frame=frame,
        picture=picture,
    )


MODELS = (
    sora("sora-2-pro", (180, 480)),
    sora("sora-2", (120, 300)),
    VEO,
    seedance("seedance-2.0", "text-to-video", ("480p", "720p", "1080p"), {**SEEDANCE_WORDS, **SEEDANCE_EXTRAS}),
    seedance("seedance-2.0", "image-to-video", ("480p", "720p", "1080p"), SEEDANCE_PICTURE),
    seedance("seedance-2.0", "reference-to-video", ("480p", "720p", "1080p"), SEEDANCE_REFERENCES, NEEDS_IMAGES),
    seedance("seedance-2.0-fast", "reference-to-video", ("480p", "720p"), SEEDANCE_REFERENCES, NEEDS_IMAGES),
    seedance("seedance-2.0-fast", "text-to-video", ("480p", "720p"), SEEDANCE_WORDS),
    seedance("seedance-2.0-fast", "image-to-video", ("480p", "720p"), SEEDANCE_PICTURE),
    kling(
        "text-to-video",
        {"aspect_ratio": Choice(values=("16:9", "9:16", "1:1"), default="16:9")},
        Ratio(field="aspect_ratio", quality="mode", shorter=KLING_MODES),
        None,
    ),
    kling(
        "image-to-video",
        {"first_frame": KLING_PICTURE, "last_frame": KLING_PICTURE},
        ShapeOfPicture(quality="mode", shorter=KLING_MODES),
        "first_frame",
        (AnyOf(fields=("first_frame", "last_frame")),),
    ),
    wan(
        "wan2.6-t2v",
        {"prompt": Text(longest=2000), "size": Choice(values=WAN_SIZES, default="1280*720")},
        Pixels(field="size", between="*"),
        None,
    ),
    wan(
        "wan2.6-i2v",
        {
            "prompt": Text(longest=2000),
            "image": WAN_PICTURE,
            "resolution": Choice(values=("480P", "720P", "1080P"), default="720P"),
        },
        AreaOfPicture(quality="resolution", like=WAN_AREAS),
        "image",
    ),
)
