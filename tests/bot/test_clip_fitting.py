"""Fitting real clips in real children: what is told apart, what is made once, and what is left alone."""

import errno
import fcntl
import logging
import os
from pathlib import Path
from typing import Any, NoReturn

import pytest

from bot.clip import check
from bot.errors import BadClip, ClipMissing
from bot.jobs import Job, Status
from bot.store import Store
from bot.tracker.clip_fitting import ClipFitting
from bot.tracker.clips import Clips
from bot.workbench import Workbench
from tests.clips import make_clip
from tests.jobs import a_job

JOB = a_job(status=Status.COMPLETED, links=("a", "b"))
OTHER = a_job(2, status=Status.COMPLETED, links=("a",))


@pytest.fixture
def clips(tmp_path: Path, store: Store) -> Clips:
    (folder := tmp_path / "clips").mkdir()
    return Clips(folder, store)


@pytest.fixture
def fitting(clips: Clips, workbench: Workbench) -> ClipFitting:
    return ClipFitting(clips, workbench)


def put(clips: Clips, job: Job = JOB, part: int = 0, **made: Any) -> Path:
    return make_clip(clips.file(job, part), **made)


def left(clips: Clips) -> set[str]:
    return {file.name.removeprefix(JOB.id) for file in clips.file(JOB, 0).parent.iterdir()}


async def test_a_clip_that_plays_has_a_poster_until_it_is_drawn(clips: Clips, fitting: ClipFitting) -> None:
    put(clips)
    await fitting.check(JOB, 0)
    poster = await clips.poster(JOB)
    assert poster and poster.startswith(b"\xff\xd8\xff")
    clips.discard_poster(JOB)
    assert await clips.poster(JOB) is None and left(clips) == {"-0.mp4"}


async def test_only_the_first_clip_is_on_the_card(clips: Clips, fitting: ClipFitting) -> None:
    put(clips, part=1)
    await fitting.check(JOB, 1)
    assert await clips.poster(JOB) is None


async def test_a_clip_that_does_not_play_is_told(clips: Clips, fitting: ClipFitting) -> None:
    clips.file(JOB, 0).write_bytes(b"\0\0\0\x18ftypisom, but nothing else")
    with pytest.raises(BadClip):
        await fitting.check(JOB, 0)
    assert await clips.poster(JOB) is None


async def test_what_fits_goes_as_it_is(clips: Clips, fitting: ClipFitting) -> None:
    file = put(clips)
    assert await fitting.fit(JOB, 0, file.stat().st_size) == file
    assert left(clips) == {"-0.mp4"}


async def test_a_copy_is_made_once_for_a_limit(clips: Clips, fitting: ClipFitting, workbench: Workbench) -> None:
    file = put(clips, noise=0.5)
    limit = file.stat().st_size // 2
    copy = await fitting.fit(JOB, 0, limit)
    assert copy and copy.stat().st_size <= limit
    made = copy.stat().st_mtime_ns
    assert await fitting.fit(JOB, 0, limit) == copy
    # also after a start, when nothing is remembered
    assert await ClipFitting(clips, workbench).fit(JOB, 0, limit) == copy
    assert copy.stat().st_mtime_ns == made
    assert left(clips) == {"-0.mp4", f"-0-{limit}.mp4"}


async def test_what_fits_in_a_codec_that_few_can_play_is_converted(clips: Clips, fitting: ClipFitting) -> None:
    file = put(clips, codec="libx265")
    copy = await fitting.fit(JOB, 0, 1_000_000)
    assert copy and copy != file
    assert check(copy).codec == "h264"


async def test_what_cannot_be_made_to_fit_is_tried_once(
    clips: Clips, fitting: ClipFitting, caplog: pytest.LogCaptureFixture
) -> None:
    put(clips, noise=0.5)
    with caplog.at_level(logging.WARNING):
        assert await fitting.fit(JOB, 0, 10_000) is None
        assert await fitting.fit(JOB, 0, 10_000) is None
    assert caplog.text.count("cannot be made to fit 10000 bytes: too_long") == 1
    assert left(clips) == {"-0.mp4"}


async def test_a_clip_that_is_not_here_is_missing(fitting: ClipFitting) -> None:
    with pytest.raises(ClipMissing):
        await fitting.fit(JOB, 0, 1_000_000)


@pytest.mark.parametrize("uploaded", [True, False])
async def test_what_is_cleared_up_is_the_jobs_own(clips: Clips, uploaded: bool) -> None:
    for file in (clips.file(JOB, 0), clips.file(JOB, 1), clips.copy(JOB, 0, 1000), clips.file(OTHER, 0)):
        file.write_bytes(b"a clip")
    half = clips.copy(JOB, 0, 1000).with_suffix(".part")
    half.write_bytes(b"half a clip")
    await clips.keep_poster(JOB, b"a picture")
    await (clips.discard(JOB) if uploaded else clips.discard_copies(JOB))
    others = {clips.file(OTHER, 0).name, ".jpg"}
    assert left(clips) == (others if uploaded else {"-0.mp4", "-1.mp4", *others})


async def test_a_copy_is_made_durable_where_only_files_open_for_writing_can_be(
    clips: Clips, fitting: ClipFitting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on Windows."""

    def sync(file: int) -> None:
        if fcntl.fcntl(file, fcntl.F_GETFL) & os.O_ACCMODE == os.O_RDONLY:
            raise OSError(errno.EBADF, "Bad file descriptor")

    monkeypatch.setattr(os, "fsync", sync)
    file = put(clips, noise=0.5)
    copy = await fitting.fit(JOB, 0, file.stat().st_size // 2)
    assert copy and copy != file


async def test_what_no_child_could_be_made_for_is_tried_again(
    clips: Clips, fitting: ClipFitting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It goes as it is meanwhile, where it fits."""
    small, large = put(clips), put(clips, part=1, noise=0.5)

    def refuse(*_: object) -> NoReturn:
        raise OSError(errno.EAGAIN, "Resource temporarily unavailable")

    with monkeypatch.context() as patch:
        patch.setattr("bot.workbench._start", refuse)
        await fitting.check(JOB, 0)
        assert await fitting.fit(JOB, 0, small.stat().st_size) == small
        assert await fitting.fit(JOB, 1, large.stat().st_size // 2) is None
    copy = await fitting.fit(JOB, 1, large.stat().st_size // 2)
    assert copy and copy != large
