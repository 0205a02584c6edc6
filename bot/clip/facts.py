"""Looking at a clip without decoding all of it: whether it plays, and what it is."""

import contextlib
import errno
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import IO

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from ..errors import BadClip

MAX_PIXELS = 8192 * 4320
# Threads of one decoder or encoder: more would cost memory for little speed.
THREADS = 4
# A clip that claims more than it has is a stump; containers round, so this much may be missing: seconds, and a share.
MISSING_SECONDS, MISSING_SHARE = 0.5, 0.05
# The first frame comes out of so many packets, or there is none.
FIRST_PACKETS = 60

# Formats and codecs that clips come in; anything else is not even tried. A playlist, for one, can name other files.
OPEN_OPTIONS = {
    "format_whitelist": "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm",
    "codec_whitelist": "h264,hevc,av1,libdav1d,vp8,vp9,libvpx,libvpx-vp9,mpeg4,mjpeg,prores,"
    "aac,mp2,mp2float,mp3,mp3float,opus,libopus,vorbis,flac,alac,ac3,eac3,pcm_s16le,pcm_s16be,pcm_s24le,pcm_f32le",
    "protocol_whitelist": "file",
}

DISK_FULL = (errno.ENOSPC, errno.EDQUOT)

Source = Path | IO[bytes]


@dataclass(frozen=True, kw_only=True)
class ClipFacts:
    """What a clip is.

    `container` is "mp4" or "webm"; `codec` and `sound` are ffmpeg's names ("h264", "aac"; None without sound, or with
    none that can be decoded); `pixels` its pixel format; `duration` the picture's, in seconds; `width` and `height` in
    pixels as shown, upright; `turn` by how many degrees, counterclockwise, what is stored has to be turned for that;
    `rate` in frames a second.
    """

    container: str
    codec: str
    pixels: str
    duration: float
    width: int
    height: int
    turn: int = 0
    rate: float
    sound: str | None

    @property
    def has_audio(self) -> bool:
        return self.sound is not None


def check(path: Path) -> ClipFacts:
    """What the clip is, if it plays: its first frame is decoded, and its packets reach its end.

    Raises BadClip: "not_a_clip" (no container that clips come in), "no_picture" (no video stream, or of no codec that
    clips come in), "no_duration", "too_many_pixels", "undecodable" (no first frame), "cut_short".
    """
    with opened(path) as clip:
        video = picture_of(clip)
        duration = _duration(clip, video)
        frame = _first_frame(clip, video)
        if not _reaches(clip, video, duration):
            raise BadClip("cut_short")
        return _describe(clip, video, frame, duration)


@contextmanager
def opened(source: Source) -> Iterator[InputContainer]:
    """The clip, open for reading; what is wrong with it leaves as BadClip, a full disk as OSError."""
    try:
        with av.open(source, "r", options=dict(OPEN_OPTIONS), metadata_errors="replace") as clip:
            yield clip
    except MemoryError:
        raise
    except av.FFmpegError as error:
        if error.errno in DISK_FULL:
            raise OSError(error.errno, error.strerror) from error
        raise BadClip("not_a_clip") from error


def picture_of(clip: InputContainer) -> VideoStream:
    """Its video stream, no cover picture of a song. Raises BadClip: "no_picture", "too_many_pixels"."""
    for stream in clip.streams.video:
        if stream.disposition & stream.disposition.attached_pic:
            continue
        if stream.codec_context is None or not stream.codec_context.width:
            continue
        if stream.codec_context.width * stream.codec_context.height > MAX_PIXELS:
            raise BadClip("too_many_pixels")
        stream.codec_context.thread_count = THREADS
        return stream
    raise BadClip("no_picture")


def sound_of(clip: InputContainer) -> AudioStream | None:
    """The first, of a codec that clips come in."""
    sounds = clip.streams.audio
    return sounds[0] if sounds and sounds[0].codec_context else None


def decoded(clip: InputContainer, video: VideoStream) -> Iterator[VideoFrame]:
    """All frames in the order they are shown; a broken packet costs its own frames only."""
    for packet in clip.demux(video):
        try:
            yield from packet.decode()
        except av.error.InvalidDataError:
            continue


def seconds_of(at: int | None, base: Fraction | None) -> float:
    return float(at * base) if at is not None and base is not None else 0.0


def duration_of(data: bytes) -> float:
    """How long a clip in memory is, seconds, by its own word. Raises BadClip."""
    with opened(io.BytesIO(data)) as clip:
        return _duration(clip, picture_of(clip))


def _duration(clip: InputContainer, video: VideoStream) -> float:
    """Seconds. A file that is written as it is streamed may have none."""
    duration = seconds_of(video.duration, video.time_base) or seconds_of(clip.duration, Fraction(1, av.time_base))
    if duration <= 0:
        raise BadClip("no_duration")
    return duration


def _first_frame(clip: InputContainer, video: VideoStream) -> VideoFrame:
    # threads that take a frame each would want several packets before the first frame comes out
    video.thread_type = "SLICE"
    try:
        for number, packet in enumerate(clip.demux(video)):
            for frame in packet.decode():
                return frame
            if number >= FIRST_PACKETS:
                break
    except av.FFmpegError as error:
        raise BadClip("undecodable") from error
    raise BadClip("undecodable")


def _reaches(clip: InputContainer, video: VideoStream, duration: float) -> bool:
    """Whether there are packets up to the end that the clip claims to have."""
    base = video.time_base
    start = seconds_of(video.start_time, base)
    reached = 0.0
    try:
        clip.seek(int((start + duration) * av.time_base))
        for packet in clip.demux(video):
            if packet.is_corrupt:
                return False
            if packet.pts is not None:
                reached = max(reached, seconds_of(packet.pts + (packet.duration or 0), base) - start)
    except av.FFmpegError:
        return False
    return reached >= duration - max(MISSING_SECONDS, MISSING_SHARE * duration)


def _describe(clip: InputContainer, video: VideoStream, frame: VideoFrame, duration: float) -> ClipFacts:
    shape = video.sample_aspect_ratio or 1
    width, height = round(frame.width * shape), frame.height
    # by anything but right angles nothing is turned
    turn = 0 if frame.rotation % 90 else frame.rotation
    if turn % 180:
        width, height = height, width
    rate = video.average_rate or video.guessed_rate
    return ClipFacts(
        container="mp4" if "mp4" in clip.format.name else "webm",
        codec=video.codec_context.codec.canonical_name,
        pixels=frame.format.name,
        duration=duration,
        width=width,
        height=height,
        turn=turn,
        rate=float(rate) if rate else 24.0,
        sound=_sound(clip),
    )


def _sound(clip: InputContainer) -> str | None:
    """The codec of its sound, if anything can be heard of it."""
    sound = sound_of(clip)
    if sound is None:
        return None
    clip.seek(0)
    for number, packet in enumerate(clip.demux(sound)):
        with contextlib.suppress(av.FFmpegError):
            if packet.decode():
                return sound.codec_context.codec.canonical_name
        if number >= FIRST_PACKETS:
            break
    return None
