"""``rtdeconv check``: proves a design on pictures, the exported shader text included."""

from __future__ import annotations

import argparse
from contextlib import ExitStack
from importlib.resources import as_file, files
from typing import Any

from rtdeconv.cli.measuring import measured_by
from rtdeconv.cli.options import Subparsers, add_filter_or_blur, designed, note, print_json
from rtdeconv.designer import AUTO
from rtdeconv.designs import Design
from rtdeconv.errors import DeviceError, ValueRefused
from rtdeconv.fit.adaptive.families import KINDS
from rtdeconv.media.pictures import read_picture
from rtdeconv.metrics import CheckReport, Executor, PictureReport
from rtdeconv.target import SAME_DB

BUNDLED = "chelsea.png"


def register(subparsers: Subparsers) -> None:
    """Adds the command's arguments."""
    parser = subparsers.add_parser("check", help="blur, restore and score a sharp picture")
    add_filter_or_blur(parser)
    parser.add_argument("pictures", metavar="IMAGE", nargs="*", help="sharp pictures [bundled]")
    parser.add_argument("--json", action="store_true", help="print the scores as JSON")
    parser.set_defaults(run=run)


def run(parsed: argparse.Namespace) -> int:
    """Scores every picture; 1 where an executor or the DC gain misses its tolerance."""
    from rtdeconv.cpu import CpuPlayer  # OpenCV, which other commands should not wait for

    if parsed.filter_or_blur == AUTO:
        raise ValueRefused(
            "check blurs sharp pictures itself, which tell nothing of your blur; name a blurred "
            f"one, such as {AUTO}:soft.png"
        )
    found = designed(parsed, measured_by(parsed))
    with ExitStack() as stack:
        executors: dict[str, Executor] = {"cpu": found.evenly(CpuPlayer(found.plan).run)}
        gpu = _gpu_executor(found, stack)
        if gpu is not None:
            executors["gpu"] = gpu
        names = parsed.pictures or [str(stack.enter_context(as_file(_bundled())))]
        reports = {name: found.check(read_picture(name).pixels, executors) for name in names}
    report = CheckReport(reports, found.figures.dc_gain)
    if parsed.json:
        print_json(_record(found, report))
    else:
        _print_table(found, reports)
    if not parsed.pictures and found.method in KINDS:
        note(
            f"filters are learned from a part of {BUNDLED}; for a score name a picture of your own"
        )
    if not report.passed:
        note("rtdeconv: check failed: an executor or the DC gain misses its tolerance")
    return 0 if report.passed else 1


def _bundled() -> Any:
    return files("rtdeconv") / "data" / BUNDLED


def _gpu_executor(found: Design, stack: ExitStack) -> Executor | None:
    """The exported text on GL, or nothing where GL is missing."""
    from rtdeconv import gpu

    try:
        context = gpu.open_context()
    except DeviceError as missing:
        note(f"gpu not checked: {missing}")
        return None
    stack.callback(context.release)
    player = stack.enter_context(
        gpu.Player(found.plan, text=found.export("glsl330"), context=context)
    )
    return found.evenly(player.run)


def _record(found: Design, report: CheckReport) -> dict[str, Any]:
    figures = found.figures
    return {
        "pictures": len(report.pictures),
        "input_psnr_db": report.mean(lambda picture: picture.input_psnr_db),
        "psnr_db": report.mean(lambda picture: picture.psnr_db),
        "reference_psnr_db": report.mean(lambda picture: picture.reference_psnr_db),
        "loss_db": report.mean(lambda picture: picture.loss_db),
        "gpu_max_abs_error": report.worst_error("gpu"),
        "cpu_max_abs_error": report.worst_error("cpu"),
        "dc_gain": report.dc_gain,
        "peak_gain": figures.peak_gain,
        "noise_gain": figures.noise_gain,
        "overshoot": figures.overshoot,
        "passed": report.passed,
    }


def _beside_fft(loss_db: float) -> str:
    if loss_db < -SAME_DB:
        return f"{-loss_db:.2f} dB beyond the full FFT"
    return f"loss to the FFT {loss_db:.2f} dB"


def _print_table(found: Design, reports: dict[str, PictureReport]) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    for name, report in reports.items():
        table = Table(title=escape(f"{found.filter.label} on {name}"), title_justify="left")
        for column in ("PSNR of", "dB", "largest difference to the interpreter"):
            table.add_column(column)
        table.add_row("the blurred picture", f"{report.input_psnr_db:.2f}", "")
        table.add_row("numpy interpreter", f"{report.psnr_db:.2f}", "defines it")
        for executor, error in report.executor_max_abs_error.items():
            what = "exported shader on GL" if executor == "gpu" else "OpenCV on the CPU"
            codes = f"{255 * error:.3g} of 255"
            table.add_row(what, f"{report.executor_psnr_db[executor]:.2f}", codes)
        table.add_row("full-FFT reference", f"{report.reference_psnr_db:.2f}", "")
        Console().print(table)
        Console().print(f"gain {report.gain_db:.2f} dB, {_beside_fft(report.loss_db)}")
    figures = found.figures
    Console().print(
        f"DC gain {figures.dc_gain:.9g}, peak gain {figures.peak_gain:.2f}, noise gain "
        f"{figures.noise_gain:.2f}, step overshoot {100 * figures.overshoot:.1f} %"
    )
