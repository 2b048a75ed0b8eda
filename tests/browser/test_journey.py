"""Two teachers come to an open TwinSpace through the portal's own forms, in a real browser."""

from datetime import timedelta
from urllib.parse import quote

import pytest

from tests.browser.chromium import Desk, Open, mailed_path
from tests.journeys.europe import Europe, Person
from tests.stack import eventually

pytestmark = [pytest.mark.stack, pytest.mark.browser]

REVIEW = 'section.note[aria-labelledby^="review-"]'
MY_PASSWORD = "a lantern above the door"


def test_from_registering_to_the_first_page_of_the_twinspace(desk: Open, europe: Europe) -> None:
    officers = {
        name: desk().logs_in(europe.officer(name, role).email)
        for name, role in (("nss-es", "officer"), ("nss-es-ar", "regional"), ("nss-pl", "officer"))
    }
    head_email = europe.address("directora")
    ana = registers_in_spanish(desk("es"), europe)
    school = registers_the_school(ana, europe, head_email)
    decides(officers["nss-es-ar"], "affiliation", school, looking=True)
    decides(officers["nss-es"], "affiliation", school)
    ana.awaits("/desktop", 'main a[href="/projects/new"]')

    partner = europe.teacher("PL", name="Tomasz")
    tomasz = desk("pl").logs_in(partner.email)
    asks_to_become_contacts(ana, partner)
    accepts_the_contact(tomasz)
    title = f"Canciones de {school}"
    project = founds_a_project(ana, europe, title)

    accept = tomasz.awaits("/notifications", f'form[action="{project}/invitation"] button[value=approve]')
    tomasz.looks()
    accept.click()
    head_teacher_agrees(desk("es", narrow=True), head_email, looking=True)
    head_teacher_agrees(desk("pl", narrow=True), partner.school.head_email)
    shows_whose_turn_it_is(ana, project)
    for name in ("nss-es-ar", "nss-es", "nss-pl"):
        decides(officers[name], "project", title, looking=name == "nss-pl")
    writes_the_first_page(ana, project)


def registers_in_spanish(ana: Desk, europe: Europe) -> Desk:
    email = europe.address("ana")
    page = ana.opens("/register")
    assert page.locator("h1").inner_text() == "Registrarse"
    ana.looks()
    ana.fills(name="Ana Ruiz", email=email, password=MY_PASSWORD, country="ES")
    ana.chooses("role_kind", "teacher")
    page.locator("#conduct_accepted").check()
    ana.sends()
    page.wait_for_url("**/register/sent*")
    ana.looks()
    ana.opens(mailed_path(email, "/confirm/"))
    ana.looks()
    ana.sends()
    ana.opens("/login")
    ana.looks()
    ana.logs_in(email, MY_PASSWORD)
    ana.looks()
    return ana


def registers_the_school(ana: Desk, europe: Europe, head_email: str) -> str:
    """Look for it, register it, and see who has to confirm; the school's name."""
    page = ana.page
    ana.follows("/account/schools/add")
    name = f"Colegio {europe.address('Goya').split('@')[0]}"
    ana.fills(country="ES", text=name)
    ana.sends("form[role=search]")
    ana.looks()
    ana.follows("/account/schools/new")
    ana.looks()
    ana.fills(name=name, city="Zaragoza", region="ES-AR", head_name="Pilar Gil", head_email=head_email)
    ana.chooses("level", "primary")
    ana.sends()
    if "/join/" in page.url:
        ana.looks()
        ana.chooses("role_kind", "teacher")
        ana.sends()
    ana.awaits("/account/schools", REVIEW)
    ana.looks()
    return name


def decides(officer: Desk, subject: str, about: str, *, looking: bool = False) -> None:
    """From the work queue to the case, and approve."""
    eventually(lambda: finds_the_case(officer, subject, about), f"the case of {about}", 20)
    if looking:
        officer.looks()
    officer.page.locator("main li.case", has_text=about).locator("h3 a").click()
    approve = officer.page.locator("button[name=outcome][value=approve]")
    approve.wait_for()
    if looking:
        officer.looks()
    approve.click()
    officer.page.wait_for_load_state()


def finds_the_case(officer: Desk, subject: str, about: str) -> bool:
    """Whether the queue has it, turning its pages: the newest case stands last."""
    page = officer.opens(f"/cases?subject={subject}")
    while page.locator("main li.case", has_text=about).count() == 0:
        further = page.locator("main a[rel=next]")
        if further.count() == 0:
            return False
        further.click()
        page.wait_for_load_state()
    return True


def asks_to_become_contacts(ana: Desk, partner: Person) -> None:
    ana.opens("/people")
    ana.fills(text=partner.name)
    ana.sends("form[role=search]")
    ana.looks()
    ana.awaits(f"/people?text={quote(partner.name)}", f'main a[href^="/people/{partner.id}"]').click()
    ana.page.locator("#message").fill("¿Cantamos juntos?")
    ana.looks()
    ana.sends('form[action$="/contact"]')


def accepts_the_contact(tomasz: Desk) -> None:
    accept = tomasz.awaits("/contacts?state=received", 'form[action$="/acceptance"] button')
    tomasz.looks()
    accept.click()
    tomasz.page.wait_for_load_state()


def founds_a_project(ana: Desk, europe: Europe, title: str) -> str:
    """From the empty form to the submission; the project's address."""
    page = ana.opens("/projects/new")
    ana.looks()
    begins = europe.today() + timedelta(days=60)
    ana.fills(
        title=title,
        description="Los alumnos buscan una canción que conocen ambos países.",
        aims="Cantar juntos.",
        age_from="9",
        age_to="12",
        starts_on=begins.isoformat(),
        ends_on=(begins + timedelta(days=100)).isoformat(),
    )
    ana.chooses("languages", "es")
    ana.chooses("subjects", "music")
    page.locator("#founding_school_id").select_option(index=1)
    ana.sends(button="button[value=partner]")
    page.wait_for_url("**/co-founder")
    project = page.url.removesuffix("/co-founder").partition("/projects/")[2]
    ana.looks()
    ana.sends('form[action$="/co-founder"]')
    ana.opens(f"/projects/{project}")
    ana.looks()
    ana.sends('form[action$="/submission"]')
    return f"/projects/{project}"


def head_teacher_agrees(head: Desk, email: str, *, looking: bool = False) -> None:
    """By the mailed link on a telephone, without an account."""
    link = mailed_path(email, "/consent/")
    head.opens(link)
    if looking:
        head.looks()
    head.page.locator("button[name=outcome][value=approve]").click()
    head.page.wait_for_load_state()
    if looking:
        head.looks()


def shows_whose_turn_it_is(ana: Desk, project: str) -> None:
    ana.awaits(project, "#why")
    ana.looks()
    ana.opens(f"{project}?lang=ar")
    assert ana.page.locator("html").get_attribute("dir") == "rtl"
    ana.looks()
    ana.opens(f"{project}?lang=es")


def writes_the_first_page(ana: Desk, project: str) -> None:
    ana.awaits(project, 'main a[href^="/twinspaces/"]').click()
    ana.page.wait_for_url("**/twinspaces/*")
    ana.looks()
    ana.follows(f"/twinspaces/{project.rpartition('/')[2]}/pages/new")
    ana.looks()
    ana.fills(title="Quiénes somos", text="Somos **dos clases** y cantamos.")
    ana.chooses("visibility", "members")
    ana.sends()
    assert ana.page.locator("article strong").inner_text() == "dos clases"
    ana.looks()


def test_people_errors_and_languages_need_no_scripts(desk: Open, europe: Europe) -> None:
    one, other = europe.teacher("ES"), europe.teacher("PL", name="Wisława")
    reader = desk("es", scripts=False).logs_in(one.email)
    page = reader.opens("/people")
    reader.fills(text=other.name.replace("ł", "l").lower())
    reader.sends("form[role=search]")
    page.wait_for_url("**text=**")
    reader.awaits(page.url, f'main .person a[href="/people/{other.id}"]')

    visitor = desk("es", scripts=False)
    page = visitor.opens("/register")
    visitor.fills(name="Ana Ruiz", email=europe.address("ana"), password="password1234", country="ES")
    visitor.chooses("role_kind", "teacher")
    page.locator("#conduct_accepted").check()
    visitor.sends()
    assert page.title().startswith("Error:")
    assert page.locator("#name").input_value() == "Ana Ruiz"
    page.locator('#errors a[href="#password"]').click()
    assert page.locator("#password:focus").count() == 1
    assert page.locator("#password").get_attribute("aria-invalid") == "true"

    page.locator("header details.menu summary").first.click()
    page.locator('header a[hreflang="pl"]').click()
    assert page.locator("html").get_attribute("lang") == "pl"
    visitor.opens("/help")
    assert page.locator("html").get_attribute("lang") == "pl"
