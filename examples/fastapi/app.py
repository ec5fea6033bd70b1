"""A shelf of books over HTTP: FastAPI and PostgreSQL."""

from decimal import Decimal
from typing import List, Optional

from fastapi import FastAPI, HTTPException, Query
from prisma import Prisma
from prisma.contrib.fastapi import lifespan
from prisma.errors import UniqueViolationError
from prisma.models import Book
from pydantic import BaseModel, Field

db = Prisma(auto_register=True)
# Connects when the application starts, disconnects when it ends.
app = FastAPI(title='Books', lifespan=lifespan(db))


class NewBook(BaseModel):
    isbn: str = Field(min_length=10, max_length=13)
    title: str
    price: Decimal
    author: str
    tags: List[str] = []


class AuthorSales(BaseModel):
    name: str
    books: int


@app.post('/books', status_code=201)
async def add_book(book: NewBook) -> Book:
    author = {'connect_or_create': {'where': {'name': book.author}, 'create': {'name': book.author}}}
    data = {'isbn': book.isbn, 'title': book.title, 'price': book.price, 'tags': book.tags, 'author': author}
    try:
        return await db.book.create(data=data, include={'author': True})  # type: ignore[arg-type]
    except UniqueViolationError:
        raise HTTPException(409, f'There is a book with the ISBN {book.isbn}') from None


@app.get('/books')
async def list_books(
    text: Optional[str] = None, tag: Optional[str] = None, take: int = Query(20, ge=1, le=100), skip: int = Query(0, ge=0)
) -> List[Book]:
    where = {}
    if text:
        where['title'] = {'contains': text, 'mode': 'insensitive'}
    if tag:
        where['tags'] = {'has': tag}
    return await db.book.find_many(where=where, order={'title': 'asc'}, take=take, skip=skip, include={'author': True})  # type: ignore[arg-type]


@app.get('/books/{isbn}')
async def get_book(isbn: str) -> Book:
    book = await db.book.find_unique(where={'isbn': isbn}, include={'author': True})
    if book is None:
        raise HTTPException(404, f'There is no book with the ISBN {isbn}')
    return book


@app.delete('/books/{isbn}', status_code=204)
async def remove_book(isbn: str) -> None:
    if await db.book.delete(where={'isbn': isbn}) is None:
        raise HTTPException(404, f'There is no book with the ISBN {isbn}')


@app.get('/authors')
async def authors() -> List[AuthorSales]:
    found = await db.author.find_many(include={'_count': {'select': {'books': True}}}, order={'name': 'asc'})
    return [AuthorSales(name=author.name, books=author._count['books']) for author in found]  # type: ignore[attr-defined]


@app.get('/health')
async def health() -> dict:
    await db.query_first('SELECT 1 AS one')
    return {'status': 'ok'}
