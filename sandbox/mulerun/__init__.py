"""A MuleRun on loopback: strict like the vendor's documents, with a clock that can be sped up, and honest about money.

A phrase in the prompt, in any case, asks for a documented failure (the table is `fates.FATES`):

    a celebrity, copyrighted, adults only    fails with 3001: restricted content
    a human face                             fails with 3001: a face in the input picture
    a sensitive sound, a failed inspection   fails with 3005, and a code of the maker's for its words
    a Chinese refusal                        fails with 3001, and a sentence of the maker's
    a high load                              fails with 3005: a rate limit policy, which is none for content
    provider outage / router fault           fails with 3005 / 4002
    called off                               ends as "cancelled", and does not say why
    taking too long                          ends as "TIMED_OUT ", and does not say why
    an error for a word                      fails with 3005 as "error"
    a fault for a word                       fails with 4002 as "faulted"
    a clip in an object                      completes with `videos` as objects, a cover beside each
    a clip in the output                     ends as "success" with `output.video_url`
    a clip in the task                       ends as "Succeeded " with `task_info.result`, the request echoed beside it
    a clip named thrice                      ends as "all good" with the same link in three places
    refused at the door                      HTTP 400, code 2001: no task, no charge
    without a video                          completes with no link
    two clips                                completes with two links
    stuck forever                            never ends
    unknown word                             is "retrying", then "simmering", before "processing"
    big clip                                 a clip heavier than 12 MB
    dead link                                a link that is dead at once

`webhooks.register` has events posted to an address; `webhooks.next_ends` has them lost, late, doubled or forged.

`delist`, `forbid` and `allow` take a model off the list, or away from this key, and give it back.
"""

from sandbox.mulerun.api import NEWER_WORDS, MuleRun
from sandbox.mulerun.faults import Fault, Faults
from sandbox.mulerun.ledger import Ledger, State, Task, Visit
from sandbox.mulerun.models import MODELS, Model

__all__ = ["MODELS", "NEWER_WORDS", "Fault", "Faults", "Ledger", "Model", "MuleRun", "State", "Task", "Visit"]
