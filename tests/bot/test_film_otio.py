"""The edit list, read by the library that cutting programs share."""

import json
from pathlib import Path

import pytest
from PIL import Image

from bot.film import Join, Plan, Shot, Still, TitleCard, write_otio
from tests.clips import make_clip
from tests.films import clip_shot, plan_of

otio = pytest.importorskip("opentimelineio", reason="it has no wheel for this Python")
LINKS = ["", "shots/one.mp4", "shots/two.mp4", "pictures/hat.png", ""]


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    folder = tmp_path_factory.mktemp("clips")
    clips = [make_clip(folder / f"{name}.mp4", seconds=2, size=(64, 36)) for name in ("one", "two")]
    Image.new("RGB", (64, 36)).save(folder / "hat.png")
    return plan_of(
        Shot(name="Title", source=TitleCard(text="Rain «in» 東京", seconds=1)),
        clip_shot(clips[0], 0.5, 1.75, fade=0.5, name="one"),
        clip_shot(clips[1], join=Join.CONTINUE, name="two"),
        Shot(name="hat", source=Still(file=folder / "hat.png", seconds=1), join=Join.FADE, fade=7 / 24),
        Shot(name="End", source=TitleCard(text="End", seconds=1)),
    )


def read(plan: Plan):  # type: ignore[no-untyped-def]
    return otio.adapters.read_from_string(write_otio("Rain", plan, LINKS), "otio_json")


def test_the_library_reads_it_and_writes_the_same(plan: Plan) -> None:
    text = write_otio("Rain", plan, LINKS)
    timeline = read(plan)
    assert timeline.name == "Rain"
    assert json.loads(otio.adapters.write_to_string(timeline, "otio_json")) == json.loads(text)
    assert {type(child).__name__ for child in timeline.find_children()} == {"Track", "Clip", "Transition"}


def test_it_is_as_long_as_the_film(plan: Plan) -> None:
    timeline = read(plan)
    assert [track.kind for track in timeline.tracks] == ["Video", "Audio"]
    for track in timeline.tracks:
        assert track.duration().to_frames() == plan.frames
        assert [clip.name for clip in track.find_clips()] == ["Title", "one", "two", "hat", "End"]


def test_each_shot_is_where_the_film_has_it(plan: Plan) -> None:
    """With what its transitions take of it beyond the cut, from the frame of its file that the film has there."""
    (track, _) = read(plan).tracks
    for span, clip in zip(plan.spans, track.find_clips(), strict=True):
        whole, trimmed = clip.trimmed_range_in_parent(), clip.source_range
        before, behind = track.neighbors_of(clip)
        fade_in = before.in_offset if isinstance(before, otio.schema.Transition) else otio.opentime.RationalTime(0, 24)
        fade_out = (
            behind.out_offset if isinstance(behind, otio.schema.Transition) else otio.opentime.RationalTime(0, 24)
        )
        assert (whole.start_time - fade_in).to_frames() == span.first
        assert (whole.end_time_exclusive() + fade_out).to_frames() == span.end
        assert (trimmed.start_time - fade_in).to_frames() == round(span.start * 24)
        # the file has all that is shown of it
        shown = otio.opentime.TimeRange(trimmed.start_time - fade_in, trimmed.duration + fade_in + fade_out)
        assert clip.available_range().contains(shown) or clip.available_range() == shown


def test_files_are_linked_and_words_are_titles(plan: Plan) -> None:
    (track, _) = read(plan).tracks
    media = [clip.media_reference for clip in track.find_clips()]
    assert [getattr(each, "target_url", None) for each in media] == [None, *LINKS[1:4], None]
    assert media[0].generator_kind == "Title" and media[0].parameters["text"] == "Rain «in» 東京"
    joins = [clip.metadata["dailies"]["join"] for clip in track.find_clips()]
    assert joins == ["cut", "fade", "continue", "fade", "cut"]


def test_a_fade_is_a_transition_around_the_cut(plan: Plan) -> None:
    (track, _) = read(plan).tracks
    fades = [each for each in track if isinstance(each, otio.schema.Transition)]
    assert [each.duration().to_frames() for each in fades] == [12, 7]
    assert {each.transition_type for each in fades} == {otio.schema.TransitionTypes.SMPTE_Dissolve}


def test_a_film_without_sound_has_no_track_of_it(tmp_path: Path) -> None:
    silent = plan_of(clip_shot(make_clip(tmp_path / "a.mp4", sound=None, seconds=0.5)))
    timeline = otio.adapters.read_from_string(write_otio("a", silent, ["a.mp4"]), "otio_json")
    assert [track.kind for track in timeline.tracks] == ["Video"]
