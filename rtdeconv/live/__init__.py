"""The live window: a feed's newest frame, restored, shown and tuned."""
