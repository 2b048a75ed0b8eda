"""Writes `docs/messages.md` and the tables in the services' READMEs from the code: `python -m deploy.messages`."""

from pathlib import Path

from chassis.contract import Request, events_of, requests_of
from chassis.service import Service
from chassis.topology import callers, heard_by
from deploy.contracts import gateway_calls, service_classes
from deploy.stack import CHECKOUT

PAGE = CHECKOUT / "docs" / "messages.md"
BEGIN, END = "<!-- made from the code: begin -->", "<!-- made from the code: end -->"


def _sentence(doc: str | None) -> str:
    first = (doc or "").strip().split("\n\n")[0]
    return " ".join(first.split())


def messages_page() -> str:
    """Every message of every service, on one page."""
    who = callers(service_classes(), gateway_calls())
    hearers: dict[str, list[str]] = {}
    for service in service_classes():
        for heard in heard_by(service):
            hearers.setdefault(heard.event.name, []).append(service.name)
    lines = ["# Messages", "", "Everything that travels, made from the contracts by `make generate`.", ""]
    for service in service_classes():
        lines += [f"## {service.name}", "", "| event | heard by | what it says |", "| --- | --- | --- |"]
        for event in events_of(service.name):
            heard_by_whom = ", ".join(sorted(hearers.get(event.name, []))) or "nobody yet"
            lines.append(f"| `{event.__name__}` | {heard_by_whom} | {_sentence(event.__doc__)} |")
        lines += [
            "",
            "| request | persons who may ask | asked by | what it does |",
            "| --- | --- | --- | --- |",
        ]
        for request in requests_of(service.name):
            asked_by = ", ".join(who.get(request.name, [])) or "nobody yet"
            lines.append(
                f"| `{request.verb}` | {request.by.name} | {asked_by} | {_sentence(request.__doc__)} |"
            )
        lines.append("")
    return "\n".join(lines)


def service_table(service: type[Service]) -> str:
    """What a service's README says of its messages."""

    def names(requests: tuple[Request[..., object], ...]) -> str:
        return ", ".join(f"`{r.name}`" for r in requests) or "nothing"

    commands = [r for r in requests_of(service.name) if r.is_command]
    return "\n".join(
        [
            BEGIN,
            "| | |",
            "| --- | --- |",
            "| publishes | "
            + (", ".join(f"`{e.__name__}`" for e in events_of(service.name)) or "nothing")
            + " |",
            "| answers | "
            + ", ".join(f"`{r.verb}`" for r in requests_of(service.name) if not r.is_command)
            + " |",
            "| obeys | " + names(tuple(commands)) + " |",
            "| listens to | "
            + (", ".join(f"`{h.event.name}`" for h in heard_by(service)) or "nothing")
            + " |",
            "| calls | " + names(service.calls) + " |",
            "| orders | " + names(service.commands) + " |",
            END,
        ]
    )


def readme_of(service: type[Service]) -> Path:
    """A service's page."""
    return CHECKOUT / "services" / service.name / "README.md"


def renewed(text: str, service: type[Service]) -> str:
    """A README with its table brought up to date."""
    before, rest = text.split(BEGIN)
    return before + service_table(service) + rest.split(END)[1]


def main() -> None:
    """Write them."""
    PAGE.write_text(messages_page())
    for service in service_classes():
        readme = readme_of(service)
        readme.write_text(renewed(readme.read_text(), service))


if __name__ == "__main__":
    main()
