"""The words by which certificates in four languages label what they say, field by field."""

from __future__ import annotations

from functools import cache

from registry.rules.folding import squeezed

#: English, Spanish, French, German; matched without marks, spaces and case.
_LABELS = {
    "holder": """
        name, full name, participant, participant name, name of participant, attendee, attendee
        name, name of attendee, student, student name, learner, trainee, delegate, holder, name
        of holder, certificate holder, card holder, recipient, name of recipient, awarded to,
        presented to, issued to, granted to, practitioner, clinician, therapist, licensee,
        candidate; nombre, nombre y apellidos, nombre completo, participante, alumno, alumna,
        asistente, titular, otorgado a, concedido a; nom, nom et prénom, prénom et nom,
        participant(e), participante, stagiaire, titulaire, bénéficiaire, apprenant, décerné à,
        remis à, délivré à, remise à; teilnehmer, teilnehmerin, teilnehmer/in, teilnehmende,
        name des teilnehmers, name der teilnehmerin, name der teilnehmerin / des teilnehmers,
        inhaber, inhaberin, vor- und nachname, vorname und name, absolvent, verliehen an""",
    "provider": """
        provider, course provider, training provider, provider name, name of provider, sponsor,
        course sponsor, organisation, organization, training organisation, institution, school,
        issuer, issued by, issuing body, issuing organisation, issuing organization, offered by,
        presented by, provided by, awarded by, conducted by, hosted by, academy; proveedor,
        entidad, entidad organizadora, centro, centro de formación, institución, escuela,
        emitido por, expedido por, impartido por, organizado por, organizador; organisme,
        organisme de formation, école, institut, établissement, organisateur, émis par, délivré
        par, dispensé par, organisé par, prestataire; veranstalter, anbieter, kursanbieter,
        träger, institut, schule, ausgestellt von, durchgeführt von, bildungsträger,
        fortbildungsanbieter""",
    "course": """
        course, course title, title of course, course name, name of course, title, programme,
        program, programme title, program title, program completed, programme completed,
        training, training title, activity, activity title, title of activity, workshop,
        seminar, class, module, subject, certification; curso, título del curso, nombre del
        curso, formación, actividad, programa, taller, materia; formation, intitulé, intitulé de
        la formation, titre de la formation, cours, intitulé du cours, titre du cours, stage,
        programme suivi, thème; kurs, kurstitel, titel, titel des kurses, kursbezeichnung,
        kursname, fortbildung, lehrgang, seminartitel, weiterbildung, thema""",
    "number": """
        certificate number, certificate no, cert no, cert number, certificate id, certificate #,
        cert #, cert id, certification number, certification no, certificate nr, certificate
        code, serial number, serial no, document number, document no, diploma number, diploma
        no, record id, record number, record no, credential id, credential number, registration
        no, registration number, reg no, verification code, card number, card no, number, no;
        número de certificado, certificado no, certificado núm, certificado número, no de
        certificado, núm de certificado, número de registro, registro no, número de serie,
        número de diploma, folio; n° de certificat, numéro de certificat, numéro du certificat,
        certificat n°, certificat numéro, numéro de série, n° d'enregistrement, numéro
        d'attestation, attestation n°, enregistré sous le n°; zertifikat-nr, zertifikatsnummer,
        zertifikatnummer, zertifikats-nr, nummer des zertifikats, nummer der urkunde,
        urkunden-nr, bescheinigungs-nr, registernummer, register-nr, seriennummer, laufende
        nummer, lfd. nr""",
    "completed_on": """
        date completed, completed, completed on, completion date, date of completion, course
        completed, date of course, course date, course dates, date(s) of course, dates of
        course, training date, training dates, dates of training, date of training, dates
        attended, date attended, held on, date(s), dates, date, attended on, end date, finished,
        finished on, concluded on, ended on; fecha, fechas, fecha de finalización, finalizado,
        finalizado el, fecha del curso, fechas del curso, fecha de término, fecha de
        realización, fecha de superación; date, dates, terminée le, terminé le, terminée, date
        de fin, date de la formation, dates de la formation, dates du cours, achevée le, date
        d'achèvement, dates du stage; datum, abgeschlossen, abgeschlossen am, kursdatum,
        kurstermin, termin, datum des abschlusses, abschlussdatum, kursende, beendet am,
        durchgeführt am, zeitraum, ende""",
    "issued_on": """
        issued, issued on, date issued, issue date, date of issue, date of issuance, certificate
        date, date awarded, awarded on, given on, dated; expedido, expedido el, fecha de
        expedición, fecha de emisión, emitido el, fecha de otorgamiento; délivré le, délivrée
        le, date de délivrance, date d'émission, fait le, émis le, établi le; ausgestellt,
        ausgestellt am, ausstellungsdatum, ausstellung, datum der ausstellung, verliehen am""",
    "last_day": """
        expires, expires on, expiry, expiry date, expiration, expiration date, date of expiry,
        valid until, valid through, valid thru, valid to, good through, good until; caduca,
        caduca el, fecha de caducidad, válido hasta, vence, vence el, fecha de vencimiento,
        vigente hasta; expire le, date d'expiration, valable jusqu'au, valide jusqu'au,
        échéance; gültig bis, ablaufdatum, läuft ab am, gültigkeit bis, verfällt am""",
    "course_started": """
        start date, date started, course start, course began, began, began on, started, started
        on, start of course, date of start; fecha de inicio, inicio, comienzo; date de début,
        début, début de la formation; kursbeginn, beginn, begonnen am, startdatum""",
    "level": """
        level, course level, level of course, level of training, level completed, level of
        competency; nivel, nivel del curso, nivel de formación; niveau, niveau de la formation,
        niveau du cours, niveau de formation; niveau, kursniveau, stufe, kursstufe""",
    "taught": """
        regions, regions taught, regions covered, body regions, body regions taught, areas,
        areas covered, areas taught, body areas, regions of the body, muscles, muscles covered,
        muscles taught, muscles and regions, regions and muscles, muscles needled, anatomical
        regions; regiones, regiones tratadas, regiones corporales, zonas, zonas tratadas,
        músculos, músculos tratados, regiones anatómicas, áreas; régions, régions traitées,
        régions enseignées, régions du corps, zones, zones traitées, muscles traités, régions
        anatomiques; regionen, körperregionen, unterrichtete regionen, behandelte regionen,
        muskeln, körperbereiche, gelehrte regionen""",
    "exams": """
        examination, examinations, exam, exams, examinations passed, exams passed, examination
        passed, exam passed, assessment, assessments passed; examen, exámenes, exámenes
        superados, examen superado, evaluación; examen, examens, examens réussis, épreuves
        réussies, évaluation; prüfung, prüfungen, bestandene prüfungen, abschlussprüfung""",
    # What a page also labels, and what is none of ours: it takes its value away from the others.
    "else": """
        instructor, instructors, course instructor, faculty, lead instructor, signature, signed,
        course director, director, executive director, place, location, venue, city, address,
        phone, license number, license no, license #, licence number, licence no, licence #,
        acupuncture license #, acupuncture license number, state license number, course number,
        course no, course #, course id, provider number, provider no, provider #, provider id,
        approval number, approval no, nccaom provider-course #, provider-course #, profession,
        date of birth, dob, born, npi, email, e-mail, website, telephone; instructor, docente,
        profesor, firma, lugar, dirección, número de licencia, no de colegiado, fecha de
        nacimiento, teléfono; formateur, formatrice, intervenant, signature, lieu, adresse, date
        de naissance, né le, née le, téléphone, le directeur; dozent, dozentin, kursleiter,
        kursleitung, unterschrift, ort, anschrift, geburtsdatum, geboren am, telefon""",
}
#: A bare "date" may be the day of the course or the day on which the paper was signed.
BARE_DATES = frozenset({"date", "dates", "fecha", "fechas", "datum"})


@cache
def label_words() -> dict[str, str]:
    """By the label's letters without spaces and marks: the field it is of. The first one counts."""
    found: dict[str, str] = {}
    for field, words in _LABELS.items():
        for label in words.replace(";", ",").split(","):
            found.setdefault(squeezed(label), field)
    return found
