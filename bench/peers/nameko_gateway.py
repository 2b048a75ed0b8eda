"""Stock nameko's HTTP entrypoint and RPC proxy, nothing tuned."""

import json

from nameko.rpc import RpcProxy
from nameko.web.handlers import http


class Gateway:
    """HTTP in, a call on the bus, HTTP out."""

    name = "gateway"
    measured = RpcProxy("measured")

    @http("GET", "/echo/<string:text>")
    def echo(self, _request, text):
        return 200, {"Content-Type": "application/json"}, json.dumps(self.measured.echo(text))
