"""Everything of a file besides the video: copied packet by packet, or reported as lost."""

from __future__ import annotations

from typing import Any

import av

# The muxer writes these itself; copied, they would describe the input instead.
_CONTAINER_OWN = {"major_brand", "minor_version", "compatible_brands", "encoder"}
_STREAM_OWN = ("encoder", "vendor_id", "duration", "bps", "number_of_", "_statistics")
_COVER_TYPES = {"mjpeg": ("cover.jpg", "image/jpeg"), "png": ("cover.png", "image/png")}
# Time codes and QuickTime chapter text: the muxer makes them anew from what it is given.
_REMADE = {"tmcd", "text", "bin_data"}


def copy_container_facts(source: Any, target: Any) -> None:
    """Copy title, dates and chapters of a container."""
    kept = {k: v for k, v in source.metadata.items() if k not in _CONTAINER_OWN}
    target.metadata.update(kept)
    target.set_chapters(source.chapters())


def copy_stream_facts(source: Any, target: Any) -> None:
    """Copy language, titles and the default, forced and similar marks of a stream."""
    target.metadata.update(
        {
            key: value
            for key, value in source.metadata.items()
            if not key.lower().startswith(_STREAM_OWN)
        }
    )
    target.disposition = source.disposition


def copy_streams(
    source: Any, target: Any, chosen: Any, early: list[Any]
) -> tuple[dict[int, Any], list[str]]:
    """Open in ``target`` a copy of each stream of ``source`` but the video ``chosen``.

    ``early``: packets read before the first frame, cover pictures among them. Returns the copies
    by the index of their original, and a sentence for each one lost.
    """
    copies: dict[int, Any] = {}
    losses: list[str] = []
    for stream in source.streams:
        if stream.index == chosen.index:
            continue
        codec = stream.codec_context.name if stream.codec_context else _codec_of(stream)
        is_cover = bool(stream.disposition & av.stream.Disposition.attached_pic)
        if stream.type == "data":
            if codec not in _REMADE and "timecode" not in stream.metadata:
                losses.append(f"stream {stream.index} (data, {codec}): data is not copied")
            continue
        if stream.type == "video" and not is_cover:
            losses.append(f"stream {stream.index} (a second video): only the first is kept")
            continue
        if stream.type == "attachment" and "matroska" not in target.format.name:
            losses.append(f"stream {stream.index} (attachment): {target.format.name} holds none")
            continue
        if is_cover and "matroska" in target.format.name and _attach_cover(target, stream, early):
            continue
        try:
            copy = target.add_stream_from_template(stream, opaque=True)
        except (ValueError, av.FFmpegError):
            holder = target.format.name
            losses.append(
                f"stream {stream.index} ({stream.type}, {codec}): {holder} cannot hold it"
            )
            continue
        copy_stream_facts(stream, copy)
        copies[stream.index] = copy
    return copies, losses


def _attach_cover(target: Any, stream: Any, early: list[Any]) -> bool:
    """Attach a cover picture the way Matroska holds them; False where its bytes are not at hand."""
    packet = next((item for item in early if item.stream_index == stream.index), None)
    kind = _COVER_TYPES.get(stream.codec_context.name) if stream.codec_context else None
    if packet is None or kind is None:
        return False
    target.add_attachment(*kind, bytes(packet))
    return True


def is_gap(packet: Any) -> bool:
    """Whether a packet is MP4's empty subtitle between two; the muxer makes those itself."""
    return packet.size == 2 and packet.stream.type == "subtitle" and bytes(packet) == b"\0\0"


def _codec_of(stream: Any) -> str:
    return getattr(stream, "name", None) or "unknown codec"
