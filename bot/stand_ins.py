"""Stand-ins: which models come nearest to one that is not to be had, and a wish as each of them takes it; pure."""

from collections.abc import Container, Iterator
from dataclasses import replace

from .catalogue import Catalogue, Model
from .extras import fits, taken
from .video_request import Draft, VideoRequest, carry_over, parse, pixel_distance, shape_distance


def nearest(
    catalogue: Catalogue, model: Model, refused: Container[str], request: VideoRequest, *, has_picture: bool
) -> Model | None:
    """The other model that can make most nearly what was asked for, or None when there is none."""
    return next(iter(by_nearness(catalogue, model, refused, request, has_picture=has_picture)), None)


def by_nearness(
    catalogue: Catalogue, model: Model, refused: Container[str], request: VideoRequest, *, has_picture: bool
) -> list[Model]:
    """The other models that are there and can make it, the nearest first.

    One that its maker retired comes last; then length counts before shape, shape before pixels, then how many settings
    would be left out, and the catalogue's order decides.
    """
    live = [other for other in catalogue.models.values() if other.id != model.id and other.id not in refused]
    able = [
        other
        for other in live
        if _takes(other, request, has_picture=has_picture)
        and fits(request.extras, other, catalogue, has_picture=has_picture)
    ]
    return sorted(able, key=lambda other: _distance(other, request, has_picture=has_picture))


def stand_ins(
    draft: Draft, request: VideoRequest, catalogue: Catalogue, refused: Container[str]
) -> Iterator[VideoRequest]:
    """What others would make of the draft that is this request of the default model, the nearest first."""
    has_picture = draft.has_picture
    for other in by_nearness(catalogue, catalogue.describe(request.model), refused, request, has_picture=has_picture):
        carried = carry_over(request, other, has_picture=has_picture)
        tried = parse(replace(draft, model=other.id, seconds=carried.seconds, size=carried.size), catalogue)
        if isinstance(tried, VideoRequest):
            yield replace(tried, size_given=request.size_given, by_default=request.model)


def _takes(model: Model, request: VideoRequest, *, has_picture: bool) -> bool:
    return len(request.prompt) <= model.prompt_limit and (model.picture is not None or not has_picture)


def _distance(model: Model, request: VideoRequest, *, has_picture: bool) -> tuple[float, ...]:
    carried = carry_over(request, model, has_picture=has_picture)
    return (
        model.retired is not None,
        abs(carried.seconds - request.seconds),
        # to a tenth: what nobody sees does not decide
        round(shape_distance(request.size, carried.size), 1),
        round(pixel_distance(request.size, carried.size), 1),
        len(taken(request.extras, model).left_out),
    )
