"""Where an application server finds the registry."""

from __future__ import annotations

from config import Config
from registry import create_app

app = create_app(Config.from_environment().for_flask())
