"""The errors of the product: codes and facts, never sentences.

DailiesError
├── SettingsError        a setting is missing or cannot be read
├── CatalogueError       the catalogue of models cannot be used
├── BadRules             a document of a server's rules that cannot be read
├── NotAdmitted          the rules of a server, or the operator's, say no to a wish, or that it has to wait
├── GrantTaken           somebody else took the last clip that was granted, just now
├── BadPicture           a file that no model can start from
├── BadClip              a clip that does not play, or cannot be made small enough
├── BadFilm              shots that make no film, or one of them that cannot be used
├── BadEntry             a word or pattern that cannot be kept out
├── Unchecked            what has to be checked before it is sent could not be
├── NotSuggested         no variations of an idea were to be had
├── StoreBusy            another process owns this database, or uses it as an older version
├── StoreUnusable        what is there is no database of this program's
├── ShowTroubled         Discord could not be told for now
├── VenueRefused         this channel takes nothing from the bot
├── ShowRefused          no venue in Discord takes it
├── FileTooLarge         Discord does not take a file of this size here, or not in the time there is
├── ClipMissing          a finished clip is not on this disk
└── VendorError          the vendor, by what it means for money
    ├── VendorUnreached      surely did not get there: nothing was accepted, trying again is safe
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


class BadRules(DailiesError):
    """`where` is the place ("server.limits.member.each"), `code` names the problem, `facts` fill its sentence."""

    def __init__(self, where: str, code: str, **facts: object) -> None:
        super().__init__(f"{where or 'the document'}: {code}")
        self.where = where
        self.code = code
        self.facts = facts


class NotAdmitted(DailiesError):
    """`decision` is what `bot.server_rules.decide` made of it."""

    def __init__(self, decision: object) -> None:
        super().__init__(type(decision).__name__)
        self.decision = decision


class GrantTaken(DailiesError):
    """Two wishes counted on the same clip."""


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


class BadFilm(DailiesError):
    """A film that cannot be made. `code` names the rule, `shot` is the shot's name, `reason` the code for its file."""

    def __init__(self, code: str, *, shot: str = "", reason: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.shot = shot
        self.reason = reason


class BadEntry(DailiesError):
    """An entry of a list of blocked words. `code` names the rule, `reason` is RE2's own for a pattern, in English."""

    def __init__(self, entry: str, code: str, reason: str = "") -> None:
        super().__init__(f"{code}: {reason}" if reason else code)
        self.entry = entry
        self.code = code
        self.reason = reason


class Unchecked(DailiesError):
    """Nobody can tell whether it may be sent, so it is not. `code` names what was in the way."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class NotSuggested(DailiesError):
    """A language model wrote nothing of use, or was not asked. `code` names what was in the way."""

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
    """`code` is ours and stable; `detail` is the vendor's own wording, untrusted; `trace` is for its support.

    `seen` is what may be read in the log: an HTTP status, a broken connection. The wording may quote a prompt, and has
    no place there.
    """

    def __init__(
        self, code: str, *, detail: str = "", seen: str = "", trace: str = "", retry_after: float | None = None
    ) -> None:
        super().__init__(f"{code}: {seen}" if seen else code)
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
    """Discord does not take a file of this size here, or the way there is too slow for it."""


class ClipMissing(DailiesError):
    """A finished clip is not on this disk: it has to be fetched again."""
