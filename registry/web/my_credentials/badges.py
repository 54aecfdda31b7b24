"""Digital badges: bring one in, see what was found, enter it as a certificate or add it to one."""

from __future__ import annotations

import io
from typing import Any

from flask import flash, redirect, render_template, request, send_file, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import SelectField

from registry.adapters.clock import now
from registry.errors import NotFound
from registry.identity import actor
from registry.leave import require
from registry.queries.badges import BadgeSeen, badge_letters, badge_seen, badges_brought_in
from registry.queries.credentials import record_for_upload
from registry.rules.access import Action, Subject
from registry.rules.badges import BadgeSaid
from registry.services.badges import attach_badge, bring_badge
from registry.services.credentials import submit_credential
from registry.services.documents import Upload
from registry.web.asked import record_number
from registry.web.badge_files import BadgeForm, badge_sent
from registry.web.fields import options
from registry.web.my_credentials.certificate_form import CertificateForm
from registry.web.my_credentials.entry import Entry
from registry.web.my_credentials.papers_behind import beside, papers_behind
from registry.web.my_credentials.routes import pages
from registry.web.refusals import carried_out
from registry.web.shell import is_about_another
from registry.web.uploads import store

Answer = str | Response | tuple[str, int]


class BadgeCertificateForm(CertificateForm):
    """A certificate that a badge stands behind needs no paper."""

    file_needed = False


class AttachForm(FlaskForm):
    version_id = SelectField("Which certificate")


@pages.route("/badges/add", methods=["GET", "POST"])
@pages.route("/for/<int:practitioner_id>/badges/add", methods=["GET", "POST"])
def add_badge(practitioner_id: int | None = None) -> Answer:
    me, form, made = actor(), BadgeForm(), list[int]()
    whose = practitioner_id or me.practitioner_id
    if whose is None:
        raise NotFound("There is no such page.")
    record = record_for_upload(actor=me, practitioner_id=whose)
    own = _own(record.id)

    def bring() -> None:
        sent = badge_sent(form)
        made.append(
            bring_badge(
                actor=me, practitioner_id=record.id, raw=sent.raw, name=sent.name, now=now()
            )
        )

    if carried_out(form, bring):
        return redirect(url_for("my_credentials.badge", badge_id=made[0]), code=303)
    page = render_template(
        "my_credentials/add_badge.html",
        form=form,
        record=record,
        own=own,
        known=badges_brought_in(record.id),
        back=_home(record.id),
    )
    return page, 422 if form.errors else 200


@pages.get("/badges/<int:badge_id>")
def badge(badge_id: int) -> str:
    seen = badge_seen(actor=actor(), badge_id=badge_id, now=now())
    return _page(seen, _attaching(seen))


@pages.get("/badges/<int:badge_id>/file")
def badge_file(badge_id: int) -> Response:
    """Letter by letter, to be checked elsewhere."""
    raw = badge_letters(actor=actor(), badge_id=badge_id).encode()
    ending, kind = (".json", "application/json") if raw[:1] == b"{" else (".jwt", "application/jwt")
    name = f"badge-{badge_id}{ending}"
    return send_file(io.BytesIO(raw), mimetype=kind, as_attachment=True, download_name=name)


@pages.route("/badges/<int:badge_id>/attach", methods=["GET", "POST"])
def attach(badge_id: int) -> Answer:
    me = actor()
    seen = badge_seen(actor=me, badge_id=badge_id, now=now())
    form, put = _attaching(seen), list[int]()

    def put_behind() -> None:
        version_id = record_number(form.version_id.data or "") or 0
        put.append(attach_badge(actor=me, badge_id=badge_id, version_id=version_id, now=now()))

    if request.method == "GET":
        return redirect(url_for("my_credentials.badge", badge_id=badge_id))
    require(me, Action.UPLOAD_CREDENTIAL, Subject(practitioner_id=seen.practitioner_id))
    if not carried_out(form, put_behind):
        return _page(seen, form), 422
    flash("The badge stands behind it now, for whoever checks it.", "success")
    return redirect(url_for("my_credentials.credential", credential_id=put[0]), code=303)


@pages.route("/badges/<int:badge_id>/enter", methods=["GET", "POST"])
def enter_badge(badge_id: int) -> Answer:
    """The form of a certificate, filled in with what the badge says."""
    me = actor()
    seen = badge_seen(actor=me, badge_id=badge_id, now=now())
    record = record_for_upload(actor=me, practitioner_id=seen.practitioner_id)
    _own(record.id)
    form = BadgeCertificateForm(data=_typed(seen.said))
    entry = Entry(form, record, me, prefilled=papers_behind(me, record.id))

    def keep(upload: Upload | None) -> int:
        return submit_credential(
            actor=me,
            practitioner_id=record.id,
            fact=entry.form.fact(),
            upload=upload,
            store=store(),
            note=entry.form.note.data or "",
            beside=beside(entry),
            badge_id=badge_id,
            now=now(),
        )

    if request.method == "POST" and entry.was_pressed():
        return entry.page(back=url_for("my_credentials.badge", badge_id=badge_id), status=200)
    if request.method == "POST" and entry.kept(keep, record.today(now())):
        flash("Sent. It counts as soon as somebody has checked it.", "success")
        return redirect(_home(record.id), code=303)
    return entry.page(back=url_for("my_credentials.badge", badge_id=badge_id))


def _typed(said: BadgeSaid) -> dict[str, Any]:
    """What can be taken over; the rest a person adds."""
    done = said.awarded_on or (said.valid_from.date() if said.valid_from else None)
    until = said.valid_until.date() if said.valid_until else None
    return {
        "course": said.achievement,
        "provider": said.issuer_name,
        "number": said.number[:60],
        "completed_on": done,
        "last_day": until,
    }


def _page(seen: BadgeSeen, form: AttachForm) -> str:
    own = _own(seen.practitioner_id)
    return render_template(
        "my_credentials/badge.html", seen=seen, form=form, own=own, back=_home(seen.practitioner_id)
    )


def _attaching(seen: BadgeSeen) -> AttachForm:
    form = AttachForm()
    form.version_id.choices = options((str(one.version_id), one.course) for one in seen.waiting)
    return form


def _own(practitioner_id: int) -> bool:
    own = practitioner_id == actor().practitioner_id
    if not own:
        is_about_another()
    return own


def _home(practitioner_id: int) -> str:
    if practitioner_id == actor().practitioner_id:
        return url_for("my_credentials.status")
    return url_for("my_credentials.of", practitioner_id=practitioner_id)
