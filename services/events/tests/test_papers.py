"""Papers in the reader's language: every word translated, days as they are written there, letters of every script."""

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from chassis.tests.marking import catalogue, marked_in
from services.events import contract, papers, wording
from services.events.domain.limits import hours_rules
from services.events.tests.reading import Paper

TRANSLATED = ("es", "pl", "ar")
LANGUAGES = ("en", *TRANSLATED)
PLACE = re.compile(r"%\(\w+\)s")
MORNING = datetime(2026, 9, 11, 9, 0, tzinfo=UTC)
NUMBER = "SB-2026-ABCDEFGHIJKLMNOP"
LONG_NAME = "María de los Ángeles Fernández-Santamaría y González de Castilla-La Mancha Świętosławska Ruiz"
LONG_TITLE = (
    "Songs across borders (part 2): how classes of four countries sing online, and what they learn from it!"
)


def certificate(language: str, **changes: Any) -> Paper:
    """A certificate, as it is set."""
    shown = {
        "number": NUMBER, "kind": contract.CertificateKind.COMPLETION, "person_name": "Ana Ruiz",
        "title": "Songs across borders", "meeting_kind": contract.Kind.SHORT_COURSE, "starts_at": MORNING,
        "ends_at": MORNING + timedelta(hours=2), "time_zone": "Europe/Madrid", "hours": 3,
        "issued_at": MORNING + timedelta(hours=4),
    }  # fmt: skip
    return Paper(papers.certificate(contract.CertificateView(**(shown | changes)), language))


def record(language: str, lines: int = 1, **changes: Any) -> Paper:
    """A record, as it is set."""
    entry = contract.RecordEntry(
        UUID(int=1), UUID(int=2), LONG_TITLE, contract.Kind.OTHER, MORNING, MORNING, 6, True, NUMBER
    )
    found = {
        "entries": (entry,) * lines, "hours": 6, "country": "BE", "wanted_hours": 24, "every_years": 1,
        "counted_since": MORNING - timedelta(days=365), "counted_hours": 2,
        "note": "Within the working year.", "checked_on": None,
    }  # fmt: skip
    said = {"name": "Ana Ruiz", "zone": "Europe/Warsaw", "made_at": MORNING}
    return Paper(papers.record(contract.Record(**(found | changes)), language, **said))


# ---- every word


def forms(text: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_marked_sentence_is_translated_with_its_places(language: str) -> None:
    translations = catalogue(wording.LOCALE, "papers", language)
    known = {form: message for message in translations if message.id for form in forms(message.id)}
    assert set(known) == marked_in(wording), "none is missing, and none that is no longer said is kept"
    for sentence, message in known.items():
        assert not message.fuzzy, sentence
        assert len(forms(message.string)) == (translations.num_plurals if message.pluralizable else 1), (
            sentence
        )
        for said in forms(message.string):
            assert said, sentence
            assert sorted(PLACE.findall(said)) == sorted(PLACE.findall(sentence)), sentence


def test_every_kind_of_meeting_and_every_note_of_the_list_has_words() -> None:
    assert set(wording.KINDS) == set(contract.Kind)
    assert {rule.note for rule in hours_rules().values() if rule.note} == set(wording.NOTES)


def test_arabic_words_are_written_without_vowel_signs() -> None:
    """A letter with a sign is set as two glyphs that both stand for it: a screen reader would say it twice."""
    said = "".join(
        form
        for message in catalogue(wording.LOCALE, "papers", "ar")
        if message.id
        for form in forms(message.string)
    )
    assert not [letter for letter in said if unicodedata.combining(letter)]


# ---- certificates

CERTIFICATES = {
    "en": (
        "Certificate of completion", "This certificate is given to", "for completing", "Short course",
        "11 September 2026, 11:00 to 13:00 (time in Madrid)", "3 hours", "issued on 11 September 2026",
        "Whether it is genuine can be seen at",
    ),
    "es": (
        "Certificado de finalización", "Este certificado se otorga a", "por haber completado", "Curso breve",
        "11 de septiembre de 2026, de 11:00 a 13:00 (hora de Madrid)", "3 horas",
        "expedido el 11 de septiembre de 2026", "Su autenticidad se puede comprobar en",
    ),
    "pl": (
        "Zaświadczenie o ukończeniu", "Niniejsze zaświadczenie otrzymuje", "za ukończenie", "Krótki kurs",
        "11 września 2026, od 11:00 do 13:00 (czas: Madryt)", "3 godziny", "wydano 11 września 2026",
        "Autentyczność można sprawdzić pod adresem",
    ),
    "ar": (
        "شهادة إتمام", "تمنح هذه الشهادة إلى", "لإتمام", "دورة قصيرة", "11 سبتمبر 2026، من 11:00 ص إلى 1:00",
        "بتوقيت مدريد", "3 ساعات", "صدرت في 11 سبتمبر 2026", "يمكن التحقق من صحتها على العنوان",
    ),
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_certificate_says_everything_in_its_language(language: str) -> None:
    paper = certificate(language)
    assert (paper.language, paper.right_to_left) == (language, language == "ar")
    assert paper.keeps_its_standards
    for words in (*CERTIFICATES[language], "Ana Ruiz", "Songs across borders", NUMBER):
        assert paper.says(words), words


def test_who_was_there_without_counted_hours_is_told_of_none() -> None:
    paper = certificate("pl", kind=contract.CertificateKind.ATTENDANCE, hours=0)
    assert paper.says("Zaświadczenie o uczestnictwie")
    assert paper.says("za udział w")
    assert not paper.says("godzin")


@pytest.mark.parametrize(
    ("language", "days"),
    [
        ("en", "11–21 Sept 2026 (time in Madrid)"),
        ("es", "11–21 de septiembre de 2026"),
        ("pl", "11–21 września 2026"),
        ("ar", "11–21 سبتمبر 2026"),
    ],
)
def test_a_course_of_some_days_says_its_days_as_the_language_does(language: str, days: str) -> None:
    assert certificate(language, ends_at=MORNING + timedelta(days=10)).says(days)


def test_latin_names_stay_in_one_piece_inside_an_arabic_certificate() -> None:
    paper = certificate("ar", title="Songs (part 2)!")
    assert {"Ana Ruiz", "Songs (part 2)!", NUMBER} <= set(paper.text.splitlines())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "name",
    [
        "رنا الحوراني",
        "Γιώργος Παππάς",
        "ნინო ბერიძე",
        "Արամ Խաչատրյան",
        "Zażółć <gęślą> #jaźń",
        LONG_NAME,
        "W" * 100,
    ],
)
def test_a_certificate_is_one_page_whatever_the_letters(name: str, language: str) -> None:
    paper = certificate(language, person_name=name, title=f"*{LONG_TITLE}* $y$ #x")
    assert len(paper.pages) == 1
    assert paper.says(name)
    assert paper.says(LONG_TITLE)


# ---- records

RECORDS = {
    "en": (
        "Record of professional development", "Made on 11 September 2026", "6 hours in all",
        "Belgium asks for 24 hours in 1 year.", "Counted since 11 September 2025: 2 hours.",
        "Nobody has checked this figure with the country.", "Within the working year.", "11 Sept 2026", "Meeting",
    ),
    "es": (
        "Historial de desarrollo profesional", "Elaborado el 11 de septiembre de 2026", "6 horas en total",
        "Bélgica pide 24 horas en 1 año.", "Contadas desde el 11 de septiembre de 2025: 2 horas.",
        "Nadie ha comprobado esta cifra con el país.", "Dentro del año laboral.", "11 sept 2026", "Encuentro",
    ),
    "pl": (
        "Wykaz doskonalenia zawodowego", "Sporządzono 11 września 2026", "łącznie 6 godzin",
        "Wymagania (Belgia): 24 godziny w ciągu 1 roku.", "Zaliczone od 11 września 2025: 2 godziny.",
        "Nikt nie potwierdził tej liczby u władz kraju.", "W ciągu roku pracy.", "11 wrz 2026", "Spotkanie",
    ),
    "ar": (
        "سجل التطوير المهني", "تاريخ الإعداد: 11 سبتمبر 2026", "المجموع: 6 ساعات", "المطلوب في بلجيكا: 24 ساعة",
        "المحتسب منذ 11 سبتمبر 2025", "لم يتحقق أحد من هذا الرقم لدى الدولة", "ضمن سنة العمل", "لقاء",
    ),
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_record_says_everything_in_its_language(language: str) -> None:
    paper = record(language)
    assert (paper.language, paper.right_to_left) == (language, language == "ar")
    assert paper.keeps_its_standards
    for words in (*RECORDS[language], "Ana Ruiz", LONG_TITLE, NUMBER):
        assert paper.says(words), words


def test_a_checked_figure_says_when_it_was_confirmed() -> None:
    paper = record("pl", checked_on=date(2026, 9, 1))
    assert paper.says("Władze kraju potwierdziły tę liczbę 1 września 2026.")
    assert not paper.says("Nikt nie potwierdził")


def test_a_country_that_asks_for_nothing_is_not_named() -> None:
    paper = record("pl", wanted_hours=0, country=None, note="")
    assert not paper.says("Wymagania")
    assert not paper.says("Zaliczone")


def test_a_long_record_goes_on_on_the_next_page_under_its_columns() -> None:
    paper = record("es", lines=60)
    assert len(paper.pages) > 1
    assert paper.text.count("Actividad") == len(paper.pages)
