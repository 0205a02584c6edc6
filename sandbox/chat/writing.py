"""What the stand-in model writes: three ideas around the words that it was given, the same ones each time."""

import json
from collections.abc import Iterator

# Shot, movement, place with light. The words that it was given stand between them.
VIEWS = (
    ("From above", "{} seen from straight above", "the camera rises slowly", "an empty square at noon, hard shadows"),
    ("Very close", "{} so close that it fills the frame", "the camera holds still", "a dark room, one warm lamp"),
    ("In passing", "{} in a wide shot", "the camera glides past on rails", "a harbour at dawn, low mist"),
)
KNOWN = ("subject", "title", "idea", "topic")
WORDS_MOST = 60


def write(text: str) -> str:
    """JSON, as anything that asks for ideas wants it."""
    words = gist(text)
    return json.dumps({"ideas": [idea(words, *view) for view in VIEWS]}, ensure_ascii=False)


def idea(words: str, name: str, subject: str, action: str, setting: str) -> dict[str, str]:
    """The words go in as they are, in whatever language."""
    return {"title": f"{name}: {words}", "subject": subject.format(words), "action": action, "setting": setting}


def gist(text: str) -> str:
    """What it is about: a text itself, or the most telling words of a JSON object."""
    try:
        named = dict(texts(json.loads(text)))
    except ValueError:
        named = {}
    found = next((named[name] for name in KNOWN if named.get(name)), text)
    return found[:WORDS_MOST].strip()


def texts(value: object, name: str = "") -> Iterator[tuple[str, str]]:
    """Each text by the name that it stands under, the outermost last."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from texts(each, str(key))
    elif isinstance(value, str):
        yield name, value
