"""``rtdeconv check``: proves a design on pictures, the exported shader text included."""

from __future__ import annotations

import argparse
from contextlib import ExitStack
from importlib.resources import as_file, files
from typing import Any

from rtdeconv.cli.options import Subparsers, add_filter_or_blur, designed, note, print_json
from rtdeconv.cpu import CpuPlayer
from rtdeconv.designer import Design
from rtdeconv.errors import DeviceError
from rtdeconv.media.pictures import read_picture
from rtdeconv.metrics import DC_TOLERANCE, Executor, PictureReport

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
    found = designed(parsed)
    with ExitStack() as stack:
        executors: dict[str, Executor] = {"cpu": CpuPlayer(found.plan).run}
        gpu = _gpu_executor(found, stack)
        if gpu is not None:
            executors["gpu"] = gpu
        names = parsed.pictures or [str(stack.enter_context(as_file(_bundled())))]
        reports = {name: found.check(read_picture(name).pixels, executors) for name in names}
    dc_good = abs(found.figures.dc_gain - 1) <= DC_TOLERANCE
    passed = dc_good and all(report.passed for report in reports.values())
    if parsed.json:
        print_json(_record(found, list(reports.values()), passed))
    else:
        _print_table(found, reports)
    if not passed:
        note("rtdeconv: check failed: an executor or the DC gain misses its tolerance")
    return 0 if passed else 1


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
    return player.run


def _record(found: Design, reports: list[PictureReport], passed: bool) -> dict[str, Any]:
    def mean(values: list[float]) -> float:
        return sum(values) / len(values)

    def worst(name: str) -> float | None:
        errors = [
            r.executor_max_abs_error[name] for r in reports if name in r.executor_max_abs_error
        ]
        return max(errors) if errors else None

    figures = found.figures
    return {
        "pictures": len(reports),
        "input_psnr_db": mean([r.input_psnr_db for r in reports]),
        "psnr_db": mean([r.psnr_db for r in reports]),
        "reference_psnr_db": mean([r.reference_psnr_db for r in reports]),
        "loss_db": mean([r.loss_db for r in reports]),
        "gpu_max_abs_error": worst("gpu"),
        "cpu_max_abs_error": worst("cpu"),
        "dc_gain": figures.dc_gain,
        "peak_gain": figures.peak_gain,
        "noise_gain": figures.noise_gain,
        "overshoot": figures.overshoot,
        "passed": passed,
    }


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
        Console().print(f"gain {report.gain_db:.2f} dB, loss to the FFT {report.loss_db:.2f} dB")
    figures = found.figures
    Console().print(
        f"DC gain {figures.dc_gain:.9g}, peak gain {figures.peak_gain:.2f}, noise gain "
        f"{figures.noise_gain:.2f}, step overshoot {100 * figures.overshoot:.1f} %"
    )
