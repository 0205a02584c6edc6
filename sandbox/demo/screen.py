"""The demo's screen: prints what is new in the chat, and saves the clips in it."""

import shutil
from pathlib import Path

from aiohttp import ClientError

from sandbox.bot_process import REPOSITORY
from sandbox.demo.chat import Chat, Ink, layout
from sandbox.demo.stage import DemoEnded, Stage
from sandbox.discord import Attachment

WIDEST = 110  # columns


class Screen:
    """Shows what is new in the chat, and saves the clips in it."""

    def __init__(self, stage: Stage, output: Path, ink: Ink) -> None:
        self.saved: dict[str, Path] = {}  # by the name they were posted with
        self._stage, self._output, self._ink = stage, output, ink
        self._chat = Chat(stage.discord.state)

    async def follow(self) -> None:
        """Show news as it comes, until cancelled."""
        while True:
            change = self._stage.discord.state.changes.next()
            for news in self._chat.news():
                print(layout(news, width=screen_width(), ink=self._ink))
                for file in news.files:
                    if file.content_type == "video/mp4":
                        await self._save(file)
            await change

    async def _save(self, file: Attachment) -> None:
        reader = next(iter(self._stage.members.values()))
        try:
            data = await reader.download(file.url)
        except ClientError as error:
            raise DemoEnded(f"{file.filename} cannot be downloaded: {error}") from error
        path = self.saved[file.filename] = write_file(self._output, file.filename, data)
        print(self._ink(f"{'':16}saved as {spell_path(path)}", "file"))


def screen_width() -> int:
    return min(WIDEST, shutil.get_terminal_size((WIDEST, 24)).columns)


def spell_path(path: Path) -> str:
    """Relative to the repository when it lies in there."""
    return str(path.relative_to(REPOSITORY) if path.is_relative_to(REPOSITORY) else path)


def write_file(folder: Path, name: str, data: bytes) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(data)
    return path
