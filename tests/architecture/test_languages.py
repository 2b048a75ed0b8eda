"""What the portal says in a language, services say in it too."""

import pytest

from gateway.languages import LANGUAGES
from services.progress.library import lessons


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_module_is_written_in_every_language_of_the_pages(language: str) -> None:
    missing = {name for name, lesson in lessons(language).items() if lesson.language != language}
    assert missing == set()
