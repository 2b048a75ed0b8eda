"""What tests of sentences look at: those a source marks for translation, and a language's catalogue."""

import ast
from pathlib import Path
from types import ModuleType

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from chassis.catalogues import catalogue_file


def marked_in(module: ModuleType) -> set[str]:
    """Every sentence of a module's source that is marked for translation."""
    source = ast.parse(Path(str(module.__file__)).read_text("utf-8"))
    return {
        ast.literal_eval(node.args[0])
        for node in ast.walk(source)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "N_"
    }


def catalogue(locale: Path, name: str, language: str) -> Catalog:
    """A language's sentences, as they are written."""
    with catalogue_file(locale, name, language).open("rb") as file:
        return read_po(file, locale=language, domain=name)
