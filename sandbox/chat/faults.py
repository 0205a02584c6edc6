"""Faults on demand: what goes wrong with the next answers of the language model, and how it looks on the wire."""

import json
import secrets

from sandbox.endpoint import Fault, refused

IDEA = {"subject": "a paper boat, close", "action": "it drifts past the camera", "setting": "a gutter in the rain"}


def completion(
    content: str | None, *, model: str = "gpt-5-mini", finish: str = "stop", refusal: str | None = None
) -> Fault:
    """An answer in the documented shape, whatever the model wrote."""
    message = {"role": "assistant", "content": content, "refusal": refusal}
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": finish}
    body = {
        "id": f"chatcmpl-{secrets.token_hex(12)}",
        "object": "chat.completion",
        "created": 1754425777,
        "model": model,
        "choices": [choice],
        "usage": {"prompt_tokens": 300, "completion_tokens": 200, "total_tokens": 500},
    }
    return Fault(body=json.dumps(body).encode())


def says(content: str) -> Fault:
    """The model writes this, and nothing else."""
    return completion(content)


def fenced(count: int = 3) -> Fault:
    """JSON in a code fence, with words around it."""
    return says(f"Sure! Here you are:\n\n```json\n{ideas(count)}\n```\n\nAnything else?")


def thinking(count: int = 3) -> Fault:
    """A model that thinks aloud, with drafts that it throws away."""
    draft = json.dumps({"title": "No good", "subject": "a draft"})
    return says(f"<think>\nPerhaps {draft}? No.\n</think>\n{ideas(count)}")


def many(count: int) -> Fault:
    """Another number of variations than was asked for."""
    return says(ideas(count))


def cut_off(count: int = 3, *, left: float = 0.8) -> Fault:
    """The tokens were used up; `left` is which share of the JSON there is."""
    whole = ideas(count)
    return completion(whole[: int(len(whole) * left)], finish="length")


def too_long(size: int = 3_000_000) -> Fault:
    """An answer of so many characters, in the right form."""
    return says(json.dumps({"ideas": [{"title": "A", **IDEA, "action": "on and on " * (size // 10)}]}))


def declined() -> Fault:
    """The model will not."""
    return completion(None, refusal="I'm sorry, but I can't assist with that request.")


def unpaid(status: int = 402) -> Fault:
    """The account has no credit: 402 as MuleRun has it, 429 as OpenAI."""
    return refused(status, "You exceeded your current quota.", kind="insufficient_quota", code="insufficient_quota")


def echoing(secret: str, status: int = 401) -> Fault:
    """An error that repeats what nobody is to read."""
    return refused(status, f"Incorrect API key provided: {secret}.", code="invalid_api_key")


def ideas(count: int) -> str:
    numbered = [{"title": f"Boat {n}", **IDEA, "subject": f"paper boat {n}, close"} for n in range(1, count + 1)]
    return json.dumps({"ideas": numbered})
