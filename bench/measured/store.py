"""Where the articles are kept."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Column,
    Integer,
    String,
    Table,
    Text,
    Uuid,
    any_,
    bindparam,
    select,
)

from chassis.store import Loader, new_registry

registry = new_registry()
metadata = registry.metadata
_id = Uuid()

article = Table(
    "article",
    metadata,
    Column("id", _id, primary_key=True),
    Column("title", String(120), nullable=False),
    Column("body", Text, nullable=False),
    Column("author_id", _id, nullable=False),
    Column("words", Integer, nullable=False),
    Column("version", BigInteger, nullable=False),
)

BY_ID = Loader(select(article).where(article.c.id == any_(bindparam("ids", type_=ARRAY(_id)))))
