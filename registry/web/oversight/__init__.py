"""What needs a manager: lapses ahead, appointments on hold, look-backs, and the audit trail."""

from registry.web.oversight import forecast, holds, incidents, lapses, repairs
from registry.web.oversight.routes import pages

__all__ = ["forecast", "holds", "incidents", "lapses", "pages", "repairs"]
