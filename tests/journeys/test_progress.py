"""The progress bar as teachers see it move: up, down, never past a cap; hidden lists; modules; counting anew."""

import html
import re
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import httpx
import pytest
import uuid_utils.compat as uuid

from services.progress.library import lessons
from tests.journeys.europe import Europe, Person, Refused
from tests.journeys.test_meetings import announce, register
from tests.stack import eventually, rows, settle, stack

pytestmark = pytest.mark.stack


def counted(person: Person, reader: Person | None = None) -> dict[str, int]:
    """What counts of somebody, without what every account has from the start."""
    path = f"/people/{person.id}/progress" if reader else "/me/progress"
    shown = (reader or person).get(path)
    actions = [one for area in shown["areas"] for one in area["actions"]]
    started = ("first_access", "further_access", "availability")
    return {
        one["action"]: one["counted"] for one in actions if one["counted"] and one["action"] not in started
    }


def becomes(person: Person, wanted: dict[str, int]) -> None:
    def look() -> bool:
        return counted(person) == wanted

    try:
        eventually(look, str(wanted))
    except AssertionError:
        assert counted(person) == wanted
        raise


def area_of(person: Person, area: str) -> dict[str, Any]:
    return next(one for one in person.get("/me/progress")["areas"] if one["area"] == area)


def answers(name: str, right: int = 99) -> dict[str, Any]:
    """A quiz with so many answers right."""
    questions = lessons()[name].questions
    return {
        "answers": [
            {"question": q.name, "choice": q.right if n < right else (q.right + 1) % len(q.choices)}
            for n, q in enumerate(questions)
        ]
    }


def test_what_one_does_moves_the_bar_and_undoing_it_moves_it_back(europe: Europe) -> None:
    ana, jan = europe.teacher("ES"), europe.teacher("PL")
    europe.become_contacts(ana, jan)
    ana.put(f"/people/{jan.id}/follow")
    for _ in range(3):
        europe.writes(ana, jan)
    post_id = europe.posts(ana)
    becomes(ana, {"contact": 1, "following": 1, "message": 2, "forum_contribution": 1})
    becomes(jan, {"contact": 1})
    assert area_of(ana, "communication")["points"] == 4 + 2 + 2 + 4
    ana.delete(f"/people/{jan.id}/follow")
    becomes(ana, {"contact": 1, "message": 2, "forum_contribution": 1})
    europe.officer("css", "css").post(
        f"/forum/posts/{post_id}/moderation", {"action": "remove", "reason": "Not about a project."}
    )
    becomes(ana, {"contact": 1, "message": 2})
    jan.put(f"/people/{ana.id}/block")
    becomes(ana, {"message": 2})
    becomes(jan, {})


def test_repeating_an_action_past_its_cap_moves_nothing(europe: Europe) -> None:
    ana, others = europe.teacher("ES"), [europe.teacher("PL") for _ in range(7)]
    for one in others:
        ana.put(f"/people/{one.id}/follow")
    becomes(ana, {"following": 5})
    ana.delete(f"/people/{others[0].id}/follow")
    settle()
    becomes(ana, {"following": 5})
    for one in others[1:4]:
        ana.delete(f"/people/{one.id}/follow")
    becomes(ana, {"following": 3})


def test_a_profile_counts_when_its_idea_says_enough_and_no_more_when_it_is_emptied(europe: Europe) -> None:
    ana = europe.teacher("ES", project_idea="Songs")
    becomes(ana, {})

    def says(idea: str) -> None:
        me = ana.get("/me")
        ana.put("/me/profile", {"seen_version": me["version"], "name": me["name"], "project_idea": idea})

    says("Our classes find songs both countries know and sing them.")
    becomes(ana, {"project_idea": 1})
    says("Songs")
    becomes(ana, {})


def test_a_project_and_its_pages_count_for_those_who_do_them(europe: Europe) -> None:
    project = europe.approved_project()
    founder, partner = project.founder, project.co_founder
    becomes(founder, {"contact": 1, "project_founded": 1})
    pages = [str(uuid.uuid7()) for _ in range(2)]
    for page_id in pages:
        founder.put(f"/pages/{page_id}", {"project_id": str(project.id), "title": "Songs", "text": "Hello"})
    becomes(founder, {"contact": 1, "project_founded": 1, "page_written": 1})
    for page_id in pages:
        version = founder.get(f"/pages/{page_id}")["version"]
        founder.delete(f"/pages/{page_id}", seen_version=version)
    becomes(founder, {"contact": 1, "project_founded": 1})
    joined = europe.teacher("FR")
    place_id = str(uuid.uuid7())
    europe.become_contacts(founder, joined)
    founder.post(f"/projects/{project.id}/invitations", {"place_id": place_id, "person_id": str(joined.id)})
    joined.post(f"/places/{place_id}/acceptance")
    becomes(joined, {"contact": 1, "project_joined": 1})
    becomes(partner, {"contact": 1, "project_founded": 1})


def test_others_see_the_bar_as_they_see_the_profile_and_the_list_only_if_it_is_not_hidden(
    europe: Europe,
) -> None:
    ana, jan = europe.teacher("ES"), europe.teacher("PL")
    europe.posts(ana)
    europe.writes(ana, jan)
    becomes(ana, {"forum_contribution": 1, "message": 1})
    shown = jan.get(f"/people/{ana.id}/progress")
    assert shown["areas"] == ana.get("/me/progress")["areas"]
    assert "forum_contribution" in [deed["action"] for deed in shown["deeds"]]
    assert "message" not in [deed["action"] for deed in shown["deeds"]]
    ana.put("/me/progress/deeds", {"hidden": True})
    hidden = jan.get(f"/people/{ana.id}/progress")
    assert (hidden["deeds"], hidden["areas"]) == (None, shown["areas"])
    assert "message" in [deed["action"] for deed in ana.get("/me/progress")["deeds"]]
    ana.put("/me/privacy", {"profile": "contacts", "email": "contacts", "city": "contacts"})
    with pytest.raises(Refused) as refused:
        jan.get(f"/people/{ana.id}/progress")
    assert refused.value.status == 404


def test_a_module_counts_when_passed_while_logged_in(europe: Europe) -> None:
    ana, name = europe.teacher("ES"), "founding-a-project"
    visitor = httpx.Client(base_url=f"{stack().public_url}/api/v1", timeout=12)
    module = visitor.get(f"/modules/{name}").json()
    assert "right" not in str(module["questions"])
    logged_out = visitor.post(f"/modules/{name}/quiz", json=answers(name)).json()
    assert (logged_out["passed"], logged_out["counted"]) == (True, False)
    failed = ana.post(f"/modules/{name}/quiz", answers(name, right=3))
    assert (failed["passed"], failed["counted"]) == (False, False)
    assert [bool(one["explanation"]) for one in failed["marked"]] == [
        not one["right"] for one in failed["marked"]
    ]
    assert counted(ana) == {}
    assert ana.post(f"/modules/{name}/quiz", answers(name))["counted"]
    assert counted(ana) == {"module_cooperation": 1}
    ana.post(f"/modules/{name}/quiz", answers(name))
    assert counted(ana) == {"module_cooperation": 1}
    assert [one["name"] for one in ana.get("/modules") if one["passed"]] == [name]


def test_a_badge_is_told_once_and_shown_on_the_profile(europe: Europe) -> None:
    ana, others = europe.teacher("ES", language="en"), [europe.teacher("PL", language="en") for _ in range(6)]
    for one in others[:5]:
        europe.become_contacts(ana, one)
    ana.put(f"/people/{others[5].id}/follow")
    ana.put(f"/people/{others[4].id}/follow")
    europe.writes(ana, others[0])
    told = europe.is_told(ana, "badge_earned")
    assert told["detail"] == "communication:25"
    assert area_of(ana, "communication")["badge"] == 25
    page = httpx.get(
        f"{stack().public_url}/people/{ana.id}", cookies={"session": others[0].sign_in().secret}, timeout=12
    )
    assert f'href="/people/{ana.id}/progress"' in page.text
    assert "Communication: 25" in page.text
    settle()
    assert [n["kind"] for n in europe.notifications_of(ana)].count("badge_earned") == 1
    assert not any("badge" in mail["subject"].lower() for mail in europe.mails_to(ana))


def test_the_pages_say_what_counts_next_what_no_longer_does_and_what_comes_later(europe: Europe) -> None:
    ana = europe.teacher("ES", language="en")
    browser = browser_of(ana)
    eventually(lambda: area_of(ana, "elementary")["points"] >= 20, "the first steps")
    page = browser.get("/progress").text
    for said in ("Counts next", "Done: more of it no longer counts", "Comes later", "/learning/modules"):
        assert said in page, said
    assert 'href="/progress"' in browser.get("/desktop").text
    form = re.search(r'action="/progress/deeds".*?name="csrf" value="([^"]+)"', page, re.DOTALL)
    assert form
    answer = browser.post("/progress/deeds", data={"csrf": form[1], "hidden": "yes"})
    assert answer.status_code == 303
    assert ana.get("/me/progress")["hides_deeds"]
    assert browser.get(f"/people/{ana.id}/progress").headers["location"] == "/progress"


def test_a_quiz_is_done_on_its_page_without_any_script(europe: Europe) -> None:
    ana, name = europe.teacher("ES", language="en"), "a-first-letter"
    for browser, said in (
        (browser_of(ana), "It counts for your progress"),
        (httpx.Client(base_url=stack().public_url, timeout=12), "if you were logged in"),
    ):
        page = browser.get(f"/learning/modules/{name}")
        typed = {"csrf": re.search(r'name="csrf" value="([^"]+)"', page.text)[1]}  # type: ignore[index]
        typed |= {f"q-{one['question']}": str(one["choice"]) for one in answers(name, right=1)["answers"]}
        failed = browser.post(f"/learning/modules/{name}", data=typed)
        assert failed.status_code == 200
        assert "1 of 5 right (20 %)" in failed.text
        assert failed.text.count("Not right") == 4
        typed |= {f"q-{one['question']}": str(one["choice"]) for one in answers(name)["answers"]}
        assert said in browser.post(f"/learning/modules/{name}", data=typed).text
    assert counted(ana) == {"module_communication": 1}


def test_a_polish_teacher_reads_a_module_and_passes_its_quiz_in_polish(europe: Europe) -> None:
    jan, name = europe.teacher("PL", language="pl"), "who-sees-what"
    module, browser, path = lessons("pl")[name], browser_of(jan), f"/learning/modules/{name}"
    listed = html.unescape(browser.get("/learning/modules").text)
    for one in lessons("pl").values():
        assert f'lang="pl" dir="ltr">{one.title}</a>' in listed
    page = html.unescape(browser.get(path).text)
    for said in ("Trzy kręgi", *(said for q in module.questions for said in (q.text, *q.choices))):
        assert said in page, said
    typed = {"csrf": re.search(r'name="csrf" value="([^"]+)"', page)[1]}  # type: ignore[index]
    typed |= {f"q-{one['question']}": str(one["choice"]) for one in answers(name, right=3)["answers"]}
    failed = html.unescape(browser.post(path, data=typed).text)
    assert module.questions[3].why in failed
    assert lessons()[name].questions[3].why not in failed
    typed |= {f"q-{one['question']}": str(one["choice"]) for one in answers(name)["answers"]}
    assert "Zaliczono. Liczy się do Twoich postępów." in browser.post(path, data=typed).text
    assert counted(jan) == {"module_elementary": 1}
    assert jan.get(f"/modules/{name}")["card"]["title"] == module.title
    assert jan.get(f"/modules/{name}", language="ar")["card"]["title"] == lessons("ar")[name].title
    assert jan.post(f"/modules/{name}/quiz", {"language": "es"})["language"] == "es"
    assert {one["language"] for one in jan.get("/modules")} == {"pl"}


def browser_of(person: Person) -> httpx.Client:
    """Somebody's browser, with scripts switched off."""
    secret = person.secret or person.sign_in().secret
    return httpx.Client(base_url=stack().public_url, timeout=12, cookies={"session": secret})


def test_counting_anew_from_the_owners_changes_no_bar(europe: Europe) -> None:
    ana = europe.teacher("ES")
    project = europe.approved_project()
    europe.become_contacts(ana, project.founder)
    project.founder.put(
        f"/pages/{uuid.uuid7()}", {"project_id": str(project.id), "title": "Songs", "text": "Hello"}
    )
    europe.posts(ana)
    becomes(ana, {"contact": 1, "forum_contribution": 1})
    settle()
    ours = [str(one.id) for one in (ana, project.founder, project.co_founder)]
    before = kept(ours)
    recounts(lambda: None)
    assert kept(ours) == before
    europe.writes(ana, project.founder)
    becomes(ana, {"contact": 1, "forum_contribution": 1, "message": 1})


def recounts(meanwhile: Callable[[], None]) -> str:
    """`python -m deploy.recount`, to its end; what it says."""
    command = [sys.executable, "-m", "deploy.recount", "--stack", stack().name]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    meanwhile()
    said, _ = running.communicate(timeout=90)
    assert running.returncode == 0, said
    assert "people counted" in said
    return said


def kept(people: list[str]) -> list[dict[str, Any]]:
    statement = "SELECT id, counted FROM person WHERE id = ANY(CAST(:people AS uuid[])) ORDER BY id"
    return rows("progress", statement, people=people)


@pytest.mark.alone
def test_the_owners_know_everything_that_was_counted_live(europe: Europe) -> None:
    """Of everybody whom any test before this one has made do something."""
    ana, jan = europe.teacher("ES"), europe.teacher("PL")
    europe.become_contacts(ana, jan)
    becomes(ana, {"contact": 1})
    settle()
    everybody = "SELECT id, counted FROM person ORDER BY id"
    before = rows("progress", everybody)
    recounts(lambda: None)
    after = {row["id"]: row["counted"] for row in rows("progress", everybody)}
    assert {
        row["id"]: (row["counted"], after[row["id"]]) for row in before if after[row["id"]] != row["counted"]
    } == {}


@pytest.mark.alone
@pytest.mark.timeout(300)
def test_whoever_comes_to_a_meeting_and_whoever_holds_it_gain_by_it(europe: Europe) -> None:
    host, guests = europe.teacher("ES"), [europe.teacher("PL") for _ in range(5)]
    meeting_id = announce(europe, host, hours=0.3, lasts=1, capacity=10)
    for guest in guests:
        register(guest, meeting_id)
        assert guest.post(f"/meetings/{meeting_id}/entry")["checked_in"]
    becomes(guests[0], {"meeting_attended": 1})
    becomes(host, {})
    europe.days_pass(0.15)
    host.sign_in()
    becomes(host, {"meeting_held": 1})
    assert area_of(host, "quality")["points"] == 10
    assert area_of(guests[0].sign_in(), "network")["points"] == 5
    ours = [str(one.id) for one in (host, *guests)]
    settle()
    before = kept(ours)
    recounts(lambda: None)
    assert kept(ours) == before
