"""The demo: three invented clinics and everybody who may, or may not, needle there."""

from registry.demo.story import fill, is_empty, sign_ins

__all__ = ["fill", "is_empty", "sign_ins"]
