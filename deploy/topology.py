"""Makes exchanges, queues, broker users and permissions from the service classes: `python -m deploy.topology`.

`--write` also renews `services/callers.json`, the committed list by which each service knows its callers.
"""

import json
import sys

from chassis import topology
from chassis.service import CALLERS
from deploy.contracts import gateway_calls, gateway_hears, service_classes
from deploy.settings import Account, OperatorSettings
from deploy.stack import CHECKOUT, GATEWAY, VHOST


def callers_text() -> str:
    """The list of callers as committed."""
    return json.dumps(topology.callers(service_classes(), gateway_calls()), indent=1) + "\n"


def write_callers() -> None:
    """Renew the committed list."""
    (CHECKOUT / CALLERS).write_text(callers_text())


def main() -> None:
    """Import the definitions; `--write` only renews the list of callers."""
    if "--write" in sys.argv:
        write_callers()
        return
    operator = OperatorSettings.from_environment()
    passwords = {access.service: Account.of(access.amqp_url).secret for access in operator.services}
    passwords[GATEWAY] = Account.of(operator.gateway_amqp_url).secret
    services = service_classes()
    topology.apply(
        topology.definitions(services, gateway_calls(), gateway_hears(), passwords, VHOST),
        operator.management_url,
    )
    print(f"  broker: {len(services)} services and the gateway know their queues and rights")


if __name__ == "__main__":
    main()
