"""A bare synchronous Starlette route: the list's query on the same kind of pool, its rows as JSON.

It knows nobody: no token, no rights, no total, no second statement.
"""

import os
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import uvicorn
from psycopg_pool import ConnectionPool
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

_SETTINGS = msgspec.json.decode(os.environ["BENCH_ROUTE"])
pool = ConnectionPool(
    _SETTINGS["url"],
    min_size=1,
    max_size=_SETTINGS["connections"],
    timeout=5,
    open=False,
    kwargs={"options": _SETTINGS["options"], "connect_timeout": 5},
)


def tickets(_: Request) -> Response:
    """The rows of one statement."""
    with pool.connection() as connection:
        cursor = connection.execute(_SETTINGS["query"], _SETTINGS["values"])
        names = [column.name for column in cursor.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return Response(msgspec.json.encode({"items": rows}), media_type="application/json")


@asynccontextmanager
async def lifespan(_: Any) -> Any:
    """Open the pool with the server."""
    pool.open()
    yield
    pool.close()


app = Starlette(routes=[Route("/", tickets)], lifespan=lifespan)

if __name__ == "__main__":
    uvicorn.run(
        app,
        port=_SETTINGS["port"],
        http="h11",
        log_level="warning",
        access_log=False,
        server_header=False,
        date_header=False,
    )
