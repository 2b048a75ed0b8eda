"""Stock nameko's echo: its own RPC entrypoint, nothing tuned."""

from nameko.rpc import rpc


class Measured:
    """What was said."""

    name = "measured"

    @rpc
    def echo(self, text):
        return text
