"""`registry`: what is done from a terminal: serve, migrate, fill with a demo, examine, invite."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from flask import Flask

from config import Config, Misconfigured
from registry.rules.wording import count


@click.group()
def main() -> None:
    """Who may needle what, here, on this day; and an appointment book that keeps to it.

    Settings come from the environment: see README.md, Settings.
    """


def settings(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the settings, read when it runs, so that --help needs none."""

    @click.option(
        "--development",
        is_flag=True,
        help="On one's own machine: all in instance/, with a secret made once and kept there.",
    )
    @functools.wraps(command)
    def run(*, development: bool, **options: Any) -> None:
        try:
            config = Config.for_development() if development else Config.from_environment()
        except Misconfigured as wrong:
            hint = "" if development else "\nOnly trying it out? Add --development."
            raise click.ClickException(f"{wrong}{hint}") from wrong
        command(config, **options)

    return run


@contextmanager
def _house(config: Config) -> Iterator[Flask]:
    """The app, with its context open for the length of a command."""
    from registry import create_app
    from registry.models.base import db

    app = create_app(config.for_flask())
    with app.app_context():
        try:
            yield app
        finally:
            # No connection may live on into a process that is forked later.
            db.session.remove()
            db.engine.dispose()


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    help="Processes. SQLite has one writer and is served by 1; PostgreSQL by 2 unless told.",
)
@settings
def serve(config: Config, host: str, port: int, workers: int | None) -> None:
    """Serve the pages. On SQLite the worker stands beside them, else `registry work` is to run."""
    from registry.server import Server

    _refuse_unsafe(config)
    processes = 1 if config.on_sqlite else workers or 2
    click.echo(f"The registry is at http://{host}:{port}  (Ctrl-C ends it)")
    if not config.worker_inside:
        click.echo("Letters and long work wait for `registry work`, a process of its own.")
    Server(config, bind=f"{host}:{port}", processes=processes).run()


@main.command()
@settings
def work(config: Config) -> None:
    """
    Send letters and go on with long work, beside `registry serve`. Any number of these may run.

    Asked to stop, it ends the step at hand first.
    """
    from registry import create_app
    from registry.jobs.worker import work as work_on

    _refuse_unsafe(config)
    click.echo("At work  (Ctrl-C ends it after the step at hand)")
    work_on(create_app(config.for_flask()))


def _refuse_unsafe(config: Config) -> None:
    from registry.readiness import why_unsafe

    with _house(config):
        faults = why_unsafe(config.development)
    if faults:
        raise click.ClickException("Not started.\n" + "\n".join(faults))


@main.group()
def migrate() -> None:
    """Bring the database up to date, or back."""


@migrate.command()
@click.option("--to", "revision", default="head", show_default=True)
@settings
def up(config: Config, revision: str) -> None:
    """Up to the newest form, or to the revision told."""
    from flask_migrate import upgrade

    with _house(config.for_migrations()):
        upgrade(revision=revision)
    click.echo("The database is up to date.")


@migrate.command()
@click.option("--to", "revision", default="-1", show_default=True)
@click.confirmation_option(prompt="Going back can lose what is on record. Is there a backup?")
@settings
def down(config: Config, revision: str) -> None:
    """One step back, or to the revision told."""
    from flask_migrate import downgrade

    with _house(config.for_migrations()):
        downgrade(revision=revision)
    click.echo("Went back.")


@migrate.command()
@settings
def status(config: Config) -> None:
    """Which form the database has, and which the registry wants."""
    from registry.readiness import revisions

    with _house(config.for_migrations()):
        has, wants = revisions()
    click.echo(f"has   {has or 'nothing yet'}\nwants {wants}")
    sys.exit(0 if has == wants else 1)


@main.command()
@click.option("--if-empty", is_flag=True, help="Do nothing, and say so, where there is data.")
@settings
def demo(config: Config, if_empty: bool) -> None:
    """Fill an empty database with the demo clinics, and show who may sign in."""
    from registry import demo

    with _house(config):
        if demo.is_empty():
            demo.fill(lambda what: click.echo(f"  {what} ..."))
        elif not if_empty:
            raise click.ClickException(
                "There is data in this database; the demo wants an empty one."
            )
        for each in demo.sign_ins():
            click.echo(f"  {each}")


@main.command()
@settings
def doctor(config: Config) -> None:
    """
    Examine what is on record. Ends with 0, or lists what is wrong and ends with 1.

    What is no fault and wants an eye all the same is told as a notice.
    """
    from registry.jobs.doctor import examine, notice

    with _house(config):
        faults = examine(_step)
        notices = notice(_step)
    for one in notices:
        click.echo(f"Notice: {one}")
    for fault in faults:
        click.echo(fault)
    click.echo(f"{count(len(faults), 'fault')}." if faults else "All is well.")
    sys.exit(1 if faults else 0)


def _step(what: str) -> None:
    click.echo(f"  {what} ...")


@main.group()
def admin() -> None:
    """Administrators."""


@admin.command()
@click.option("--email", prompt=True)
@click.option("--name", prompt=True)
@settings
def create(config: Config, email: str, name: str) -> None:
    """Make the first administrator; print the link, good once, that sets their password."""
    from registry.adapters.clock import now
    from registry.errors import RegistryError
    from registry.services.accounts import create_first_administrator

    with _house(config):
        try:
            token = create_first_administrator(email=email, name=name, now=now())
        except RegistryError as refusal:
            raise click.ClickException(refusal.message) from refusal
    click.echo(f"{config.base_url}/invitation/{token}")


@admin.command()
@click.option("--email", prompt=True)
@settings
def reset(config: Config, email: str) -> None:
    """
    Let an administrator in again who lost what they sign in with.

    Takes their password and second factors; prints the link, good once, that sets a new password.
    """
    from registry.adapters.clock import now
    from registry.errors import RegistryError
    from registry.services.second_factors import reset_administrator

    with _house(config):
        try:
            link = reset_administrator(email=email, now=now())
        except RegistryError as refusal:
            raise click.ClickException(refusal.message) from refusal
    click.echo(f"{config.base_url}{link.path}")


@main.group()
def jurisdictions() -> None:
    """The files of the jurisdictions, with what each asks."""


@jurisdictions.command()
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check(files: tuple[Path, ...]) -> None:
    """Read these files, or all that ship, and list every fault by file and line."""
    from registry.adapters.jurisdiction_files import Fault, read_jurisdictions, shipped_texts

    texts: list[tuple[str, str]] = [] if files else list(shipped_texts())
    faults = []
    for file in files:
        try:
            texts.append((str(file), file.read_text(encoding="utf-8")))
        except (OSError, UnicodeError) as error:
            faults.append(Fault(str(file), 1, "", f"cannot be read: {error}"))
    sound, more = read_jurisdictions(texts)
    faults += more
    for fault in faults:
        click.echo(str(fault))
    said = f"{count(len(faults), 'fault')}." if faults else f"Sound: {count(len(sound), 'file')}."
    click.echo(said)
    sys.exit(1 if faults else 0)


@main.group()
def keys() -> None:
    """Keys that sign digital badges."""


@keys.command()
@settings
def make(config: Config) -> None:
    """
    Make a key that signs from now on; those before stay published, so what they signed holds.

    The first is made at first use. A new one is wanted after the secret was changed, or when
    somebody else may have seen it.
    """
    from registry.adapters.clock import now
    from registry.adapters.sealing import Sealer
    from registry.services.signing_keys import make_signing_key

    with _house(config):
        name = make_signing_key(sealer=Sealer(config.secret_key), now=now())
    click.echo(f"{name} signs from now on.")


@main.group()
def outbox() -> None:
    """Mail that waits to be sent."""


@outbox.command()
@settings
def send(config: Config) -> None:
    """Send now what waits. The worker does this by itself."""
    from registry.adapters.clock import now
    from registry.adapters.mail import mailer_from
    from registry.adapters.open_line import keeping_open
    from registry.jobs.outbox import send_waiting

    sent, mailer = 0, mailer_from(config.mail, config.mail_from)
    with _house(config), keeping_open(mailer) as line:
        while some := send_waiting(line, now(), config.base_url):
            sent += some
    click.echo(f"{sent} sent.")


if __name__ == "__main__":
    main()
