"""H.264 of several encoders in one track: numbers that move, and nothing else."""

from pathlib import Path

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.film.h264 import (
    IDR,
    MOST_SETS,
    Parameters,
    escape,
    kind,
    pps_number,
    read_parameters,
    renumbered,
    unescape,
    units,
    write_parameters,
)
from tests.clips import make_clip

ENCODERS = {
    "quick": {"preset": "ultrafast", "threads": "1"},
    "with all it can": {"preset": "slow", "threads": "1", "bf": "4"},
    "without arithmetic coding": {"preset": "fast", "x264-params": "cabac=0:bframes=2"},
    "in slices": {"preset": "fast", "x264-params": "slices=4:weightp=2"},
    "main": {"preset": "fast", "profile": "main"},
    "with a buffer": {"preset": "fast", "x264-params": "nal-hrd=vbr:vbv-maxrate=400:vbv-bufsize=400:aud=1"},
    "often new": {"preset": "fast", "x264-params": "weightp=1:ref=5:keyint=7"},
}
each_encoder = pytest.mark.parametrize("options", ENCODERS.values(), ids=ENCODERS)


@given(st.binary(max_size=40) | st.lists(st.sampled_from(b"\0\1\2\3\4\xff"), max_size=40).map(bytes))
def test_escaped_is_what_it_was_and_looks_like_no_start(data: bytes) -> None:
    # a unit ends in a 1, and may be filled up with pairs of zeros
    data += b"\x80" + bytes(len(data) // 20 * 2)
    escaped = escape(data)
    assert not any(mark in escaped for mark in (b"\0\0\0", b"\0\0\1", b"\0\0\2"))
    assert unescape(escaped) == data
    assert not escaped.endswith(b"\0")


@pytest.mark.parametrize("number", range(1, MOST_SETS))
def test_a_moved_number_takes_a_whole_byte_more(number: int) -> None:
    digits = f"{pps_number(number) + 1:b}"
    assert 2 * len(digits) - 1 == 1 + 8


def pictures(
    file: Path, extradata: bytes | None = None, number: int = 0, parameters: Parameters | None = None
) -> list[bytes]:
    """Every frame as it is decoded, by other numbers if wanted."""
    with av.open(file) as clip:
        video = clip.streams.video[0]
        decoder = av.CodecContext.create("h264", "r")
        decoder.extradata = extradata or video.codec_context.extradata
        found: list[bytes] = []
        for packet in clip.demux(video):
            data = bytes(packet)
            if data:
                moved = renumbered(data, parameters.prefix, number) if parameters else data
                found += (plane_bytes(frame) for frame in decoder.decode(av.Packet(moved)))
        return found + [plane_bytes(frame) for frame in decoder.decode(None)]


def plane_bytes(frame: av.VideoFrame) -> bytes:
    return b"".join(bytes(plane) for plane in frame.planes)


@each_encoder
def test_a_clip_is_the_same_under_another_number(tmp_path: Path, options: dict[str, str]) -> None:
    number = MOST_SETS - 1
    file = make_clip(tmp_path / "a.mp4", coder=options, noise=0.2, sound=None)
    other = read_parameters(extradata_of(make_clip(tmp_path / "b.mp4", size=(160, 90), seconds=0.2)))
    ours = read_parameters(extradata_of(file))
    assert other and ours
    track = write_parameters([*[other] * number, ours])
    found = pictures(file, track, number, ours)
    assert len(found) == 24
    assert found == pictures(file)


def test_what_is_moved_says_so(tmp_path: Path) -> None:
    """Or the test above would hold for what changes nothing."""
    file = make_clip(tmp_path / "a.mp4", sound=None)
    ours = read_parameters(extradata_of(file))
    assert ours
    with av.open(file) as clip:
        packet = bytes(next(clip.demux(video=0)))
    moved = renumbered(packet, ours.prefix, 3)
    assert renumbered(packet, ours.prefix, 0) == packet
    (before,), (after,) = ([unit for unit in units(each, 4) if kind(unit) == IDR] for each in (packet, moved))
    assert len(unescape(after)) == len(unescape(before)) + 1


def extradata_of(file: Path) -> bytes:
    with av.open(file) as clip:
        found = clip.streams.video[0].codec_context.extradata
        assert found
        return found


def test_one_whose_sets_have_other_numbers_is_left_alone(tmp_path: Path) -> None:
    file = make_clip(tmp_path / "a.mp4", coder={"preset": "ultrafast", "x264-params": "sps-id=3"}, seconds=0.2)
    assert read_parameters(extradata_of(file)) is None


SPOILT = {
    "nothing": b"",
    "of another kind": b"\0\0\0\1\x67\x64\0\x0a",
    "cut off": bytes((1, 100, 0, 10, 255, 225, 0, 40, 103, 100)),
    "two of each": bytes((1, 100, 0, 10, 255, 226, 0, 2, 103, 100, 0, 2, 103, 100, 1, 0, 2, 104, 128)),
}


@pytest.mark.parametrize("extradata", [None, *SPOILT.values()], ids=["none", *SPOILT])
def test_what_cannot_be_joined_is_found_out(extradata: bytes | None) -> None:
    assert read_parameters(extradata) is None


@given(st.binary(max_size=60), st.sampled_from([1, 2, 4]))
def test_units_fill_their_picture_or_are_refused(data: bytes, prefix: int) -> None:
    try:
        found = list(units(data, prefix))
    except ValueError:
        return
    assert b"".join(len(unit).to_bytes(prefix) + unit for unit in found) == data
