"""Progress: the bar, and modules to learn from."""

from gateway.api.route import Route
from services.progress import contract as progress

ROUTES = [
    Route("GET", "/me/progress", progress.my_progress),
    Route("PUT", "/me/progress/deeds", progress.hide_deeds),
    Route("GET", "/people/{person_id}/progress", progress.progress),
    Route("GET", "/modules", progress.modules, in_its_language=True),
    Route("GET", "/modules/{name}", progress.module, in_its_language=True),
    Route("POST", "/modules/{name}/quiz", progress.take_quiz, in_its_language=True),
]
