"""``python -m rtdeconv.cli``."""

import sys

from rtdeconv.cli import main

sys.exit(main())
