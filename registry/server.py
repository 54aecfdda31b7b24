"""How it is served: gunicorn with threads; the worker stands beside them, or is told what waits."""

from __future__ import annotations

import gc
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from config import Config
from registry import create_app
from registry.jobs.worker import Worker


class Server(BaseApplication):
    """Each process makes the app for itself, after the fork: no connection is shared."""

    def __init__(self, config: Config, *, bind: str, processes: int) -> None:
        self.config = config
        self.worker: Worker | None = None  # in each process its own
        self.options = {
            "bind": bind,
            "workers": processes,
            "worker_class": "gthread",
            "threads": 8,
            "timeout": 60,
            "graceful_timeout": 20,
            "max_requests": 0,
            "loglevel": "warning",
            "control_socket_disable": True,
            "worker_exit": self.finish,
        }
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        app = create_app(self.config.for_flask())
        # What is here now stays. Looking through it again and again for what may go cost a search
        # of a thousand people 0.1 s now and then (docs/performance.md).
        gc.collect()
        gc.freeze()
        self.worker = Worker(app)
        if self.config.worker_inside:
            self.worker.start()
        else:
            self.worker.waker.start()
        return app

    def finish(self, _arbiter: Any, _process: Any) -> None:
        """The step at hand ends before its process does."""
        if self.worker is not None and self.config.worker_inside:
            self.worker.stop()
