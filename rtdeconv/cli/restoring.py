"""Files restored by one restorer, and what is said of them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from rtdeconv.cli.options import note
from rtdeconv.cli.progress import frames_shown
from rtdeconv.cli.restorer import Restores
from rtdeconv.errors import MediaError, RtdError
from rtdeconv.media.pictures import is_picture, read_picture
from rtdeconv.pixels import Image
from rtdeconv.stream import spread_frames
from rtdeconv.stream.batch import Job, restore_all

FRAMES_LOOKED_AT = 8


def restored_one(job: Job, restorer: Restores) -> int:
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


def restored_several(jobs: Sequence[Job], restorer: Restores) -> int:
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


def looked_at(paths: Sequence[Path], most: int = FRAMES_LOOKED_AT) -> list[Image]:
    """Pictures, and frames from all over videos, to learn from; at most ``most``.

    Of several files those that cannot be read are passed over.
    """
    step = max(len(paths) // most, 1)
    few = list(islice(paths, 0, step * most, step))
    found: list[Image] = []
    for path in few:
        try:
            found += _shown(path, max(most // len(few), 1))
        except RtdError:
            if len(paths) == 1:
                raise
    if not found:
        raise MediaError("no input can be read, to be measured")
    return found


def _shown(path: Path, most: int) -> list[Image]:
    return [read_picture(path).pixels] if is_picture(path) else [*spread_frames(path, most)]


def _note_devices(restorer: Restores) -> None:
    for device in restorer.devices:
        note(f"device: {device}")
