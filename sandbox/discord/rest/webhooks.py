"""Interaction callbacks and what may follow them by the interaction's token."""

from sandbox.discord import callbacks, messages
from sandbox.discord.call import NO_CONTENT, Call, Reply, Route
from sandbox.discord.entities import Message
from sandbox.discord.errors import Refusal
from sandbox.discord.interactions import Interaction
from sandbox.discord.payloads.interactions import callback_json
from sandbox.discord.payloads.messages import message_json
from sandbox.discord.rest.messages import check_edit
from sandbox.discord.threads import refuse_archived
from sandbox.discord.validation import check_callback, check_message

TRUE = ("1", "true", "True")


def callback(call: Call) -> Reply:
    interaction = callbacks.open_one(call.state, call.number("interaction_id"), call.match["interaction_token"])
    existing = messages.existing_json(interaction.source) if interaction.source else None
    call.heed(check_callback(call.payload, type=interaction.type, files=call.files, existing=existing))
    callbacks.answer(call.state, interaction, call.payload, call.files)
    if call.query.get("with_response") in TRUE:
        return 200, callback_json(call.state, interaction)
    return NO_CONTENT


def follow_up(call: Call) -> Reply:
    interaction = _interaction(call)
    call.heed(check_message(call.payload, files=call.files, interaction=True))
    return 200, _shown(call, callbacks.follow_up(call.state, interaction, call.payload, call.files))


def show(call: Call) -> Reply:
    return 200, _shown(call, _message(call))


def edit(call: Call) -> Reply:
    message = _message(call)
    refuse_archived(message.channel)
    check_edit(call, message, interaction=True)
    return 200, _shown(call, messages.change(call.state, message, call.payload, call.files))


def delete(call: Call) -> Reply:
    messages.remove(call.state, _message(call))
    return NO_CONTENT


def _interaction(call: Call) -> Interaction:
    if call.number("webhook_id") != call.state.application.id:
        raise Refusal(10015)
    return callbacks.by_token(call.state, call.match["webhook_token"])


def _message(call: Call) -> Message:
    interaction = _interaction(call)
    own = [message for message in (interaction.original, *interaction.follow_ups) if message and not message.deleted]
    if "message_id" not in call.match:
        if interaction.original in own and interaction.original:
            return interaction.original
        raise Refusal(10008)
    number = call.number("message_id")
    found = next((message for message in own if message.id == number), None)
    if found is None:
        raise Refusal(10008)
    return found


def _shown(call: Call, message: Message) -> dict[str, object]:
    return message_json(message, reader=call.state.bot)


_BASE = "/webhooks/{webhook_id}/{webhook_token}"


def _routes(template: str) -> tuple[Route, ...]:
    return tuple(
        Route(method=method, template=template, act=act, bucket="webhook", open=True)
        for method, act in (("GET", show), ("PATCH", edit), ("DELETE", delete))
    )


ROUTES = (
    Route(
        method="POST",
        template="/interactions/{interaction_id}/{interaction_token}/callback",
        act=callback,
        bucket=None,
        open=True,
    ),
    Route(method="POST", template=_BASE, act=follow_up, bucket="webhook", open=True),
    *_routes(f"{_BASE}/messages/@original"),
    *_routes(f"{_BASE}/messages/{{message_id}}"),
)
