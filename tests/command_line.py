"""Commands run in this process, and what a refusal looks like."""

from __future__ import annotations

from pathlib import Path

from rtdeconv import cli

CLIP = Path(__file__).parent / "data" / "bigbuckbunny_720p.mp4"

ANY = ("gaussian:0.8", "--method", "fir")
"""A filter, designed at once, where any will do."""


def run(capsys, *words: object) -> tuple[int, str, str]:
    """(exit status, stdout, stderr) of one command in this process."""
    try:
        status = cli.main([str(word) for word in words])
    except SystemExit as leaving:
        status = int(leaving.code or 0)
    said = capsys.readouterr()
    return status, said.out, said.err


def refused(capsys, *words: object) -> str:
    """The one sentence of a refusal."""
    status, out, err = run(capsys, *words)
    sentences = err.splitlines()
    assert status == 2, err
    assert out == ""
    assert len(sentences) == 1 and sentences[0].startswith("rtdeconv: "), err
    assert "Traceback" not in err
    return sentences[0]
