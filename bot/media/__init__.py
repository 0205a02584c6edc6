"""What the product does with pictures: name the kind, refuse from the header, make thumbnails, fit them to a frame.

Plain synchronous functions, for a worker process: none touches the disk or the network.
"""

from .fitting import (
    SAME_SHAPE,
    THUMBNAIL,
    How,
    best_size,
    check_sides,
    examine,
    fit,
    fit_frame,
    fit_whole,
    grey,
    shape_of,
    side_by_side,
    thumbnail,
)
from .kinds import KINDS, RAW, sniff
from .opening import MAX_BYTES, MAX_PIXELS, Picture, inspect

__all__ = [
    "KINDS",
    "MAX_BYTES",
    "MAX_PIXELS",
    "RAW",
    "SAME_SHAPE",
    "THUMBNAIL",
    "How",
    "Picture",
    "best_size",
    "check_sides",
    "examine",
    "fit",
    "fit_frame",
    "fit_whole",
    "grey",
    "inspect",
    "shape_of",
    "side_by_side",
    "sniff",
    "thumbnail",
]
