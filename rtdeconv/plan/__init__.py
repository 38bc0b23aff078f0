"""The plan: what any machine executes, as plain data.

A straight line of passes. Image 0 is the source; pass k (counted from 1) writes image k from
fetches of earlier images and a small pointwise expression tree. Fetches of image 0 are decoded to
the plan's light, the last pass is encoded back; images between hold the plan's light in a declared
stored format. Alpha never enters an expression: it is copied from the source.

The numpy interpreter (`rtdeconv.interpret`) defines the meaning; everything else is compared to it.
"""

from rtdeconv.plan.limit import Limit, LimitedBy, parse_limit
from rtdeconv.plan.nodes import (
    Adapted,
    Band,
    Expr,
    Fetch,
    FromMap,
    Limited,
    Mix,
    Radial,
    Sample,
    Scalar,
    Structure,
    Texel,
    Tuned,
    Value,
    WeightedSum,
    corners,
    fetch_at,
    footprint,
    nine,
    reach_px,
    reading_order,
    star,
)
from rtdeconv.plan.plan import (
    BORDERS,
    MAX_PASSES,
    STRENGTH,
    Border,
    Map,
    Parameter,
    Pass,
    Plan,
    Store,
    checked_border,
    parameter_values,
)
from rtdeconv.plan.walk import adapted, reads, tree, tuned, weighted_sums

__all__ = [
    "BORDERS",
    "MAX_PASSES",
    "STRENGTH",
    "Adapted",
    "Band",
    "Border",
    "Expr",
    "Fetch",
    "FromMap",
    "Limit",
    "Limited",
    "LimitedBy",
    "Map",
    "Mix",
    "Parameter",
    "Pass",
    "Plan",
    "Radial",
    "Sample",
    "Scalar",
    "Store",
    "Structure",
    "Texel",
    "Tuned",
    "Value",
    "WeightedSum",
    "adapted",
    "checked_border",
    "corners",
    "fetch_at",
    "footprint",
    "nine",
    "parameter_values",
    "parse_limit",
    "reach_px",
    "reading_order",
    "reads",
    "star",
    "tree",
    "tuned",
    "weighted_sums",
]
