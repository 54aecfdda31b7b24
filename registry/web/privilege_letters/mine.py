"""My letters: what I agreed that others see, the code to hand out, a sheet of it, and its end."""

from __future__ import annotations

import io

from flask import flash, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from registry.adapters.clock import now
from registry.adapters.letter_pdf import Paper, letter_pdf
from registry.adapters.qr_codes import svg_of
from registry.errors import BadInput, NotFound, NotInThatState
from registry.identity import actor
from registry.queries.letters_checked import letter_to_print
from registry.queries.privilege_letters import LetterLine, letters_of
from registry.rules.letter_codes import in_groups
from registry.services.privilege_letters import agree_to_letter, withdraw_letter
from registry.web.asked import record_number
from registry.web.privilege_letters.forms import LetterForm
from registry.web.privilege_letters.routes import opened, pages, public_address, sealer
from registry.web.refusals import carried_out

Answer = str | Response | tuple[str, int]
NOT_TODAY = (
    "Today the letter says that you may not needle there, so there is nothing to put on paper."
)
UNSEEN_CODE = (
    "The code was made under another secret, so nobody finds it. Withdraw it, make another."
)


@pages.get("/letters")
def mine() -> str:
    me = actor()
    seen = letters_of(actor=me, practitioner_id=_myself(), now=now())
    return render_template(
        "privilege_letters/mine.html",
        seen=seen,
        codes={line.id: _code(line) for line in seen.lines},
    )


@pages.get("/letters/<int:letter_id>")
def letter(letter_id: int) -> str:
    """The code as a picture and in letters, to be shown or copied."""
    lines = letters_of(actor=actor(), practitioner_id=_myself(), now=now()).lines
    line = next((one for one in lines if one.id == letter_id and one.agreed_at), None)
    if line is None:
        raise NotFound("There is no such record.")
    code = _code(line)
    leads_to = public_address(code) if code else None
    return render_template(
        "privilege_letters/letter.html",
        line=line,
        spelt=in_groups(code) if code else None,
        address=leads_to,
        picture=svg_of(leads_to) if leads_to else None,
    )


@pages.route("/letters/at/<int:clinic_id>", methods=["GET", "POST"])
def agree(clinic_id: int) -> Answer:
    me = actor()
    line = letters_of(actor=me, practitioner_id=_myself(), now=now()).at(clinic_id)
    form = LetterForm(data={"shows": list(line.shows), "seen_version": str(line.version)})
    made: list[int] = []

    def do_agree() -> None:
        made.append(
            agree_to_letter(
                actor=me,
                clinic_id=clinic_id,
                shows=form.shows.data or (),
                agreed=bool(form.agreed.data),
                seen_version=record_number(form.seen_version.data or "") or 0,
                sealer=sealer(),
                now=now(),
            )
        )

    if not carried_out(form, do_agree):
        page = render_template("privilege_letters/agree.html", form=form, line=line)
        return page, 422 if form.errors else 200
    flash("From now on the code shows just this.", "success")
    return redirect(url_for("privilege_letters.letter", letter_id=made[0]), code=303)


@pages.post("/letters/<int:letter_id>/withdraw")
def withdraw(letter_id: int) -> Response:
    """By its practitioner, or by a manager there."""
    me = actor()
    ended = withdraw_letter(actor=me, letter_id=letter_id, now=now())
    what = "withdrawn: its code shows nothing any more" if ended.agreed_at else "declined"
    flash(f"The letter is {what}.", "success")
    if ended.practitioner_id == me.practitioner_id:
        return redirect(url_for("privilege_letters.mine"), code=303)
    back = url_for("privilege_letters.of", practitioner_id=ended.practitioner_id)
    return redirect(back, code=303)


@pages.get("/letters/<int:letter_id>/paper")
def paper(letter_id: int) -> Response:
    """As a PDF to keep, on A4 or on letter paper."""
    try:
        size = Paper(request.args.get("size", Paper.A4))
    except ValueError as error:
        raise BadInput("The paper is a4 or letter.", field="size") from error
    found = letter_to_print(actor=actor(), letter_id=letter_id, now=now())
    if not found.shown.may_needle:
        raise NotInThatState(NOT_TODAY)
    if (code := opened(found.code_sealed, found.sealed_about)) is None:
        raise NotInThatState(UNSEEN_CODE)
    pdf = letter_pdf(found.shown, code=code, address=public_address(code), paper=size)
    name = f"needling-{found.shown.today.isoformat()}.pdf"
    return send_file(
        io.BytesIO(pdf), mimetype="application/pdf", as_attachment=True, download_name=name
    )


def _myself() -> int:
    if (number := actor().practitioner_id) is None:
        raise NotFound("You are not on record as a practitioner, so there is no letter of yours.")
    return number


def _code(line: LetterLine) -> str | None:
    return opened(line.code_sealed, line.sealed_about) if line.code_sealed else None
