"""Where clips are named in an answer, by tables: every shape that counts, and every link that is no clip."""

import pytest

from bot.mulerun.links import DEPTH, clip_links

A = "https://cdn.example/a.mp4?sig=1"
B = "https://cdn.example/b.mp4?sig=2"
PICTURE = "https://cdn.example/look.JPG?sig=3"
PAGE = "https://example.com/share/7"

SHAPES: dict[str, tuple[dict[str, object], tuple[str, ...]]] = {
    "documented": ({"videos": [A, B]}, (A, B)),
    "a bare string": ({"videos": A}, (A,)),
    "objects with a url": ({"videos": [{"url": A}, {"url": B}]}, (A, B)),
    "objects with a video_url": ({"videos": [{"video_url": A}]}, (A,)),
    "objects with a uri": ({"videos": [{"uri": A}]}, (A,)),
    "objects in objects": ({"videos": [{"video": {"url": A}}]}, (A,)),
    "another spelling": ({"Videos": [{"videoUrl": A}]}, (A,)),
    "strings and objects": ({"videos": [A, {"url": B}, None, "", 5, [], {}]}, (A, B)),
    "video": ({"video": A}, (A,)),
    "video, an object": ({"video": {"url": A, "content_type": "video/mp4", "file_size": 5}}, (A,)),
    "video, a list": ({"video": [{"url": A}]}, (A,)),
    "video_url": ({"video_url": A}, (A,)),
    "video_url, an object": ({"content": [{"type": "video_url", "video_url": {"url": A}}]}, (A,)),
    "output, a string": ({"output": A}, (A,)),
    "output, a list": ({"output": [A, B]}, (A, B)),
    "output.url": ({"output": {"url": A}}, (A,)),
    "output.video_url": ({"output": {"task_status": "SUCCEEDED", "video_url": A}}, (A,)),
    "output.videos": ({"output": {"videos": [A]}}, (A,)),
    "outputs": ({"outputs": [{"url": A}]}, (A,)),
    "result": ({"result": {"video": {"uri": A}}}, (A,)),
    "results": ({"results": [{"url": A}, {"url": B}]}, (A, B)),
    "data": ({"data": {"url": A}}, (A,)),
    "data, deeper": ({"data": {"task_result": {"videos": [{"id": "7", "url": A}]}}}, (A,)),
    "data, a list": ({"data": [{"url": A}]}, (A,)),
    "content": ({"content": {"video_url": A, "last_frame_url": PICTURE}}, (A,)),
    "urls": ({"urls": [A, B]}, (A, B)),
    "samples": ({"response": {"generateVideoResponse": {"generatedSamples": [{"video": {"uri": A}}]}}}, (A,)),
    "task_info.videos": ({"task_info": {"id": "7", "videos": [A]}}, (A,)),
    "task_info.result": ({"task_info": {"result": {"url": A}}}, (A,)),
    "task_info.output": ({"task_info": {"output": [A]}}, (A,)),
    "the type of a task": ({"data": {"type": "image_to_video", "url": A}}, (A,)),
    "a task from a text": ({"task_info": {"type": "text", "result": {"type": "image", "video_url": A}}}, (A,)),
    "empty, and then found": ({"videos": [], "output": {"url": A}}, (A,)),
    "blanks around it": ({"videos": [f" {A}\n"]}, (A,)),
    "http": ({"videos": ["HTTP://127.0.0.1:8080/a"]}, ("HTTP://127.0.0.1:8080/a",)),
}

ONCE: dict[str, tuple[dict[str, object], tuple[str, ...]]] = {
    "in one list": ({"videos": [A, B, A]}, (A, B)),
    "in two places": ({"videos": [A], "video": {"url": A}, "task_info": {"videos": [A]}}, (A,)),
    "two spellings in one object": ({"videos": [{"url": A, "download_url": B}]}, (A,)),
    "the second place knows more": ({"videos": [A], "output": {"videos": [A, B]}}, (A, B)),
    "a video before a result": ({"result": {"url": PAGE}, "videos": [A]}, (A,)),
    "a video beside a page": ({"output": {"url": PAGE, "video_url": A}}, (A,)),
}

NO_CLIP: dict[str, dict[str, object]] = {
    "nothing": {},
    "empty": {"videos": [], "video": None, "output": {}, "data": ""},
    "an odd type": {"videos": 5, "output": True, "result": {"url": {"url": 5}}},
    "no address": {"videos": ["a.mp4", "/a.mp4", "https://", "https:///a.mp4", "https://?a", "done"]},
    "another scheme": {"videos": ["gs://bucket/a.mp4", "ftp://a/b", "file:///etc/passwd", "data:video/mp4;base64,AA"]},
    "what no database takes": {"videos": ["https://a/\0", "https://a/\ud800"]},
    "an echoed picture": {"input_reference": A, "image": {"url": A}, "first_frame": A, "image_url": A},
    "an echoed request": {"task_info": {"input": {"video_url": A}, "request": {"videos": [A]}}, "params": {"url": A}},
    "an echo in the result": {"output": {"input": {"url": A}, "input_reference": A, "prompt": A}},
    "an echo in the content": {"content": [{"role": "reference_video", "video_url": {"url": A}}, {"text": A}]},
    "a thumbnail": {"videos": [{"cover_url": A, "thumbnail": {"url": A}, "poster": A, "picture": A}]},
    "a picture by its name": {"videos": [PICTURE], "output": {"url": "https://cdn.example/thumb.webp"}},
    "a picture by its label": {"output": [{"type": "image", "url": A}, {"content_type": "image/png", "url": A}]},
    "sound by its label": {"results": [{"type": "Audio", "url": A}]},
    "addresses of the task": {"urls": {"get": A, "cancel": A}, "status_url": A, "url": A, "task_info": {"url": A}},
    "an error's manual": {"error": {"url": A}, "task_info": {"error": {"data": {"url": A}}}},
}


@pytest.mark.parametrize(("answer", "links"), SHAPES.values(), ids=SHAPES.keys())
def test_a_clip_is_found_in_every_shape(answer: dict[str, object], links: tuple[str, ...]) -> None:
    assert clip_links(answer) == links


@pytest.mark.parametrize(("answer", "links"), ONCE.values(), ids=ONCE.keys())
def test_a_clip_named_several_times_is_one(answer: dict[str, object], links: tuple[str, ...]) -> None:
    assert clip_links(answer) == links


@pytest.mark.parametrize("answer", NO_CLIP.values(), ids=NO_CLIP.keys())
def test_what_is_no_clip_is_not_taken_for_one(answer: dict[str, object]) -> None:
    assert clip_links(answer) == ()


@pytest.mark.parametrize("beside", [value for value in NO_CLIP.values() if "videos" not in value], ids=str)
def test_what_is_no_clip_does_not_hide_one(beside: dict[str, object]) -> None:
    assert clip_links({**beside, "videos": [B]}) == (B,)


@pytest.mark.parametrize(("levels", "links"), [(DEPTH - 1, (A,)), (DEPTH, ()), (900, ())])
def test_the_search_goes_only_so_deep(levels: int, links: tuple[str, ...]) -> None:
    inner: object = A
    for _ in range(levels):
        inner = {"data": inner}
    assert clip_links({"data": inner}) == links
