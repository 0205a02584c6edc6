"""The errors of the product: codes and facts, never sentences.

DailiesError
├── SettingsError        a setting is missing or cannot be read
├── CatalogueError       the catalogue of models cannot be used
├── BadPicture           a file that no model can start from
├── BadClip              a clip that does not play, or cannot be made small enough
├── StoreBusy            another process owns this database, or uses it as an older version
├── StoreUnusable        what is there is no database of this program's
├── ShowTroubled         Discord could not be told for now
├── VenueRefused         this channel takes nothing from the bot
├── ShowRefused          no venue in Discord takes it
├── FileTooLarge         Discord does not take a file of this size here
├── ClipMissing          a finished clip is not on this disk
└── VendorError          the vendor, by what it means for money
    ├── VendorUnreached      surely not sent: nothing was accepted, trying again is safe
    ├── VendorBusy           refused for now (429): nothing was accepted, try after `retry_after`
    ├── VendorRefused        an answer that says no: nothing is running
    ├── VendorSilent         sent, and the answer was lost: nobody can tell whether it was accepted
    ├── VendorTroubled       a look (GET) that failed for a passing reason: look again
    └── TaskUnknown          a look that says there is no such task
"""


class DailiesError(Exception):
    """Base of every error this program raises on purpose."""


class SettingsError(DailiesError):
    """`variable` is the environment variable to mend, `problem` what is wrong with it."""

    def __init__(self, variable: str, problem: str) -> None:
        super().__init__(f"{variable} {problem}")
        self.variable = variable
        self.problem = problem


class CatalogueError(DailiesError):
    """The message names file, model and field."""


class BadPicture(DailiesError):
    """A picture that cannot be used. `code` names the rule, `facts` fill the sentence."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


class BadClip(DailiesError):
    """A clip that cannot be used. `code` names the rule."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class StoreBusy(DailiesError):
    """Another process has this SQLite file open as its own, or an older version still uses tables that change."""


class StoreUnusable(DailiesError):
    """What is there is no database, one of a newer program, or one that cannot be written. Nothing was changed."""

    def __init__(self, name: str, problem: object, advice: str) -> None:
        super().__init__(f"The database {name} cannot be used: {problem}. {advice}")


class VendorError(DailiesError):
    """`code` is ours and stable; `detail` is the vendor's own wording, untrusted; `trace` is for its support."""

    def __init__(self, code: str, *, detail: str = "", trace: str = "", retry_after: float | None = None) -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail
        self.trace = trace
        self.retry_after = retry_after


class VendorUnreached(VendorError):
    pass


class VendorBusy(VendorError):
    pass


class VendorRefused(VendorError):
    pass


class VendorSilent(VendorError):
    pass


class VendorTroubled(VendorError):
    pass


class TaskUnknown(VendorError):
    pass


class ShowTroubled(DailiesError):
    """Discord could not be told for now; `retry_after` in seconds when it said when."""

    def __init__(self, problem: str, *, retry_after: float | None = None) -> None:
        super().__init__(problem)
        self.retry_after = retry_after


class ShowRefused(DailiesError):
    """Neither thread nor channel nor direct messages take it."""


class VenueRefused(DailiesError):
    """This channel takes nothing from the bot: try the next venue."""


class FileTooLarge(DailiesError):
    """Discord does not take a file of this size here."""


class ClipMissing(DailiesError):
    """A finished clip is not on this disk: it has to be fetched again."""
