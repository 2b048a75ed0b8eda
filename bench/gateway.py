"""The gateway as it is, with the measured service's requests among its routes: `python -m bench.gateway`."""

from bench.measured import contract as measured
from gateway import __main__ as gateway
from gateway.api import routes
from gateway.api.route import Route

ROUTES = (
    Route("GET", "/bench/echo/{text}", measured.echo),
    Route("GET", "/bench/articles/{article_id}", measured.article),
)

if __name__ == "__main__":
    routes.ROUTES = (*routes.ROUTES, *ROUTES)
    gateway.main()
