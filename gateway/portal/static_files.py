"""The portal's own files: named after their content, compressed once, kept for a year by whoever fetched them."""

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

FOLDER = Path(__file__).resolve().parent / "static"
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".png": "image/png"}
FOR_EVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class StaticFile:
    """One file as it is sent."""

    name: str
    media_type: str
    plain: bytes
    compressed: bytes


@cache
def static_files() -> dict[str, StaticFile]:
    """Every file by the name it is served under: `portal.css` as `portal.<hash>.css`."""
    served = {}
    for path in sorted(FOLDER.iterdir()):
        if path.suffix in TYPES:
            content = path.read_bytes()
            name = f"{path.stem}.{hashlib.sha256(content).hexdigest()[:12]}{path.suffix}"
            served[name] = StaticFile(name, TYPES[path.suffix], content, gzip.compress(content, 9, mtime=0))
    return served


@cache
def static_url(name: str) -> str:
    """The address of a file, given its own name."""
    stem, suffix = Path(name).stem, Path(name).suffix
    for served in static_files():
        if served.startswith(f"{stem}.") and served.endswith(suffix):
            return f"/static/{served}"
    raise LookupError(f"there is no static file {name}")


async def serve_static(request: Request) -> Response:
    """One file, compressed where the browser takes it."""
    file = static_files().get(request.path_params["name"])
    if file is None:
        raise HTTPException(404)
    headers = {"Cache-Control": FOR_EVER, "Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        return Response(file.compressed, headers=headers, media_type=file.media_type)
    return Response(file.plain, headers=headers, media_type=file.media_type)
