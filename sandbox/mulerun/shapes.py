"""In which shapes an answer names the clips of a task that is done: as documented, and as other task APIs do."""

from collections.abc import Callable
from typing import Any

Shape = Callable[[list[str]], dict[str, Any]]
"""From the clips' links to what an answer has beside `task_info`, or, under that key, in it."""

STILL = "/still.jpg"


def documented(links: list[str]) -> dict[str, Any]:
    return {"videos": links}


def objects(links: list[str]) -> dict[str, Any]:
    """Each clip an object, its picture beside it."""
    return {"videos": [{"url": link, "cover_url": link + STILL, "duration": 8} for link in links]}


def output(links: list[str]) -> dict[str, Any]:
    return {"output": {"video_url": links[0], "last_frame_url": links[0] + STILL}}


def inside(links: list[str]) -> dict[str, Any]:
    """All in the task itself, and what was asked for echoed beside it."""
    result = [{"type": "image", "url": links[0] + STILL}, *({"type": "video", "url": link} for link in links)]
    return {"task_info": {"input": {"video_url": links[0] + "/input.mp4"}, "result": result}}


def repeated(links: list[str]) -> dict[str, Any]:
    """The same clips three times."""
    return {"videos": links, "video": {"url": links[0]}, "data": {"urls": links}}
