"""The stand-in vendor's models: each takes what its maker documents, and nothing else."""

import base64
import io

import av
import pytest

from sandbox.mulerun import MODELS, Model
from sandbox.mulerun.frames import AreaOfPicture, Pixels, Ratio, ShapeOfPicture, measure
from tests import pictures
from tests.sandbox.vendor_client import PROMPT, Client, client, vendor

__all__ = ["client"]

VEO = "/vendors/google/v1/veo-3.1/generation"
SEEDANCE = "/vendors/bytedance/v1/seedance-2.0/text-to-video/generation"
SEEDANCE_PICTURE = "/vendors/bytedance/v1/seedance-2.0/image-to-video/generation"
FAST = "/vendors/bytedance/v1/seedance-2.0-fast/text-to-video/generation"
FAST_PICTURE = "/vendors/bytedance/v1/seedance-2.0-fast/image-to-video/generation"
KLING = "/vendors/klingai/v1/kling-v3/text-to-video/generation"
KLING_PICTURE = "/vendors/klingai/v1/kling-v3/image-to-video/generation"
SEEDANCE_REFERENCES = "/vendors/bytedance/v1/seedance-2.0/reference-to-video/generation"
FAST_REFERENCES = "/vendors/bytedance/v1/seedance-2.0-fast/reference-to-video/generation"
WAN = "/vendors/alibaba/v1/wan2.6-t2v/generation"
WAN_PICTURE = "/vendors/alibaba/v1/wan2.6-i2v/generation"


def uri(data: bytes, kind: str = "jpeg") -> str:
    return f"data:image/{kind};base64,{base64.b64encode(data).decode()}"


WIDE = uri(pictures.jpeg((1280, 720)))
TINY = uri(pictures.jpeg((299, 400)))
LONG = uri(pictures.jpeg((300, 760)))
SMALL = uri(pictures.jpeg((359, 500)))
LARGE = uri(pictures.jpeg((2001, 900)))
GIF = uri(pictures.encode(pictures.quarters((400, 400)), "GIF"), "gif")
WEBP = uri(pictures.encode(pictures.quarters((400, 400)), "WEBP"), "webp")
GLASS = uri(pictures.encode(pictures.quarters((400, 400)).convert("RGBA"), "PNG"), "png")

SHOTS = {"multi_shot": "true", "multi_prompt": [{"prompt": "a", "duration": 2}, {"prompt": "b", "duration": 3}]}

TAKEN = [
    (VEO, {"reference_images": [WIDE, WEBP, GLASS]}, 8, (1280, 720)),
    (SEEDANCE_PICTURE, {"image": WIDE, "last_frame_image": WIDE, "seed": 4_294_967_295}, 5, (1280, 720)),
    (SEEDANCE_REFERENCES, {"images": [WIDE] * 9, "generate_audio": False}, 5, (1280, 720)),
    (FAST_REFERENCES, {"images": [WEBP], "aspect_ratio": "9:16", "web_search": True}, 5, (720, 1280)),
    (KLING_PICTURE, {"last_frame": uri(pictures.jpeg((300, 750)))}, 5, (720, 1800)),
    (KLING_PICTURE, {"first_frame": WIDE, "last_frame": WIDE, "sound": "on"}, 5, (1280, 720)),
    (KLING, {"prompt": None, **SHOTS}, 5, (1280, 720)),
    (KLING, {"multi_shot": "true", "shot_type": "intelligence", "negative_prompt": "x" * 2500}, 5, (1280, 720)),
    (WAN, {"multi_shots": "multi", "seed": 2_147_483_647, "negative_prompt": "x" * 500}, 5, (1280, 720)),
    (VEO, {}, 8, (1280, 720)),
    (VEO, {"duration": 4, "aspect_ratio": "9:16"}, 4, (720, 1280)),
    (VEO, {"resolution": "4k", "negative_prompt": "rain"}, 8, (3840, 2160)),
    (VEO, {"image": WIDE, "last_frame": WIDE}, 8, (1280, 720)),
    (SEEDANCE, {}, 5, (1280, 720)),
    (SEEDANCE, {"duration": -1, "seed": -1, "generate_audio": False, "watermark": True}, 5, (1280, 720)),
    (SEEDANCE, {"aspect_ratio": "21:9", "resolution": "1080p", "duration": 15, "web_search": True}, 15, (2520, 1080)),
    (SEEDANCE_PICTURE, {"image": uri(pictures.jpeg((600, 800)))}, 5, (720, 960)),
    (SEEDANCE_PICTURE, {"image": WIDE, "aspect_ratio": "1:1", "resolution": "480p"}, 5, (480, 480)),
    (FAST, {"aspect_ratio": "4:3", "resolution": "480p"}, 5, (640, 480)),
    (FAST_PICTURE, {"image": WIDE}, 5, (1280, 720)),
    (KLING, {"aspect_ratio": "1:1", "mode": "pro", "sound": "on", "duration": 3}, 3, (1080, 1080)),
    (KLING_PICTURE, {"first_frame": uri(pictures.jpeg((300, 750))), "multi_shot": "true"}, 5, (720, 1800)),
    (WAN, {"size": "832*1088", "audio": True, "duration": 15, "seed": 0}, 15, (832, 1088)),
    (WAN_PICTURE, {"image": WIDE, "resolution": "1080P", "safety_filter": False}, 5, (1920, 1080)),
    (WAN_PICTURE, {"image": uri(pictures.jpeg((960, 960)))}, 5, (960, 960)),
]


def body_of(fields: dict[str, object]) -> dict[str, object]:
    """With a prompt, unless that is None."""
    return {name: value for name, value in {"prompt": PROMPT, **fields}.items() if value is not None}


@pytest.mark.parametrize(("path", "fields", "seconds", "size"), TAKEN)
async def test_what_is_documented_is_taken(
    client: Client, path: str, fields: dict[str, object], seconds: int, size: tuple[int, int]
) -> None:
    status, body = await client.post(body_of(fields), path)
    assert status == 202, body
    task = client.mulerun.ledger.tasks[body["task_info"]["id"]]
    assert (task.model, task.seconds, task.size) == (path, seconds, size)
    assert (task.picture is not None) == bool({"image", "first_frame"} & set(fields))
    given = [name for name, value in fields.items() if "data:image" in str(value)]
    assert set(task.pictures) == set(given) and not set(given) & set(task.said)
    assert all(task.said[name] == value for name, value in fields.items() if name not in given)


REFUSED = [
    (VEO, {"reference_images": WIDE}, "must be a list of 1 to 3 pictures"),
    (VEO, {"reference_images": []}, "must be a list of 1 to 3 pictures"),
    (VEO, {"reference_images": [WIDE] * 4}, "must be a list of 1 to 3 pictures"),
    (VEO, {"reference_images": [WIDE, GIF]}, "data:image/"),
    (VEO, {"reference_images": [WIDE], "duration": 4}, "duration must be one of [8] when reference_images is given"),
    (VEO, {"seed": 1}, "Unknown field: seed"),
    (VEO, {"generate_audio": True}, "Unknown field: generate_audio"),
    (SEEDANCE, {"images": [WIDE]}, "Unknown field: images"),
    (SEEDANCE, {"negative_prompt": "rain"}, "Unknown field: negative_prompt"),
    (SEEDANCE_PICTURE, {"last_frame_image": WIDE}, "image is required"),
    (SEEDANCE_PICTURE, {"image": WIDE, "last_frame": WIDE}, "Unknown field: last_frame"),
    (SEEDANCE_REFERENCES, {}, "images is required"),
    (SEEDANCE_REFERENCES, {"images": [WIDE] * 10}, "must be a list of 1 to 9 pictures"),
    (SEEDANCE_REFERENCES, {"images": [WIDE], "image": WIDE}, "Unknown field: image"),
    (SEEDANCE_REFERENCES, {"images": [WIDE], "prompt": None}, "prompt is required"),
    (FAST_REFERENCES, {"images": [WIDE], "resolution": "1080p"}, "resolution must be one of"),
    (KLING, {"prompt": None}, "prompt or multi_prompt is required"),
    (KLING, SHOTS, "only one of prompt, multi_prompt"),
    (KLING, {**SHOTS, "prompt": None, "multi_shot": "false"}, 'multi_shot must be one of ["true"]'),
    (KLING, {**SHOTS, "prompt": None, "shot_type": "intelligence"}, 'shot_type must be one of ["customize"]'),
    (KLING, {**SHOTS, "prompt": None, "duration": 6}, "must sum to 6, got 5"),
    (KLING, {"prompt": None, "multi_shot": "true", "multi_prompt": [{"prompt": "a"}]}, "with prompt and duration"),
    (KLING, {"prompt": None, "multi_shot": "true", "multi_prompt": [{"prompt": "a", "duration": "5"}]}, "whole number"),
    (KLING, {"seed": 1}, "Unknown field: seed"),
    (KLING_PICTURE, {"last_frame": TINY}, "sides of 300 to"),
    (WAN, {"negative_prompt": "x" * 501}, "at most 500"),
    (WAN, {"seed": -1}, "seed must be a whole number"),
    (WAN, {"multi_shots": "true"}, "multi_shots must be one of"),
    (WAN_PICTURE, {"image": WIDE, "last_frame": WIDE}, "Unknown field: last_frame"),
    (VEO, {"seconds": "8"}, "Unknown field: seconds"),
    (VEO, {"size": "1280x720"}, "Unknown field: size"),
    (VEO, {"duration": "8"}, "duration must be one of"),
    (VEO, {"duration": 5}, "duration must be one of"),
    (VEO, {"duration": True}, "duration must be one of"),
    (VEO, {"resolution": "720P"}, "resolution must be one of"),
    (VEO, {"resolution": "1080p", "duration": 4}, "duration must be one of [8] when resolution is 1080p"),
    (VEO, {"resolution": "4k", "duration": 6}, "duration must be one of [8] when resolution is 4k"),
    (VEO, {"negative_prompt": "x" * 501}, "at most 500"),
    (VEO, {"image": WIDE, "last_frame": GIF}, "data:image/"),
    (SEEDANCE, {"image": WIDE}, "Unknown field: image"),
    (SEEDANCE, {"duration": 3}, "duration must be one of"),
    (SEEDANCE, {"generate_audio": "true"}, "generate_audio must be one of"),
    (SEEDANCE, {"generate_audio": 1}, "generate_audio must be one of"),
    (SEEDANCE, {"seed": -2}, "seed must be a whole number"),
    (SEEDANCE, {"seed": 1.0}, "seed must be a whole number"),
    (SEEDANCE_PICTURE, {}, "image is required"),
    (SEEDANCE_PICTURE, {"image": WIDE, "watermark": True}, "Unknown field: watermark"),
    (FAST, {"resolution": "1080p"}, "resolution must be one of"),
    (FAST, {"camera_fixed": True}, "Unknown field: camera_fixed"),
    (FAST_PICTURE, {"image": WIDE, "resolution": "1080p"}, "resolution must be one of"),
    (KLING, {"sound": True}, "sound must be one of"),
    (KLING, {"duration": 2}, "duration must be one of"),
    (KLING, {"aspect_ratio": "4:3"}, "aspect_ratio must be one of"),
    (KLING, {"multi_shot": False}, "multi_shot must be one of"),
    (KLING, {"prompt": "x" * 2501}, "at most 2500"),
    (KLING_PICTURE, {}, "first_frame or last_frame is required"),
    (KLING_PICTURE, {"image": WIDE}, "Unknown field: image"),
    (KLING_PICTURE, {"first_frame": WIDE, "aspect_ratio": "16:9"}, "Unknown field: aspect_ratio"),
    (KLING_PICTURE, {"first_frame": TINY}, "sides of 300 to"),
    (KLING_PICTURE, {"first_frame": LONG}, "longer than 1:2.5"),
    (KLING_PICTURE, {"first_frame": WEBP}, "data:image/"),
    (WAN, {"size": "1280x720"}, "size must be one of"),
    (WAN, {"resolution": "720P"}, "Unknown field: resolution"),
    (WAN, {"audio": "on"}, "audio must be one of"),
    (WAN, {"duration": 4}, "duration must be one of"),
    (WAN_PICTURE, {}, "image is required"),
    (WAN_PICTURE, {"image": WIDE, "size": "1280*720"}, "Unknown field: size"),
    (WAN_PICTURE, {"image": WIDE, "resolution": "720p"}, "resolution must be one of"),
    (WAN_PICTURE, {"image": SMALL}, "sides of 360 to 2000"),
    (WAN_PICTURE, {"image": LARGE}, "sides of 360 to 2000"),
    (WAN_PICTURE, {"image": GLASS}, "must not be transparent"),
]


@pytest.mark.parametrize(("path", "fields", "detail"), REFUSED)
async def test_everything_else_is_refused_with_the_reason(
    client: Client, path: str, fields: dict[str, object], detail: str
) -> None:
    status, answer = await client.post(body_of(fields), path)
    assert status == 400
    assert detail in answer["task_info"]["error"]["detail"]
    assert client.mulerun.ledger.charged == 0


@pytest.mark.parametrize("model", MODELS, ids=lambda model: str(model.path))
async def test_no_model_takes_a_field_that_it_does_not_know(client: Client, model: Model) -> None:
    status, answer = await client.post({"prompt": PROMPT, "model": model.id}, model.path)
    assert (status, answer["task_info"]["error"]["detail"]) == (400, "Unknown field: model")


@pytest.mark.parametrize(
    ("frame", "values", "picture", "size"),
    [
        (Pixels(field="s", between="*"), {"s": "832*480"}, None, (832, 480)),
        (Ratio(field="r", quality="q", shorter={"a": 480}), {"r": "16:9", "q": "a"}, (9, 9), (854, 480)),
        (Ratio(field="r", quality="q", shorter={"a": 480}), {"r": "adaptive", "q": "a"}, None, (854, 480)),
        (Ratio(field="r", quality="q", shorter={"a": 480}), {"r": "adaptive", "q": "a"}, (300, 400), (480, 640)),
        (ShapeOfPicture(quality="q", shorter={"a": 720}), {"q": "a"}, (100, 250), (720, 1800)),
        (AreaOfPicture(quality="q", like={"a": (1280, 720)}), {"q": "a"}, (720, 1280), (720, 1280)),
        (AreaOfPicture(quality="q", like={"a": (1280, 720)}), {"q": "a"}, (500, 500), (960, 960)),
    ],
)
def test_how_large_a_clip_becomes(
    frame: Pixels | Ratio | ShapeOfPicture | AreaOfPicture,
    values: dict[str, object],
    picture: tuple[int, int] | None,
    size: tuple[int, int],
) -> None:
    assert measure(frame, values, picture) == size


async def test_a_clip_is_rendered_in_the_picture_s_shape() -> None:
    async with vendor(clip=None) as client:
        picture = uri(pictures.jpeg((400, 400)))
        status, body = await client.post({"prompt": PROMPT, "image": picture, "resolution": "480P"}, WAN_PICTURE)
        assert status == 202, body
        task_id = body["task_info"]["id"]
        await client.mulerun.ledger.until(lambda ledger: ledger.tasks[task_id].status == "completed")
        _, body = await client.look(task_id, WAN_PICTURE)
        _, clip = await client.download(body["videos"][0])
        with av.open(io.BytesIO(clip)) as opened:
            video = opened.streams.video[0]
            assert (video.width, video.height) == (632, 632)


# --- models that are taken away


@pytest.mark.parametrize(
    ("take_away", "status", "detail"),
    [("delist", 404, "Not Found"), ("forbid", 403, "Insufficient permissions for this model")],
)
async def test_a_model_can_be_taken_away_and_given_back(
    client: Client, take_away: str, status: int, detail: str
) -> None:
    _, body = await client.post({"prompt": PROMPT}, WAN)
    running = body["task_info"]["id"]
    getattr(client.mulerun, take_away)("wan-2.6")
    for path, fields in ((WAN, {}), (WAN_PICTURE, {"image": WIDE})):
        assert await client.post({"prompt": PROMPT, **fields}, path) == (status, {"detail": detail})
        assert await client.look("00000000-0000-0000-0000-000000000000", path) == (status, {"detail": detail})
    assert (await client.look(running, WAN))[0] == 200
    assert (await client.post({"prompt": PROMPT}, KLING))[0] == 202
    client.mulerun.allow("wan-2.6")
    assert (await client.post({"prompt": PROMPT}, WAN))[0] == 202
    assert client.mulerun.ledger.charged == 3


def test_only_a_model_that_is_there_can_be_taken_away(client: Client) -> None:
    with pytest.raises(KeyError):
        client.mulerun.delist("wan2.6-t2v")
