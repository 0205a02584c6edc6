"""The sound of films: as loud from shot to shot, without a click, in step with the picture; or silent."""

import math
from array import array
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import pytest

from bot.film import Join, Plan, Shot, TitleCard, survey
from bot.film.levels import SILENCE
from bot.film.sound import EDGE, RATE, sample_at
from bot.film.soundtrack import level_all, mixed
from tests.clips import make_clip
from tests.films import clip_shot, loudness, make_film, plan_of, samples_of


def heard(plan: Plan, samples: list[float], number: int) -> list[float]:
    """What one shot alone is heard of."""
    span = plan.spans[number]
    begin, end = (sample_at(at, plan.format.rate) for at in (span.first + span.fade_in, span.end - span.fade_out))
    return samples[begin:end]


LOUD = (200, 3000, 30_000)


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Whispering to shouting, in several codecs and rates, all as small as can be."""
    folder = tmp_path_factory.mktemp("clips")
    return [
        make_clip(folder / f"{loud}-{sound}.mp4", size=(64, 36), seconds=2, loud=loud, sound=sound)
        for loud, sound in zip(LOUD, ("aac", "libopus", "ac3"), strict=True)
    ]


@pytest.mark.parametrize("fade", [0, 0.5])
def test_shots_are_as_loud_as_each_other(tmp_path: Path, clips: list[Path], fade: float) -> None:
    plan, file = make_film(tmp_path, *[clip_shot(clip, fade=fade) for clip in clips])
    samples = list(samples_of(file))
    found = [loudness(heard(plan, samples, number)) for number in range(len(clips))]
    assert max(found) - min(found) < 1
    assert min(found) > -21 and max(samples) < 1
    # they were not before
    before = [loudness(list(samples_of(clip))) for clip in clips]
    assert max(before) - min(before) > 30


def test_peaks_are_held_down_where_they_leave_no_room(tmp_path: Path, clips: list[Path]) -> None:
    """A crack in a whisper: as loud as the others, and no louder than a file can be."""
    crack = cracking(tmp_path / "crack.mp4")
    plan, file = make_film(tmp_path, clip_shot(clips[1]), clip_shot(crack))
    assert [gain.limited for gain, _ in level_all(plan)] == [False, True]
    samples = list(samples_of(file))
    found = [loudness(heard(plan, samples, number)) for number in (0, 1)]
    assert abs(found[0] - found[1]) < 1
    assert max(map(abs, samples)) < 1


def cracking(file: Path) -> Path:
    return with_wave(file, lambda at: 0.9 if at % 24_000 < 20 else 0.02 * math.sin(at / 20))


def with_wave(file: Path, wave: Callable[[int], float], seconds: float = 2.0, late: float = 0.0) -> Path:
    """A clip whose samples are the wave's, exactly; `late` seconds after its picture."""
    silent_file, target = (
        make_clip(file.with_suffix(".mov"), size=(64, 36), seconds=seconds, sound=None),
        file.with_suffix(".mkv"),
    )
    with av.open(silent_file, "r") as silent, av.open(target, "w") as out:
        picture = out.add_stream_from_template(silent.streams.video[0])
        sound = out.add_stream("flac", rate=RATE, layout="mono")
        for packet in silent.demux(video=0):
            if packet.dts is not None:
                packet.stream = picture
                out.mux(packet)
        samples = array("h", (round(32_000 * wave(at)) for at in range(round((seconds - late) * RATE))))
        frame = av.AudioFrame(format="s16", layout="mono", samples=len(samples))
        frame.planes[0].update(samples.tobytes().ljust(frame.planes[0].buffer_size, b"\0"))
        frame.sample_rate, frame.pts, frame.time_base = RATE, round(late * RATE), Fraction(1, RATE)
        out.mux(sound.encode(frame))
        out.mux(sound.encode())
    return target


def played(plan: Plan) -> list[float]:
    """The film's samples before they are encoded."""
    found = array("f")
    for frame in mixed(plan):
        found.frombytes(bytes(frame.planes[0])[: frame.samples * 4])
    return list(found)


def steepest(samples: list[float]) -> float:
    return max(abs(after - before) for before, after in pairwise(samples))


@pytest.mark.parametrize("join", [Join.CUT, Join.CONTINUE])
def test_there_is_no_click_where_shots_join(tmp_path: Path, join: Join) -> None:
    """Cut at its highest, a wave would fall in one sample by more than it ever does by itself."""
    wave = with_wave(tmp_path / "a", lambda at: 0.5 * math.cos(at * 2 * math.pi * 100 / RATE), seconds=2)
    plan = plan_of(*[clip_shot(wave, 0, 1.125, join=join)] * 3)
    samples = played(plan)
    assert len(samples) == sample_at(plan.frames, plan.format.rate)
    within = steepest(samples[10_000:40_000])
    assert steepest([0.0, *samples, 0.0]) <= within * 1.05
    for span in plan.spans[1:]:
        at = sample_at(span.first, plan.format.rate)
        assert max(map(abs, samples[at - 8 : at + 8])) < 0.02 < max(map(abs, samples[at - 2 * EDGE : at]))


def test_sound_that_ends_before_its_picture_ends_without_a_click(tmp_path: Path) -> None:
    wave = with_wave(tmp_path / "a", lambda at: 0.5 * math.cos(at * 2 * math.pi * 100 / RATE) * (at < RATE), seconds=2)
    short = cut_short(wave, tmp_path / "short.mkv")
    samples = played(plan_of(clip_shot(short)))
    assert len(samples) == 2 * RATE
    assert steepest(samples) <= steepest(samples[10_000:40_000]) * 1.05


def cut_short(file: Path, target: Path) -> Path:
    """Without the second half of its sound."""
    with av.open(file, "r") as clip, av.open(target, "w") as out:
        tracks = {
            stream.index: out.add_stream_from_template(stream)
            for stream in (clip.streams.video[0], clip.streams.audio[0])
        }
        for packet in clip.demux():
            late = packet.stream.type == "audio" and packet.pts is not None and packet.pts * packet.time_base >= 0.9
            if packet.dts is not None and not late:
                packet.stream = tracks[packet.stream.index]
                out.mux(packet)
    return target


@pytest.mark.parametrize(("start", "late"), [(0, 0.0), (0.5, 0.0), (0, 0.25), (0.125, 0.5)])
def test_sound_is_in_step_with_the_picture(tmp_path: Path, start: float, late: float) -> None:
    """A beat at the same moment as in the clip, to the millisecond; also in the encoded film."""
    beat = with_wave(tmp_path / "a", lambda at: 0.8 * (at % RATE == RATE // 2) or 0.01 * math.sin(at / 9), late=late)
    before = make_clip(tmp_path / "b.mp4", size=(64, 36), seconds=0.5, sound=None)
    plan, file = make_film(tmp_path, clip_shot(before), clip_shot(beat, start))
    wanted = round((0.5 + 0.5 + late - start) * RATE)
    for samples in (played(plan), list(samples_of(file))):
        # one at the very begin is faded
        found = max(range(len(samples)), key=lambda at: abs(samples[at]))
        assert abs((found - wanted) % RATE) < 48 or abs((wanted - found) % RATE) < 48


def test_shots_without_sound_are_silent(tmp_path: Path, clips: list[Path]) -> None:
    silent = make_clip(tmp_path / "silent.mp4", size=(64, 36), sound=None)
    shots = [clip_shot(clips[1]), clip_shot(silent), Shot(name="end", source=TitleCard(text="end", seconds=1))]
    plan, file = make_film(tmp_path, *shots)
    samples = list(samples_of(file))
    for number, quiet in enumerate((False, True, True)):
        # behind what encoding smears over the cut
        assert (max(map(abs, heard(plan, samples, number)[3000:-3000])) < 0.001) is quiet
    with av.open(file, "r") as film:
        sound = film.streams.audio[0]
        assert (sound.codec_context.codec.canonical_name, sound.rate, sound.layout.name) == ("aac", RATE, "stereo")
        assert sound.duration and sound.time_base
        assert abs(float(sound.duration * sound.time_base) - plan.seconds) < 0.03


def test_what_nobody_would_hear_is_not_made_loud(tmp_path: Path) -> None:
    hiss = with_wave(tmp_path / "a", lambda at: 0.0005 * math.sin(at / 9))
    plan = plan_of(clip_shot(hiss))
    ((gain, found),) = level_all(plan)
    assert found.loudness < SILENCE and gain.decibels == 0
    assert max(map(abs, played(plan))) < 0.001


def test_both_are_heard_where_they_fade_and_neither_falls_away(tmp_path: Path) -> None:
    """Equal power: in the middle of a fade it is about as loud as before and behind."""
    one, other = (
        with_wave(tmp_path / name, lambda at, pitch=pitch: 0.3 * math.sin(at * pitch))  # type: ignore[misc]
        for name, pitch in (("a", 0.05), ("b", 0.081))
    )
    plan = plan_of(clip_shot(one), clip_shot(other, fade=1))
    samples = played(plan)
    assert len(samples) == 3 * RATE
    levels = [power(samples[at : at + 4800]) for at in (RATE // 2, round(1.45 * RATE), round(2.4 * RATE))]
    assert max(levels) < 1.5 * min(levels)


def power(samples: list[float]) -> float:
    return sum(sample * sample for sample in samples) / len(samples)


def test_a_clip_whose_sound_nobody_can_decode_is_silent(tmp_path: Path) -> None:
    file = make_clip(tmp_path / "a.mp4", size=(64, 36))
    with av.open(file, "r") as clip:
        spots = [(packet.pos, packet.size) for packet in clip.demux(audio=0) if packet.pos is not None and packet.size]
    data = bytearray(file.read_bytes())
    for at, size in spots:
        data[at : at + size] = b"\xff" * size
    file.write_bytes(data)
    assert survey(clip_shot(file)) == survey(clip_shot(file))
    plan, film = make_film(tmp_path, clip_shot(file), clip_shot(make_clip(tmp_path / "b.mp4", size=(64, 36))))
    assert max(map(abs, heard(plan, list(samples_of(film)), 0)[:-3000])) < 0.001
