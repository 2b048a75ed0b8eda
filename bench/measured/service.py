"""The measured service: one method per message, as in every other."""

from uuid import UUID

import uuid_utils.compat as uuid

from bench.measured import contract
from bench.measured.store import BY_ID
from chassis.contract import NotFound
from chassis.service import Service, UnitOfWork, answers, on


class MeasuredService(Service):
    """Does as little as a service can do."""

    name = "measured"

    @answers(contract.echo)
    def echo(self, uow: UnitOfWork, text: str) -> str:
        return text

    @answers(contract.article)
    def article(self, uow: UnitOfWork, article_id: UUID) -> contract.Article:
        found = uow.load(BY_ID, (article_id,))
        if article_id not in found:
            raise NotFound(what="article")
        return contract.Article(**found[article_id][0])

    @answers(contract.ring)
    def ring(self, uow: UnitOfWork, times: int) -> int:
        for _ in range(times):
            uow.publish(contract.Rang(uuid.uuid7()), version=1)
        return times

    @on(contract.Rang)
    def rang(self, uow: UnitOfWork, rang: contract.Rang) -> None:
        """Heard in a transaction of its own, with an inbox row and nothing else."""
