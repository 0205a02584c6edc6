"""Jobs for tests."""

from typing import Any

from bot.jobs import Job, job_id
from bot.video_request import Fit, VideoRequest

REQUEST = VideoRequest(
    model="sora-2-pro", prompt="A paper boat", seconds=8, size="1280x720", size_given=True, fit=Fit.CROP
)


def a_job(number: int = 1, **fields: Any) -> Job:
    plain = {
        "id": job_id(1_400_000_000_000_000_000 + number),
        "created_at": 1000.0 + number,
        "status_since": 1000.0 + number,
        "request": REQUEST,
        "asker_id": 7,
        "asker_name": "Ana",
        "guild_id": 1,
        "channel_id": 2,
        "worker": "w1",
        "epoch": 1,
    }
    return Job(**{**plain, **fields})
