"""The files behind credentials, handed out safely."""

from registry.web.documents.routes import pages

__all__ = ["pages"]
