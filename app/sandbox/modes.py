"""Every fault that can be asked for, in one sentence each."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

from app.sandbox import distortions, staging
from app.sandbox.scenes import Ending


class Group(Enum):
    """What becomes of the change that the caller asked for."""

    NOTHING_DONE = "Nothing is done"
    DONE_UNSEEN = "Done, but the caller cannot see it"
    DONE_ODDLY = "Done, and answered in an odd shape"


@dataclass(frozen=True, slots=True)
class Mode:
    """A fault by name. ``seconds`` is how long the caller waits for the end, unless told otherwise."""

    name: str
    group: Group
    sentence: str
    stage: staging.Stage
    seconds: float = 0


def _undone(name: str, sentence: str, stage: staging.Stage) -> Mode:
    return Mode(name, Group.NOTHING_DONE, sentence, stage)


def _unseen(name: str, sentence: str, stage: staging.Stage, seconds: float = 0) -> Mode:
    return Mode(name, Group.DONE_UNSEEN, sentence, stage, seconds)


def _odd(name: str, sentence: str, stage: staging.Stage, seconds: float = 0) -> Mode:
    return Mode(name, Group.DONE_ODDLY, sentence, stage, seconds)


_ALL: Final = (
    _undone("html_500", "A page about a PHP error arrives with status 500.", staging.replying(staging.STRAY_OUTPUT)),
    _undone("drop", "The connection closes without a reply.", staging.ending(Ending.DROP)),
    _undone("hang", "No reply ever comes.", staging.ending(Ending.NEVER)),
    _undone("waf_403", "A firewall's page arrives with status 403.", staging.replying(staging.BLOCKED)),
    _undone("maintenance_503", "The maintenance page arrives with status 503.", staging.replying(staging.MAINTENANCE)),
    _undone("gateway_504", "A proxy's page arrives with status 504.", staging.replying(staging.GATEWAY_TIMEOUT)),
    _undone("redirect_301", "The caller is sent elsewhere with status 301.", staging.replying(staging.MOVED)),
    _undone("bad_credentials", "The credentials are refused.", staging.refusing("Invalid or missing credentials")),
    _undone("bad_ip", "The caller's address is refused by name.", staging.refusing_address),
    _undone("no_permission", "The credential's role does not allow the action.", staging.refusing_action),
    _undone("empty_body", "An empty page arrives with status 200.", staging.replying(staging.NOTHING)),
    _undone("unknown_error", "An error in words nobody documented, or in the message given.", staging.failing),
    _undone("warning_only", "A warning arrives with status 200, without a result.", staging.replying(staging.WARNING)),
    _unseen(
        "commit_then_html_500",
        "The change is made, then a page about a PHP error arrives with status 500.",
        staging.committing_then_replying(staging.STRAY_OUTPUT),
    ),
    _unseen(
        "commit_then_drop",
        "The change is made, then the connection closes without a reply.",
        staging.committing_then_ending(Ending.DROP),
    ),
    _unseen(
        "commit_then_hang",
        "The change is made, and no reply ever comes.",
        staging.committing_then_ending(Ending.NEVER),
    ),
    _unseen(
        "commit_then_null",
        'The change is made, and the reply is the word "null".',
        staging.committing_then_replying(staging.NULL),
    ),
    _unseen(
        "commit_then_garbage",
        "The change is made, and the reply is cut short.",
        staging.committing_then_replying(staging.GARBAGE),
    ),
    _unseen(
        "commit_then_504",
        "The change is made, then a proxy's page arrives with status 504.",
        staging.committing_then_replying(staging.GATEWAY_TIMEOUT),
    ),
    _unseen(
        "commit_then_unknown_error",
        "The change is made, then an error arrives in words nobody documented.",
        staging.committing_then_replying(staging.REFUSAL),
    ),
    _unseen(
        "commit_then_access_denied",
        "The change is made, then a hook that failed says so with status 403, as if the caller were not let in.",
        staging.committing_then_replying(staging.NOT_LET_IN),
    ),
    _unseen(
        "late_commit",
        "The connection closes after the seconds given; the change is made later, at its own time.",
        staging.committing_late,
        seconds=2,
    ),
    _odd("slow", "The change is made at once; the reply comes after the seconds given.", staging.plainly, seconds=3),
    _odd("polluted", "A PHP warning stands before the JSON.", staging.answering(distortions.polluted)),
    _odd("bom", "A byte order mark stands before the JSON.", staging.answering(distortions.with_bom)),
    _odd("status_key", 'The result is called "status".', staging.answering(distortions.with_status_key)),
    _odd(
        "numeric_ids",
        "Ids are numbers where the documentation shows strings.",
        staging.answering(distortions.with_numeric_ids),
    ),
    _odd(
        "empty_lists",
        "A list without rows is an empty string.",
        staging.answering(distortions.with_empty_lists("")),
    ),
    _odd(
        "empty_lists_array",
        "A list without rows is an empty array, without its inner key.",
        staging.answering(distortions.with_empty_lists([])),
    ),
    _odd(
        "empty_lists_object",
        "A list without rows is an empty object, without its inner key.",
        staging.answering(distortions.with_empty_lists({})),
    ),
    _odd(
        "empty_lists_missing",
        "A list without rows is left out.",
        staging.answering(distortions.without_empty_lists),
    ),
    _odd(
        "lists_as_objects",
        "Lists are objects with numeric keys.",
        staging.answering(distortions.with_lists_as_objects),
    ),
)

MODES: Final[Mapping[str, Mode]] = {mode.name: mode for mode in _ALL}
