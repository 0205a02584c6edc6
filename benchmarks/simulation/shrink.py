"""Shrinking: of a run that found something, the shortest that still does, with as little going wrong as it takes."""

from collections.abc import Callable
from dataclasses import replace

from .run import PARTS, Order

Fails = Callable[[Order], bool]


def shrink(order: Order, fails: Fails) -> Order:
    """`order` fails. Fewer kills are the same run, ended sooner: they are halved. Then each part is left out."""
    return _fewer_kills(_fewer_parts(_fewer_kills(order, fails), fails), fails)


def _fewer_kills(order: Order, fails: Fails) -> Order:
    passes = 0
    while order.kills - passes > 1:
        tried = replace(order, kills=(passes + order.kills) // 2)
        if fails(tried):
            order = tried
        else:
            passes = tried.kills
    return order


def _fewer_parts(order: Order, fails: Fails) -> Order:
    for part in PARTS:
        tried = replace(order, without=order.without | {part})
        if fails(tried):
            order = tried
    return order
