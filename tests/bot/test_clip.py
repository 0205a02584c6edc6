"""Clips as vendors send them: of any codec, turned, uneven, cut short, or no clips at all."""

import io
import math
from array import array
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import av
import pytest
from PIL import Image

from bot.clip import ClipFacts, check, examine, last_frame, last_frame_of, plays_inline, poster, shrink
from bot.clip.plan import SHORTEST, Encoding, Way, choose_way, overhead, plan_encoding
from bot.clip.shrink import remux
from bot.errors import BadClip
from bot.workbench import MEMORY, Workbench
from sandbox.mulerun.clips import render
from tests.clips import CORNERS, corners, frames, make_clip, make_song, times_of, turned

MIB = 1024 * 1024
FACTS = ClipFacts(
    container="mp4", codec="h264", pixels="yuv420p", duration=12.0, width=1792, height=1024, rate=24.0, sound="aac"
)

KINDS: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "h264": ("a.mp4", {}, {}),
    "hevc": ("a.mp4", {"codec": "libx265"}, {"codec": "hevc"}),
    "hevc of ten bits": (
        "a.mp4",
        {"codec": "libx265", "pixels": "yuv420p10le"},
        {"codec": "hevc", "pixels": "yuv420p10le"},
    ),
    "vp9": ("a.mp4", {"codec": "libvpx-vp9"}, {"codec": "vp9"}),
    "vp9 in webm": (
        "a.webm",
        {"codec": "libvpx-vp9", "sound": "libopus"},
        {"container": "webm", "codec": "vp9", "sound": "opus"},
    ),
    "silent": ("a.mp4", {"sound": None}, {"sound": None}),
    "odd": ("a.mp4", {"size": (321, 181), "pixels": "yuv444p"}, {"width": 321, "height": 181, "pixels": "yuv444p"}),
    "upright": ("a.mp4", {"size": (180, 320)}, {"width": 180, "height": 320}),
    "quick": ("a.mp4", {"rate": 60}, {"rate": 60.0}),
    "index first": ("a.mp4", {"movflags": "faststart"}, {}),
    "in fragments": ("a.mp4", {"movflags": "frag_keyframe+empty_moov"}, {"rate": pytest.approx(24, rel=0.1)}),
}
each_kind = pytest.mark.parametrize(("name", "made", "found"), KINDS.values(), ids=KINDS)


# --- whether it plays


@each_kind
def test_what_a_clip_is(tmp_path: Path, name: str, made: dict[str, Any], found: dict[str, Any]) -> None:
    wanted: dict[str, Any] = {"width": 320, "height": 180, "duration": pytest.approx(1.0, abs=0.05), **found}
    assert check(make_clip(tmp_path / name, **made)) == replace(FACTS, **wanted)


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_turned_clip_is_measured_as_it_is_shown(tmp_path: Path, degrees: int) -> None:
    facts = check(turned(make_clip(tmp_path / "a.mp4"), degrees))
    assert (facts.width, facts.height) == ((320, 180) if degrees == 180 else (180, 320))


def cut(share: float) -> Callable[[bytes], bytes]:
    return lambda data: data[: int(len(data) * share)]


def without_content(data: bytes) -> bytes:
    at = data.index(b"mdat") + 4
    return data[:at] + bytes(len(data) - at)


SPOILT: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "empty": (lambda data: b"", "not_a_clip"),
    "text": (lambda data: b"Not found\n" * 100, "not_a_clip"),
    "a playlist of other files": (lambda data: b"#EXTM3U\n#EXTINF:1,\nfile:///etc/hostname\n", "not_a_clip"),
    "its head": (cut(0.01), "undecodable"),
    "half": (cut(0.5), "cut_short"),
    "all but its end": (cut(0.9), "cut_short"),
    "zeros": (without_content, "undecodable"),
}


@pytest.mark.parametrize(("spoil", "code"), SPOILT.values(), ids=SPOILT)
def test_what_does_not_play(tmp_path: Path, spoil: Callable[[bytes], bytes], code: str) -> None:
    file = make_clip(tmp_path / "a.mp4", seconds=4, noise=0.3, movflags="faststart")
    file.write_bytes(spoil(file.read_bytes()))
    with pytest.raises(BadClip) as bad:
        check(file)
    assert bad.value.code == code


def test_a_clip_whose_index_was_cut_off_does_not_play(tmp_path: Path) -> None:
    file = make_clip(tmp_path / "a.mp4")
    file.write_bytes(cut(0.9)(file.read_bytes()))
    with pytest.raises(BadClip, match="not_a_clip"):
        check(file)


def test_a_song_is_no_clip(tmp_path: Path) -> None:
    file = make_song(tmp_path / "a.mp4")
    with pytest.raises(BadClip, match="no_picture"):
        check(file)


# --- pictures out of it


def open_picture(data: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(data))
    assert picture.format == "JPEG"
    return picture


def close(found: tuple[int, int, int], wanted: tuple[int, int, int]) -> bool:
    return all(abs(a - b) <= 24 for a, b in zip(found, wanted, strict=True))


def shows(picture: Image.Image, wanted: tuple[tuple[int, int, int], ...] = CORNERS) -> bool:
    return all(close(found, corner) for found, corner in zip(corners(picture), wanted, strict=True))


@each_kind
def test_a_poster_of_each_kind(tmp_path: Path, name: str, made: dict[str, Any], found: dict[str, Any]) -> None:
    file = make_clip(tmp_path / name, **made)
    assert shows(open_picture(poster(file)))
    assert examine(file) == (check(file), poster(file))


@pytest.mark.parametrize("size", [(1280, 720), (720, 1280)])
def test_a_poster_is_small(tmp_path: Path, size: tuple[int, int]) -> None:
    picture = open_picture(poster(make_clip(tmp_path / "a.mp4", size=size, seconds=0.2)))
    assert max(picture.size) == 640 and min(picture.size) == 360


def test_a_poster_is_not_of_the_darkness_that_a_clip_begins_with(tmp_path: Path) -> None:
    assert shows(open_picture(poster(make_clip(tmp_path / "a.mp4", black=0.5))))


def test_a_dark_clip_has_a_poster_all_the_same(tmp_path: Path) -> None:
    picture = open_picture(poster(make_clip(tmp_path / "a.mp4", black=9)))
    assert picture.size == (320, 180)


TURNED = {90: (2, 0, 3, 1), 180: (3, 2, 1, 0), 270: (1, 3, 0, 2)}
"""Which of CORNERS comes where."""


@pytest.mark.parametrize(("degrees", "order"), TURNED.items())
def test_pictures_of_a_turned_clip_are_upright(tmp_path: Path, degrees: int, order: tuple[int, ...]) -> None:
    file = turned(make_clip(tmp_path / "a.mp4"), degrees)
    wanted = tuple(CORNERS[at] for at in order)
    assert shows(open_picture(poster(file)), wanted)
    assert shows(open_picture(last_frame(file)), wanted)


@each_kind
def test_the_last_frame_is_the_very_last(
    tmp_path: Path, name: str, made: dict[str, Any], found: dict[str, Any]
) -> None:
    file = make_clip(tmp_path / name, **made, last=(20, 180, 90))
    picture = open_picture(last_frame(file))
    assert picture.size == made.get("size", (320, 180))
    assert close(corners(picture)[0], (20, 180, 90))
    assert last_frame_of(file.read_bytes()) == last_frame(file)


@pytest.mark.parametrize("size", [(1280, 720), (640, 360)])
def test_the_last_frame_has_the_clips_colours(tmp_path: Path, size: tuple[int, int]) -> None:
    """Large ones are coded by BT.709, small ones by BT.601, and often a clip does not say so."""
    colour, file = (200, 60, 30), tmp_path / "a.mp4"
    with av.open(file, "w") as clip:
        video = clip.add_stream("libx264", rate=24, options={"crf": "5"})
        video.width, video.height = size
        frame = av.VideoFrame.from_image(Image.new("RGB", size, colour))  # type: ignore[no-untyped-call]
        coding = "ITU709" if size[1] >= 720 else "ITU601"
        clip.mux(video.encode(frame.reformat(format="yuv420p", dst_colorspace=coding)))
        clip.mux(video.encode())
    found = corners(open_picture(last_frame(file)))[0]
    assert all(abs(a - b) <= 5 for a, b in zip(found, colour, strict=True))


@pytest.mark.parametrize("work", [poster, last_frame, examine])
def test_there_is_no_picture_of_what_is_no_clip(tmp_path: Path, work: Callable[[Path], object]) -> None:
    (file := tmp_path / "a.mp4").write_bytes(b"hello")
    with pytest.raises(BadClip, match="not_a_clip"):
        work(file)


# --- what is to be done, decided from the facts

INLINE = {
    "h264": ({}, True),
    "full range": ({"pixels": "yuvj420p"}, True),
    "silent": ({"sound": None}, True),
    "hevc": ({"codec": "hevc"}, False),
    "vp9": ({"codec": "vp9"}, False),
    "webm": ({"container": "webm", "codec": "vp9"}, False),
    "of all colours": ({"pixels": "yuv444p"}, False),
    **{f"with {sound}": ({"sound": sound}, False) for sound in ("opus", "ac3", "mp2", "mp3", "flac")},
}


@pytest.mark.parametrize(("fields", "plays"), INLINE.values(), ids=INLINE)
def test_what_plays_where_people_read(fields: dict[str, Any], plays: bool) -> None:
    assert plays_inline(replace(FACTS, **fields)) is plays


WAYS = {
    "fits": ({}, 7, 7, Way.KEEP),
    "fits exactly": ({}, 10, 9, Way.KEEP),
    "fits without what is beside it": ({}, 11, 9, Way.REMUX),
    "fits only without its container": ({}, 11, 10, Way.ENCODE),
    "too large": ({}, 36, 36, Way.ENCODE),
    "fits, but hardly anybody can play it": ({"codec": "hevc"}, 2, 2, Way.ENCODE),
    "fits, but hardly anybody can hear it": ({"sound": "opus"}, 2, 2, Way.REMUX),
    "too large, and hardly anybody can hear it": ({"sound": "opus"}, 36, 36, Way.ENCODE),
}


@pytest.mark.parametrize(("fields", "size", "payload", "way"), WAYS.values(), ids=WAYS)
def test_the_least_that_helps_is_done(fields: dict[str, Any], size: int, payload: int, way: Way) -> None:
    facts = replace(FACTS, **fields)
    assert choose_way(facts, size=size * MIB, payload=payload * MIB, limit=10 * MIB) is way


def pixels_a_second(facts: ClipFacts, encoding: Encoding) -> float:
    return encoding.width * encoding.height * facts.rate / encoding.step


PLANS: dict[str, tuple[dict[str, Any], int, tuple[int, int, int]]] = {
    "all of it": ({}, 10 * MIB, (1792, 1024, 1)),
    "half": ({}, 5 * MIB, (1792, 1024, 1)),
    "a smaller picture": ({}, MIB, (914, 522, 1)),
    "upright": ({"width": 1024, "height": 1792}, MIB, (522, 914, 1)),
    "of 60 frames a second fewer rather than smaller ones": ({"rate": 60.0}, 5 * MIB, (1792, 1024, 2)),
    "60 where there is room": ({"rate": 60.0, "width": 640, "height": 360}, 10 * MIB, (640, 360, 1)),
    "odd sides": ({"width": 321, "height": 181}, 10 * MIB, (320, 180, 1)),
    "tiny": ({"width": 64, "height": 36}, MIB, (64, 36, 1)),
}


@pytest.mark.parametrize(("fields", "limit", "wanted"), PLANS.values(), ids=PLANS)
def test_a_picture_that_the_bits_are_enough_for(
    fields: dict[str, Any], limit: int, wanted: tuple[int, int, int]
) -> None:
    facts = replace(FACTS, **fields)
    encoding = plan_encoding(facts, size=36 * MIB, limit=limit)
    width, height, step = wanted
    assert encoding.step == step
    assert abs(encoding.width - width) <= 8 and abs(encoding.height - height) <= 8
    assert encoding.width % 2 == encoding.height % 2 == 0
    whole = (encoding.video_rate + encoding.sound_rate) * facts.duration / 8 + overhead(facts)
    assert 0.85 * limit < whole < 0.95 * limit


@pytest.mark.parametrize("seconds", [1, 4, 12, 60, 200])
def test_what_is_left_is_worth_seeing(seconds: float) -> None:
    facts = replace(FACTS, duration=float(seconds))
    encoding = plan_encoding(facts, size=100 * MIB, limit=10 * MIB)
    assert min(encoding.width, encoding.height) >= SHORTEST
    assert encoding.video_rate / pixels_a_second(facts, encoding) >= 0.04
    # by more than its buffer the encoder cannot exceed its rate
    most = (encoding.video_rate + encoding.sound_rate) * seconds + 0.9 * encoding.buffer
    assert most / 8 + overhead(facts) <= 10 * MIB


def test_nothing_is_wasted_on_a_clip_that_only_needs_another_codec() -> None:
    facts = replace(FACTS, codec="hevc")
    encoding = plan_encoding(facts, size=MIB, limit=10 * MIB)
    assert encoding.video_rate * facts.duration / 8 <= 2 * MIB


@pytest.mark.parametrize(("seconds", "limit"), [(3600.0, 10 * MIB), (12.0, 20_000), (12.0, 0)])
def test_where_nothing_worth_having_fits_none_is_made(seconds: float, limit: int) -> None:
    with pytest.raises(BadClip, match="too_long"):
        plan_encoding(replace(FACTS, duration=seconds), size=4000 * MIB, limit=limit)


# --- making it smaller


def plays_everywhere(file: Path, profile: str | None = "High") -> ClipFacts:
    facts = check(file)
    assert plays_inline(facts) and facts.pixels == "yuv420p"
    data = file.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")
    with av.open(file, "r") as clip:
        assert profile in (None, clip.streams.video[0].profile)
        assert "comment" not in clip.metadata
        assert [stream.codec_context.codec.canonical_name for stream in clip.streams.audio] in ([], ["aac"])
    return facts


@each_kind
def test_each_kind_is_made_to_fit(tmp_path: Path, name: str, made: dict[str, Any], found: dict[str, Any]) -> None:
    source, target = make_clip(tmp_path / name, noise=0.5, **made), tmp_path / "smaller.mp4"
    before, limit = check(source), source.stat().st_size // 2
    shrunk = shrink(source, target, limit)
    assert shrunk.way is Way.ENCODE
    assert shrunk.size == target.stat().st_size <= limit
    facts = plays_everywhere(target)
    assert facts.duration == pytest.approx(before.duration, abs=0.1)
    assert facts.has_audio is before.has_audio
    assert (facts.width, facts.height) == (before.width // 2 * 2, before.height // 2 * 2)
    assert shows(frames(target)[-1])


@pytest.mark.parametrize(("degrees", "order"), TURNED.items())
def test_a_turned_clip_is_still_upright_when_it_is_smaller(
    tmp_path: Path, degrees: int, order: tuple[int, ...]
) -> None:
    source, target = turned(make_clip(tmp_path / "a.mp4", noise=0.5), degrees), tmp_path / "smaller.mp4"
    before = check(source)
    shrink(source, target, source.stat().st_size // 2)
    after = plays_everywhere(target)
    assert (after.width, after.height, after.turn) == (before.width, before.height, 0)
    assert shows(frames(target)[-1], tuple(CORNERS[at] for at in order))


def test_frames_keep_their_own_times(tmp_path: Path) -> None:
    times = [number / 24 + (0.4 if number > 10 else 0) for number in range(24)]
    source, target = make_clip(tmp_path / "a.mp4", noise=0.5, times=times), tmp_path / "smaller.mp4"
    shrink(source, target, source.stat().st_size // 2)
    assert times_of(target) == pytest.approx(times_of(source), abs=0.002)


def test_a_clip_that_is_large_only_for_what_is_beside_it_is_not_encoded(tmp_path: Path) -> None:
    source, target = make_clip(tmp_path / "a.mp4", noise=0.3), tmp_path / "smaller.mp4"
    pictures = frames(source)
    size = source.stat().st_size
    # a box that players skip
    source.write_bytes(source.read_bytes() + (200_000).to_bytes(4, "big") + b"free" + bytes(199_992))
    shrunk = shrink(source, target, size + 10_000)
    assert shrunk.way is Way.REMUX
    assert shrunk.size < size + 10_000
    data = target.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")
    assert [picture.tobytes() for picture in frames(target)] == [picture.tobytes() for picture in pictures]


@pytest.mark.parametrize("sound", ["libopus", "ac3", "eac3", "mp2", "libmp3lame", "flac", "pcm_s16le"])
def test_sound_that_few_can_play_becomes_aac_and_the_picture_stays(tmp_path: Path, sound: str) -> None:
    source, target = make_clip(tmp_path / "a.mp4", sound=sound, seconds=3), tmp_path / "heard.mp4"
    assert not plays_inline(check(source))
    # what is too heavy is the sound alone
    limit = source.stat().st_size if sound == "pcm_s16le" else 10 * MIB
    shrunk = shrink(source, target, limit)
    assert shrunk.way is Way.REMUX and shrunk.size == target.stat().st_size <= limit
    plays_everywhere(target, profile=None)
    assert packets(target) == packets(source)
    before, after = heard(source), heard(target)
    assert after[0] == pytest.approx(before[0], abs=0.05)
    assert after[1] == pytest.approx(before[1], rel=0.1)


def test_clear_sound_is_not_encoded_again(tmp_path: Path) -> None:
    source, target = make_clip(tmp_path / "a.mp4"), tmp_path / "smaller.mp4"
    remux(source, target, check(source))
    assert packets(target) == packets(source) and packets(target, "audio") == packets(source, "audio")


@pytest.mark.parametrize("sound", ["aac", "libopus", "ac3"])
def test_a_clip_whose_sound_nobody_can_decode_is_kept_for_its_picture(tmp_path: Path, sound: str) -> None:
    source, target = (
        deafened(make_clip(tmp_path / "a.mp4", sound=sound, noise=0.5, seconds=2)),
        tmp_path / "smaller.mp4",
    )
    facts = check(source)
    # where it fits it goes as it is
    assert plays_inline(facts) and not facts.has_audio
    shrunk = shrink(source, target, source.stat().st_size // 2)
    assert shrunk.way is Way.ENCODE
    assert plays_everywhere(target).sound is None
    assert shows(frames(target)[-1])


def packets(file: Path, kind: str = "video") -> list[tuple[bytes, float, float, bool]]:
    """What each has, when it is shown and when it is decoded, and whether a player can start from it."""
    with av.open(file, "r") as clip:
        stream = getattr(clip.streams, kind)[0]
        base, found = stream.time_base, [packet for packet in clip.demux(stream) if packet.size]
        return [(bytes(one), float(one.pts * base), float(one.dts * base), one.is_keyframe) for one in found]


def heard(file: Path) -> tuple[float, float]:
    """For how many seconds, and how loudly."""
    with av.open(file, "r") as clip:
        turner = av.AudioResampler(format="flt", layout="mono", rate=48_000)
        parts = [part for frame in clip.decode(audio=0) for part in turner.resample(frame)]
    levels = array("f", b"".join(bytes(part.planes[0])[: part.samples * 4] for part in parts))
    return len(levels) / 48_000, math.sqrt(sum(level * level for level in levels) / len(levels))


def deafened(file: Path) -> Path:
    """With noise in place of its sound."""
    with av.open(file, "r") as clip:
        spots = [(packet.pos, packet.size) for packet in clip.demux(audio=0) if packet.pos is not None and packet.size]
    data = bytearray(file.read_bytes())
    for at, size in spots:
        data[at : at + size] = b"\xff" * size
    file.write_bytes(data)
    return file


@pytest.mark.parametrize("size", [(1280, 720), (720, 1280)])
def test_a_heavy_clip_of_the_usual_kind_fits_where_it_was_too_large(tmp_path: Path, size: tuple[int, int]) -> None:
    (source := tmp_path / "a.mp4").write_bytes(render("rain", size, 4, grain=True))
    shrunk = shrink(source, tmp_path / "smaller.mp4", 10 * MIB)
    facts = plays_everywhere(tmp_path / "smaller.mp4")
    assert 8 * MIB < shrunk.size <= 10 * MIB
    assert (facts.width, facts.height) == size
    assert facts.duration == pytest.approx(4, abs=0.05)


@pytest.mark.parametrize("quiet_first", [True, False])
def test_a_clip_of_calm_and_turmoil_fits_at_the_first_try(tmp_path: Path, quiet_first: bool) -> None:
    calm, turmoil = (make_clip(tmp_path / f"{noise}.mp4", noise=noise, seconds=2) for noise in (0.0, 0.8))
    parts = [calm, turmoil] if quiet_first else [turmoil, calm]
    source = joined(tmp_path / "a.mp4", [picture for part in parts for picture in frames(part)])
    limit = source.stat().st_size // 3
    assert shrink(source, tmp_path / "smaller.mp4", limit).size <= limit


def joined(file: Path, pictures: list[Image.Image]) -> Path:
    with av.open(file, "w") as clip:
        video = clip.add_stream("libx264", rate=24, options={"preset": "ultrafast", "crf": "10"})
        video.width, video.height = pictures[0].size
        for picture in pictures:
            clip.mux(video.encode(av.VideoFrame.from_image(picture)))  # type: ignore[no-untyped-call]
        clip.mux(video.encode())
    return file


def test_what_cannot_be_made_to_fit_leaves_nothing(tmp_path: Path) -> None:
    source, target = make_clip(tmp_path / "a.mp4", noise=0.5), tmp_path / "smaller.mp4"
    with pytest.raises(BadClip, match="too_long"):
        shrink(source, target, 10_000)
    assert not target.exists()


async def test_a_clip_of_four_times_the_usual_size_is_within_the_memory_of_a_child(
    tmp_path: Path, workbench: Workbench
) -> None:
    source = make_clip(tmp_path / "a.mp4", size=(3840, 2160), seconds=0.4, noise=0.3)
    limit = source.stat().st_size // 2
    shrunk = await workbench.run(shrink, source, tmp_path / "smaller.mp4", limit, seconds=100, patient=True)
    assert shrunk.size <= limit and MEMORY <= 2048 * MIB
