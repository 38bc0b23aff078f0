"""Filters that adapt to what they see, learned from sharp pictures or made from the prior alone."""
