"""The door for reading: everything that people may be shown, as plain values, from the database and from memory."""

from collections.abc import Iterable

from .briefs.brief import Brief
from .briefs.desk import Desk
from .briefs.films import Film
from .briefs.notes import Note
from .briefs.storyboard import Storyboard
from .briefs.takes import Reel, Take, Taken
from .briefs.votes import Ballot
from .catalogue import Catalogue, Model
from .display import Post
from .drafts import SavedDraft
from .finding import Cursor, Page, Pointer, Recent, Search
from .jobs import AT_VENDOR, Job, Venue
from .moderation import Case, Entry, MemberRecord, Report
from .outlook import Outlook, Standing
from .refused_pictures import RefusedPicture
from .reviews import Review
from .server_rules.document import Document
from .store import Store
from .tracker import Tracker
from .usual_times import Expected


class Lookup:
    """Changes nothing; who may see what is for those who ask to decide."""

    def __init__(self, *, store: Store, tracker: Tracker, catalogue: Catalogue) -> None:
        self._store = store
        self._tracker = tracker
        self.catalogue = catalogue

    # --- a job, and what belongs to it

    async def find(self, job_id: str) -> Job | None:
        return await self._store.find(job_id)

    async def find_meant(self, pointer: Pointer) -> Job | None:
        """The job that somebody pasted an id or a link of; any message of a job's thread means the job."""
        if pointer.job_id:
            return await self.find(pointer.job_id)
        job = await self.job_of_message(pointer.message_id) if pointer.message_id else None
        return job or (await self.job_of_card(pointer.channel_id) if pointer.channel_id else None)

    async def job_of_message(self, message_id: int) -> Job | None:
        """The job that the bot said something of in this message; its card is one."""
        return await self._store.job_of_message(message_id)

    async def job_of_copy(self, message_id: int) -> Job | None:
        """The job whose clip this message shows once more."""
        return await self._store.job_of_copy(message_id)

    async def job_of_card(self, card_id: int) -> Job | None:
        """The job whose card has this id; a thread on a card has the card's."""
        return await self._store.job_of_card(card_id)

    async def family(self, job_id: str) -> list[Job]:
        """The job with all it descends from and all that descends from those, oldest first; bounded."""
        return await self._store.family(job_id)

    async def offspring(self, job_ids: Iterable[str]) -> list[Job]:
        """These jobs with all that descends from them, oldest first; bounded."""
        return await self._store.offspring(job_ids)

    async def first_clips(self, job_ids: Iterable[str]) -> dict[str, Post]:
        """The message that brings the first clip of each of these jobs, as far as they have one."""
        return await self._store.first_clips(job_ids)

    async def posts(self, job_id: str) -> dict[str, Post]:
        """What was posted for a job, by key."""
        return await self._store.posts(job_id)

    async def card_channels(self, thread_ids: Iterable[int]) -> dict[int, int]:
        """Of threads that stand on a card, the channel where the card is. Others are left out."""
        return await self._store.card_channels(thread_ids)

    async def reviews(self, job_id: str) -> list[Review]:
        """What moderators were asked about a job, the oldest first."""
        return await self._store.reviews(job_id)

    # --- briefs

    async def brief(self, brief_id: str) -> Brief | None:
        return await self._store.find_brief(brief_id)

    async def brief_of_place(self, place_id: int) -> Brief | None:
        """The newest brief of a thread."""
        return await self._store.brief_of_place(place_id)

    async def brief_of_message(self, message_id: int) -> Brief | None:
        """The brief whose board, or whose card, a message is."""
        return await self._store.brief_of_message(message_id)

    async def briefs_in(self, guild_id: int) -> list[Brief]:
        """The last briefs of a server, the newest first."""
        return await self._store.briefs_in(guild_id)

    async def desk(self, brief_id: str) -> Desk | None:
        return await self._store.desk(brief_id)

    async def ballot(self, brief: Brief, member_id: int) -> Ballot:
        """What a member voted in the last round."""
        return await self._store.ballot(brief, member_id)

    async def reel(self, batch_id: str) -> Reel | None:
        """A batch of takes with all that people look at."""
        return await self._store.reel(batch_id)

    async def take_of(self, job_id: str) -> tuple[Reel, Take] | None:
        """The batch that a job is a take of, with that; None for a job that is none."""
        return await self._store.take_of(job_id)

    async def storyboard(self, brief_id: str) -> Storyboard | None:
        """The storyboard of a brief, which may be empty."""
        return await self._store.storyboard(brief_id)

    async def storyboard_of_message(self, message_id: int) -> Storyboard | None:
        """The storyboard that a message shows."""
        return await self._store.storyboard_of_message(message_id)

    async def taken(self, job_ids: Iterable[str]) -> dict[str, Taken]:
        """Those of these jobs that are takes, by the job's id."""
        return await self._store.taken(job_ids)

    async def hides_model(self, job: Job) -> bool:
        """Whether it is a blind take that is voted on yet: nobody is told which model made it."""
        if job.venue is not Venue.BATCH:
            return False
        return any(take.blind for take in (await self.taken([job.id])).values())

    async def film(self, brief_id: str) -> Film | None:
        """The film that was asked for last in a brief."""
        return await self._store.newest_film(brief_id)

    async def take_vote(self, batch_id: str, member_id: int) -> str | None:
        """What a member said of the takes of a batch."""
        return await self._store.take_vote(batch_id, member_id)

    async def take_notes(self, job: Job) -> list[Note]:
        """What was noted on a take, the oldest first."""
        return await self._store.take_notes(job.id)

    # --- lists

    async def page(self, search: Search, size: int, cursor: Cursor | None = None, *, newer: bool = False) -> Page:
        """Up to `size` jobs next to `cursor`, on its older or its newer side; the newest without one."""
        return await self._store.page(search, size, cursor, newer=newer)

    async def recent_prompts(self, asker_id: int, text: str = "", most: int | None = None) -> list[Recent]:
        """The newest different prompts of a member that contain `text`, in whatever case."""
        return await self._store.recent_prompts(asker_id, text, most)

    async def waiting_jobs(self, *, guild_id: int | None = None, asker_id: int | None = None) -> dict[str, Job]:
        """Jobs in the line, of one guild or of one member, by id."""
        return await self._store.waiting_jobs(guild_id=guild_id, asker_id=asker_id)

    async def line(self) -> dict[str, Standing | None]:
        """The whole line by the jobs' ids, in its order: where each stands, None for one that need not wait."""
        return await self._tracker.standings.queue()

    async def count_at_vendor(self) -> int:
        return await self._store.count(*AT_VENDOR)

    async def waiting_reviews(self, guild_id: int, most: int) -> list[tuple[Review, Job]]:
        """What waits for a moderator in a server, the oldest first, with its job."""
        return await self._store.waiting_reviews(guild_id, most)

    async def rules(self, guild_id: int) -> Document:
        """The rules of a server. Raises BadRules when they cannot be read."""
        return await self._store.rules(guild_id)

    # --- keeping order

    async def report_of(self, job_id: str, reporter_id: int) -> Report | None:
        """What a member said of a clip."""
        return next((one for one in await self._store.reports(job_id) if one.reporter_id == reporter_id), None)

    async def case(self, job_id: str) -> Case | None:
        return await self._store.find_case(job_id)

    async def member_record(self, guild_id: int, member_id: int) -> MemberRecord:
        """What a server knows of a member."""
        return await self._store.member_record(guild_id, member_id)

    async def paused_places(self, guild_id: int) -> list[int]:
        """The channels of a server where nothing can be asked for; 0 is all of it."""
        return await self._store.paused_places(guild_id)

    async def entries(
        self,
        guild_id: int,
        most: int,
        *,
        before: int | None = None,
        after: int | None = None,
        member_id: int | None = None,
    ) -> list[Entry]:
        """Actions of the audit next to a number, newest first; of one member those by them and about them."""
        return await self._store.entries(guild_id, most, before=before, after=after, member_id=member_id)

    async def refused_pictures(self, guild_id: int, *, after: int, most: int) -> list[RefusedPicture]:
        """The pictures that a server refuses, the newest first, a page at a time."""
        return await self._store.refused_pictures(guild_id, after=after, most=most)

    async def count_refused_pictures(self, guild_id: int) -> int:
        return await self._store.count_refused_pictures(guild_id)

    # --- members

    async def draft(self, draft_id: str) -> SavedDraft | None:
        return await self._store.find_draft(draft_id)

    async def is_taken(self, event: str) -> bool:
        """Whether an event, by its id in base 36, became a job, at once or by a draft that was sent."""
        return await self._store.is_taken(event)

    async def last_locale(self, asker_id: int) -> str | None:
        """The locale of what a member asked for last."""
        return await self._store.last_locale(asker_id)

    # --- what is known without the database

    def model(self, job: Job) -> Model:
        """The job's model; of one that is no longer offered what can be said of it."""
        return self.catalogue.describe(job.request.model)

    def outlook(self, job: Job) -> Outlook:
        """What the job can look forward to."""
        return self._tracker.outlooks.of(job)

    def nearest(self, job: Job) -> Model | None:
        """The live model that comes nearest to the job's, when that one is not to be had."""
        return self._tracker.outlooks.nearest(job)

    @property
    def usual(self) -> Expected:
        """What a clip usually takes once it is sent: one of the default model, as that makes them."""
        model = self.catalogue.default
        return self._tracker.outlooks.expected((model.id, model.seconds.default, model.size.default))

    @property
    def refused_models(self) -> frozenset[str]:
        """The ids of the models that the vendor refused lately."""
        return self._tracker.availability.refused
