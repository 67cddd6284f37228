"""Keep a copy of a site's meetings and topics, in all their languages, in one SQLite file, and keep it up to date.

    python mirror.py https://agenda.example/ copy.sqlite3                update the copy until stopped
    python mirror.py https://agenda.example/ copy.sqlite3 --once         update the copy once
    python mirror.py https://agenda.example/ copy.sqlite3 --verify       update it once and compare it with the site

It needs only Python 3.11 and its standard library. Start reading at `Mirror.follow`. It works like this:

- The feed of changes, followed from its start, is enough by itself. A change says that a meeting or topic has changed;
  its current text comes from the meeting or topic itself. So it does no harm to see a change twice, or late.
- A new copy is first filled from the lists, which give a hundred texts per request; the feed gives one. Most changes of
  the feed are then known already and need no request.
- All texts of an edition are stored at once, and the place in the feed only after all changes before it. So the copy is
  consistent even if the program is killed, and the next start continues from there.
- A text with a wrong digest is never stored.
"""

import argparse
import email.utils
import gzip
import hashlib
import json
import logging
import random
import sqlite3
import sys
import time
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator
from http.client import HTTPException, InvalidURL
from pathlib import Path
from typing import Any, NamedTuple
from urllib.error import HTTPError
from urllib.request import Request, urlopen

Json = dict[str, Any]
log = logging.getLogger("mirror")

IN_STEP, DIFFERENT, NO_FILE, AWAY, REFUSED = 0, 1, 2, 3, 4  # exit codes; wrong usage is 2 as well
SUBJECT_STATUSES = (200, 404, 410, 500)  # statuses that a meeting or topic may have
PAUSES = (1, 4, 15, 60)  # seconds between attempts, unless the site sends Retry-After
MAX_PAUSE = 3600
TIMEOUT = 60
FEED_DELAY = 2  # seconds by which the feed may be later than the lists
DAY_SECONDS = 86_400
LANGUAGES = "bg es cs da de et el en fr ga hr it lv lt hu mt nl pl pt ro sk sl fi sv".split()
ENVELOPE = {"url", "html_url", "edition", "languages", "published_at", "modified_at", "digest", "change_note"}
SCHEMA = """
CREATE TABLE IF NOT EXISTS place (      -- one row
    languages TEXT NOT NULL,            -- those to keep: en,fr; empty for all
    next TEXT NOT NULL,                 -- the address where the feed continues
    etag TEXT NOT NULL                  -- that of the last answer from there
);
CREATE TABLE IF NOT EXISTS subject (    -- meetings and topics
    id TEXT PRIMARY KEY,
    type TEXT NOT NULL,                 -- meeting, topic
    edition INTEGER NOT NULL,
    languages TEXT NOT NULL,            -- those of the edition: ["en", "fr"]
    withdrawn TEXT NOT NULL             -- {"title", "reason", "at"}, and no texts; empty while it is live
);
CREATE TABLE IF NOT EXISTS text (
    id TEXT NOT NULL REFERENCES subject,
    language TEXT NOT NULL,
    digest TEXT NOT NULL,
    body TEXT NOT NULL,                 -- the answer of the API, as JSON
    PRIMARY KEY (id, language)
);
CREATE TABLE IF NOT EXISTS owed (       -- changes for which the site answered with a 500
    id TEXT PRIMARY KEY,
    change TEXT NOT NULL                -- JSON from the feed
);
CREATE TABLE IF NOT EXISTS reference (  -- the lists of configurations and presidencies
    address TEXT PRIMARY KEY,
    etag TEXT NOT NULL,
    body TEXT NOT NULL
);
"""


class SiteUnavailable(Exception):
    """The site cannot be reached, asks us to wait, or sends an invalid answer. Trying again later may help."""

    def __init__(self, why: str, retry_after: float = 0) -> None:
        super().__init__(why)
        self.retry_after = retry_after


class PermanentError(Exception):
    """Trying again would not help."""


class Answer(NamedTuple):
    """An answer of the site. `body` is empty for a 304."""

    status: int
    body: Json
    etag: str


class Site:
    """A site to request from. It uses compression and ETags, and tries again after a pause if the site fails."""

    def __init__(self, address: str, sleep: Callable[[float], object] = time.sleep) -> None:
        self.base = f"{address.rstrip('/')}/api/v1/"
        self.sleep = sleep
        if not address.startswith(("http://", "https://")):
            raise PermanentError(
                f"“{address}” is not the address of a site. Write it like this: https://agenda.example/"
            )

    def get(self, address: str, etag: str = "", *, allowed: Collection[int] = (200, 304)) -> Answer:
        """Return an answer with one of the allowed statuses. Raise SiteUnavailable or PermanentError."""
        for pause in (*PAUSES, None):
            try:
                answer = self.ask(address, etag, allowed)
                break
            except SiteUnavailable as away:
                if pause is None:
                    raise
                wait = min(max(away.retry_after, pause * random.uniform(0.5, 1.5)), MAX_PAUSE)
                log.info("%s Trying again in %.0f s.", away, wait)
                self.sleep(wait)
        if answer.status not in allowed:
            raise PermanentError(f"{address} answers {answer.status}: {answer.body.get('detail')}")
        return answer

    def ask(self, address: str, etag: str, allowed: Collection[int]) -> Answer:
        if not address.startswith(self.base):
            raise PermanentError(f"{address} is not below {self.base}. Use the address that the site itself uses.")
        headers = {"Accept": "application/json", "Accept-Encoding": "gzip", "User-Agent": "council-mirror/1"}
        headers |= {"If-None-Match": etag} if etag else {}
        try:
            try:
                response = urlopen(Request(address, headers=headers), timeout=TIMEOUT)
            except HTTPError as error:  # raised for any status from 300 on; handle it like an answer
                response = error
            with response:
                status, headers_received, content = int(response.status), response.headers, response.read()
            text = gzip.decompress(content) if headers_received["Content-Encoding"] == "gzip" else content
        except (InvalidURL, ValueError) as error:
            raise PermanentError(f"{address} is not a valid address: {error}") from error
        except (OSError, HTTPException, EOFError, zlib.error) as error:
            raise SiteUnavailable(f"{address}: {error!r}.") from error
        if (status == 429 or status >= 500) and status not in allowed:
            raise SiteUnavailable(
                f"{address} answers {status}.", parse_retry_after(headers_received["Retry-After"] or "")
            )
        if status == 304:
            return Answer(status, {}, etag)
        try:
            body = json.loads(text)
        except ValueError as error:
            raise SiteUnavailable(f"{address} answers {status} with invalid JSON.") from error
        return Answer(status, body if isinstance(body, dict) else {}, headers_received["ETag"] or "")


def parse_retry_after(retry_after: str) -> float:
    """Return the seconds of a `Retry-After` header, which is a number or a date; 0 if it is neither."""
    if retry_after.isdigit():
        return float(retry_after)
    try:
        return email.utils.parsedate_to_datetime(retry_after).timestamp() - time.time()
    except ValueError:
        return 0


def compute_digest(text: Json) -> str:
    """Return the digest of the document in an answer, that is, everything except the envelope.

    It is computed from the canonical bytes (RFC 8785). The package rfc8785 writes those for any document. Documents of
    this API have no fractions, and the names of their members are ASCII, so Python's own library gives the same bytes.
    """
    document = {name: value for name, value in text.items() if name not in ENVELOPE}
    canonical = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


class Mirror:
    """The copy in a file. `languages` are the codes of those to keep; none means all."""

    def __init__(self, site: Site, file: Path, languages: Iterable[str] = ()) -> None:
        self.site = site
        self.languages = sorted(languages)
        self.db = sqlite3.connect(file)
        self.db.execute("PRAGMA secure_delete = ON")  # so that a withdrawn text really disappears from the file
        self.db.executescript(SCHEMA)
        known, place = self.db.execute("SELECT languages, next FROM place").fetchone() or ("-", "")
        if place and not place.startswith(site.base):
            raise PermanentError(f"{file} is a copy of another site; it continues at {place}")
        if known != ",".join(self.languages):  # a new copy, or one with a new choice of languages
            with self.db:
                self.db.execute("DELETE FROM place")
                self.db.execute("INSERT INTO place VALUES (?, '', '')", [",".join(self.languages)])
                unwanted = [[language] for language in self.list_languages() if not self.is_wanted(language)]
                self.db.executemany("DELETE FROM text WHERE language = ?", unwanted)

    def is_wanted(self, language: str) -> bool:
        return not self.languages or language in self.languages

    def list_languages(self) -> list[str]:
        return [language for [language] in self.db.execute("SELECT DISTINCT language FROM text ORDER BY language")]

    def follow(self) -> None:
        """Bring the copy up to date. Raise SiteUnavailable or PermanentError; the copy is consistent then, too."""
        place, etag = self.db.execute("SELECT next, etag FROM place").fetchone()
        if not place:
            for texts in self.iterate_lists():
                self.store_texts(texts)
            place = f"{self.site.base}changes/"
        self.retry_failed_changes()
        up_to_date = False
        while not up_to_date:
            answer = self.site.get(place, etag)
            if answer.status == 304:
                return
            changes, following = answer.body["results"], answer.body["next"]
            for change in {change["subject_id"]: change for change in changes}.values():  # the last one of each
                self.process_change(change)
            # The ETag belongs to `place`, so it is only useful if the next request goes there again.
            place, etag = following, answer.etag if following == place else ""
            with self.db:
                self.db.execute("UPDATE place SET next = ?, etag = ?", [place, etag])
            if changes:
                log.info("Up to date until %s.", changes[-1]["at"])
            up_to_date = answer.body["up_to_date"] or not changes

    def process_change(self, change: Json) -> None:
        """Process a change. If the site fails for it, store it, to try it again each time."""
        if self.is_known(change) or self.apply_change(change):
            return
        log.error("The site fails for %s. Please tell its operators. The copy keeps the text it had.", change["url"])
        with self.db:
            self.db.execute("REPLACE INTO owed VALUES (?, ?)", [change["subject_id"], json.dumps(change)])

    def retry_failed_changes(self) -> None:
        """Try the changes again for which the site failed before."""
        for [text] in self.db.execute("SELECT change FROM owed").fetchall():
            change = json.loads(text)
            if self.is_known(change) or self.apply_change(change):
                with self.db:
                    self.db.execute("DELETE FROM owed WHERE change = ?", [text])

    @property
    def has_failed_changes(self) -> bool:
        """True if the site failed for a text, which the copy does not have or only has in an older state."""
        return self.db.execute("SELECT 1 FROM owed").fetchone() is not None

    def apply_change(self, change: Json) -> bool:
        """Fetch or remove the subject of the change. Return False if the site fails for it. Raise SiteUnavailable."""
        edition, _languages, notice = self.get_subject(change["subject_id"])
        if change["kind"] == "withdrawal" and edition <= change["edition"]:
            self.store_withdrawal(change, change["edition"], change["reason"], change["at"])
            return True
        for pause in PAUSES:
            answers = self.fetch_languages(change["url"])
            if answers[0].status == 410:  # withdrawn since; the feed will say so, too
                if not notice:
                    self.store_withdrawal(change, 0, answers[0].body["detail"], "")
                return True
            if any(answer.status == 500 for answer in answers):
                return False
            # All languages must be of the same edition, and not older than the change (a cache might have that).
            editions = {answer.body.get("edition", 0) for answer in answers}
            if len(editions) == 1 and min(editions) >= change["edition"]:
                self.store_texts((answer.body for answer in answers), anew=True)
                return True
            self.site.sleep(pause)
        raise SiteUnavailable(f"{change['url']} keeps changing, or is older than edition {change['edition']}.")

    def is_known(self, change: Json) -> bool:
        """Return True if the copy has this edition or a later one, in all languages that it should have.

        A withdrawn subject has a notice and no texts. A live one has texts and no notice.
        """
        edition, languages, notice = self.get_subject(change["subject_id"])
        if edition < change["edition"]:
            return False
        is_withdrawal = change["kind"] == "withdrawal"
        if notice or (is_withdrawal and edition == change["edition"]):
            return is_withdrawal and bool(notice)
        rows = self.db.execute("SELECT language, digest FROM text WHERE id = ?", [change["subject_id"]])
        stored = dict(rows.fetchall())
        if edition == change["edition"] and change["digests"]:
            digests = change["digests"].items()
            return stored == {language: digest for language, digest in digests if self.is_wanted(language)}
        return len(stored) == sum(map(self.is_wanted, json.loads(languages)))

    def fetch_languages(self, url: str) -> list[Answer]:
        """Return a meeting or topic in each of its wanted languages; only one answer if it does not exist."""
        first = self.site.get(url, allowed=SUBJECT_STATUSES)
        languages = first.body.get("languages", ())
        others = [code for code in languages if self.is_wanted(code) and code != first.body["language"]]
        return [first, *(self.site.get(f"{url}?lang={code}", allowed=SUBJECT_STATUSES) for code in others)]

    def store_texts(self, texts: Iterable[Json], *, anew: bool = False) -> None:
        """Store all the texts or none. Newer ones replace those of the copy, and older ones are ignored.

        With `anew`, they are all texts of one meeting or topic, and replace whatever the copy had.
        """
        with self.db:
            for text in texts:
                if compute_digest(text) != text["digest"]:
                    raise SiteUnavailable(f"{text['url']} in {text['language']} does not match its digest.")
                if anew or text["edition"] > self.get_edition(text["id"]):
                    self.replace_subject(text["id"], text["type"], text["edition"], json.dumps(text["languages"]), "")
                    anew = False
                if text["edition"] == self.get_edition(text["id"]) and self.is_wanted(text["language"]):
                    row = [text["id"], text["language"], text["digest"], json.dumps(text, ensure_ascii=False)]
                    self.db.execute("REPLACE INTO text VALUES (?, ?, ?, ?)", row)

    def store_withdrawal(self, change: Json, edition: int, reason: str, at: str) -> None:
        """Remove the texts and store the notice. The number of the edition never decreases."""
        number = max(edition, self.get_edition(change["subject_id"]))
        notice = json.dumps({"title": change["title"], "reason": reason, "at": at}, ensure_ascii=False)
        with self.db:
            self.replace_subject(change["subject_id"], change["subject_type"], number, "[]", notice)

    def get_edition(self, id_: str) -> int:
        return self.get_subject(id_)[0]

    def get_subject(self, id_: str) -> tuple[int, str, str]:
        """Return edition, languages and notice of a meeting or topic in the copy; 0 and empty ones if unknown."""
        query = "SELECT edition, languages, withdrawn FROM subject WHERE id = ?"
        return self.db.execute(query, [id_]).fetchone() or (0, "[]", "")

    def replace_subject(self, *row: str | int) -> None:
        self.db.execute("DELETE FROM text WHERE id = ?", row[:1])
        self.db.execute("REPLACE INTO subject VALUES (?, ?, ?, ?, ?)", row)

    def iterate_lists(self) -> Iterator[list[Json]]:
        """Yield pages of everything live, in one language after another.

        A text that is not available in a language is listed in its original language.
        """
        for kind in ("meetings", "topics"):
            languages = [(self.languages or ["en"])[0]]
            for language in languages:  # the list grows in the loop
                address = f"{self.site.base}{kind}/?lang={language}&limit=100"
                while address:
                    page = self.site.get(address).body
                    found = {code for text in page["results"] for code in text["languages"] if self.is_wanted(code)}
                    languages += sorted(found.difference(languages))
                    yield page["results"]
                    address = page["next"]

    def update_reference_data(self) -> None:
        """Renew configurations and presidencies, which are in no edition and no feed. Most requests are a 304."""
        for kind in ("configurations", "presidencies"):
            for language in self.languages or self.list_languages() or ["en"]:
                address = f"{self.site.base}{kind}/?lang={language}&limit=100"
                while address:
                    query = "SELECT etag, body FROM reference WHERE address = ?"
                    etag, body = self.db.execute(query, [address]).fetchone() or ("", "")
                    answer = self.site.get(address, etag)
                    if answer.status == 200:
                        body = json.dumps(answer.body, ensure_ascii=False)
                        with self.db:
                            self.db.execute("REPLACE INTO reference VALUES (?, ?, ?)", [address, answer.etag, body])
                    address = json.loads(body)["next"]

    def find_differences(self) -> list[str]:
        """Return descriptions of the differences between the copy and the site's lists. Digests are checked, too."""

        def describe(text: Json) -> str:
            genuine = "" if compute_digest(text) == text["digest"] else ", which does not match its digest"
            return f"edition {text['edition']} ({text['digest'][:12]}{genuine})"

        texts = (text for page in self.iterate_lists() for text in page if self.is_wanted(text["language"]))
        on_site = {(text["id"], text["language"]): describe(text) for text in texts}
        rows = self.db.execute("SELECT id, language, body FROM text")
        in_copy = {(id_, language): describe(json.loads(body)) for id_, language, body in rows}
        return [
            f"{' in '.join(key)}: the site has {on_site.get(key, 'nothing')}, the copy {in_copy.get(key, 'nothing')}"
            for key in sorted(on_site.keys() | in_copy.keys())
            if on_site.get(key) != in_copy.get(key)
        ]

    def verify(self) -> list[str]:
        """Return the differences that remain at a second look, as something may have been published meanwhile."""
        if self.find_differences():
            self.site.sleep(FEED_DELAY)
            self.follow()
        return self.find_differences()

    def __str__(self) -> str:
        query = "SELECT count(*), coalesce(sum(withdrawn = ''), 0), (SELECT count(*) FROM text) FROM subject"
        subjects, live, texts = self.db.execute(query).fetchone()
        return f"{live} meetings and topics in {texts} texts, and {subjects - live} notices of withdrawal"


def run(mirror: Mirror, *, once: bool, verify: bool, every: float) -> int:
    referred = 0.0
    while True:
        try:
            mirror.follow()
            if time.time() > referred + DAY_SECONDS:
                mirror.update_reference_data()
                referred = time.time()
                log.info("The copy has %s.", mirror)
            if verify:
                found = mirror.verify()
                print("\n".join(found) or "The copy matches the site.")
                return DIFFERENT if found else IN_STEP
        except (
            SiteUnavailable,
            LookupError,
            TypeError,
        ) as error:  # the last two: a member is missing or has another type
            log.warning(
                "%s", error if isinstance(error, SiteUnavailable) else f"The site sent an invalid answer: {error!r}"
            )
            if once or verify:
                return AWAY
        else:
            if once:
                return AWAY if mirror.has_failed_changes else IN_STEP
        time.sleep(every * random.uniform(0.9, 1.1))  # so that copies do not all send requests in the same second


def parse_languages(text: str) -> list[str]:
    """Parse the value of `--languages`."""
    names = [name.strip() for name in text.lower().split(",") if name.strip()]
    for name in names:
        if name not in LANGUAGES:
            raise argparse.ArgumentTypeError(f"“{name}” is not a language of the site. Use: {', '.join(LANGUAGES)}")
    return names


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Keep a copy of a site's meetings and topics up to date.")
    parser.add_argument("site", help="https://agenda.example/")
    parser.add_argument("file", type=Path, help="the SQLite file with the copy; created if it does not exist")
    parser.add_argument("--once", action="store_true", help="update the copy once and exit")
    parser.add_argument(
        "--verify", action="store_true", help="update the copy once, compare all of it with the site, and exit"
    )
    parser.add_argument(
        "--every", type=float, default=60, metavar="SECONDS", help="how often to check for changes (default: 60)"
    )
    parser.add_argument(
        "--languages", default=(), type=parse_languages, metavar="en,fr", help="the languages to keep (default: all)"
    )
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    try:
        mirror = Mirror(Site(options.site), options.file, options.languages)
        return run(mirror, once=options.once, verify=options.verify, every=options.every)
    except PermanentError as error:
        log.error("%s", error)
        return REFUSED
    except sqlite3.Error as error:
        log.error("%s: %s", options.file, error)
        return NO_FILE
    except KeyboardInterrupt:
        return IN_STEP


if __name__ == "__main__":
    sys.exit(main())
