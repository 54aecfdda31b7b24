"""What needs a manager: lapses ahead, appointments on hold, look-backs, and the audit trail."""

from registry.web.oversight import incidents
from registry.web.oversight.routes import pages

__all__ = ["incidents", "pages"]
