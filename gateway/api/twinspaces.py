"""TwinSpaces and their pages."""

from gateway.api.route import Route
from services.twinspace import contract as twinspace

ROUTES = [
    Route("GET", "/me/twinspaces", twinspace.my_spaces),
    Route("GET", "/projects/{project_id}/twinspace", twinspace.space),
    Route("PUT", "/projects/{project_id}/twinspace/order", twinspace.order_pages),
    Route("GET", "/pages/{page_id}", twinspace.page),
    Route("PUT", "/pages/{page_id}", twinspace.write_page),
    Route("DELETE", "/pages/{page_id}", twinspace.delete_page),
]
