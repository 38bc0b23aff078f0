"""Files restored by one restorer, and what is said of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from rtdeconv.cli.options import note
from rtdeconv.cli.progress import frames_shown
from rtdeconv.cli.restorer import Restorer
from rtdeconv.errors import MediaError, RtdError
from rtdeconv.media.pictures import is_picture, read_picture
from rtdeconv.pixels import Image
from rtdeconv.stream import video_frames
from rtdeconv.stream.batch import Job, restore_all

FRAMES_LOOKED_AT, FRAME_STEP = 8, 15


def restored_one(job: Job, restorer: Restorer) -> int:
    """One file into one; returns the exit status: 1 where something could not be kept."""
    with frames_shown("restoring") as on_progress:
        report = restorer.restore(job, on_progress)
    _note_devices(restorer)
    if report is None:
        return 0
    rate = report.frames / report.seconds if report.seconds else 0.0
    frames = f"{report.frames} frame{'s' if report.frames != 1 else ''}"
    note(f"{frames} in {report.seconds:.1f} s, {rate:.1f} frames per second")
    for loss in report.losses:
        note(f"lost: {loss}")
    return 1 if report.losses else 0


def restored_several(jobs: Sequence[Job], restorer: Restorer) -> int:
    """Files into a folder; what failed or was lost is named when all is done.

    Returns 1 where that is anything. Raises MediaError where nothing could be restored.
    """
    said: list[str] = []
    places = {job: place for place, job in enumerate(jobs)}
    with frames_shown("restoring", "files per second") as on_progress:

        def restore(job: Job) -> None:
            begun = places[job]

            def within(done: float, total: int | None) -> None:
                on_progress(begun + min(done / total, 1.0) if total else begun, len(jobs))

            report = restorer.restore(job, within)
            on_progress(begun + 1, len(jobs))
            losses = report.losses if report else ()
            said.extend(f"{str(job.source)!r}: lost: {loss}" for loss in losses)

        def failed(job: Job, failure: RtdError) -> None:
            said.append(f"{str(job.source)!r}: {failure}")
            on_progress(places[job] + 1, len(jobs))

        done = restore_all(jobs, restore, failed)
    for sentence in said:
        note(sentence)
    if not done:
        raise MediaError(f"none of the {len(jobs)} inputs could be restored")
    _note_devices(restorer)
    note(f"{done} of {len(jobs)} files restored into {jobs[0].target.parent}")
    return 1 if said else 0


def looked_at(paths: Sequence[Path]) -> list[Image]:
    """Pictures, and frames from the beginnings of videos, to learn from; at most a few.

    Of several files those that cannot be read are passed over.
    """
    step = max(len(paths) // FRAMES_LOOKED_AT, 1)
    few = list(islice(paths, 0, step * FRAMES_LOOKED_AT, step))
    found: list[Image] = []
    for path in few:
        try:
            found += islice(_frames(path), max(FRAMES_LOOKED_AT // len(few), 1))
        except RtdError:
            if len(paths) == 1:
                raise
    if not found:
        raise MediaError("no input can be read, to find the prior's variance from")
    return found


def _frames(path: Path) -> Iterator[Image]:
    if is_picture(path):
        return iter([read_picture(path).pixels])
    return islice(video_frames(path), 0, None, FRAME_STEP)


def _note_devices(restorer: Restorer) -> None:
    for device in restorer.devices:
        note(f"device: {device}")
