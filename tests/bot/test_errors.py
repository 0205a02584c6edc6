"""The error tree that is drawn at the top of the file is the one that is built."""

import inspect
import re

from bot import errors


def test_the_drawing_names_every_error_and_no_other() -> None:
    drawn = {"DailiesError", *re.findall(r"── (\w+)", errors.__doc__ or "")}
    built = {name for name, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, Exception)}
    assert drawn == built


def test_every_error_on_purpose_has_one_root() -> None:
    kinds = [kind for _, kind in inspect.getmembers(errors, inspect.isclass)]
    assert all(issubclass(kind, errors.DailiesError) for kind in kinds)


def test_an_error_of_the_vendor_reads_as_its_code_alone() -> None:
    """Its wording may quote the prompt, and errors end up in the log."""
    assert str(errors.VendorRefused("credit", detail="no money")) == "credit"
    assert str(errors.VendorBusy("busy")) == "busy"
