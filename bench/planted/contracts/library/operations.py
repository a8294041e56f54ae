"""The operations of a lending library."""

from __future__ import annotations

from contracts.library.conditions import fines_are_summed, page_holds_what_was_asked
from contracts.library.payloads import (
    SOURCE,
    Book,
    BookChange,
    BookDraft,
    BookPath,
    BooksQuery,
    Loan,
    LoanDraft,
    LoanPath,
    LoansPage,
    Member,
    MemberDraft,
    MemberPath,
    Page,
    PageQuery,
    Trouble,
)

from troth.api import Answer, Api, Echo, Empty, HeaderToken

NO_CREDENTIAL = Answer(Trouble, headers={"WWW-Authenticate": 'Bearer realm="library"'})
LATER = Answer(Trouble, headers={"Retry-After": r"[1-9]\d*"})

library = Api(
    "library",
    server="https://library.example",
    auth=(HeaderToken("Authorization", env="LIBRARY_TOKEN", prefix="Bearer "),),
    version="1",
)

list_books = library.get(
    "/books",
    name="list_books",
    query=BooksQuery,
    responses={200: Page[Book], 401: NO_CREDENTIAL, 422: Trouble, 503: LATER},
    conditions=(page_holds_what_was_asked,),
    source=SOURCE,
)
add_book = library.post(
    "/books",
    name="add_book",
    body=BookDraft,
    responses={
        201: Answer(Book, headers={"Location": r"/books/[1-9]\d*"}),
        401: NO_CREDENTIAL,
        422: Trouble,
    },
    echoes=(Echo("$.title", "$.title"), Echo("$.author", "$.author")),
    source=SOURCE,
)
read_book = library.get(
    "/books/{book_id}",
    name="read_book",
    params=BookPath,
    responses={200: Book, 401: NO_CREDENTIAL, 404: Trouble},
    echoes=(Echo("path book_id", "$.id"),),
    source=SOURCE,
)
change_book = library.patch(
    "/books/{book_id}",
    name="change_book",
    params=BookPath,
    body=BookChange,
    responses={200: Book, 401: NO_CREDENTIAL, 404: Trouble, 409: Trouble, 422: Trouble},
    echoes=(Echo("path book_id", "$.id"), Echo("$.title", "$.title")),
    source=SOURCE,
)
drop_book = library.delete(
    "/books/{book_id}",
    name="drop_book",
    params=BookPath,
    responses={204: Empty, 401: NO_CREDENTIAL, 404: Trouble, 409: Trouble},
    source=SOURCE,
)
add_member = library.post(
    "/members",
    name="add_member",
    body=MemberDraft,
    responses={201: Member, 401: NO_CREDENTIAL, 422: Trouble},
    echoes=(Echo("$.name", "$.name"), Echo("$.city", "$.city")),
    source=SOURCE,
)
read_member = library.get(
    "/members/{member_id}",
    name="read_member",
    params=MemberPath,
    responses={200: Member, 401: NO_CREDENTIAL, 404: Trouble},
    echoes=(Echo("path member_id", "$.id"),),
    source=SOURCE,
)
list_loans = library.get(
    "/loans",
    name="list_loans",
    query=PageQuery,
    responses={200: LoansPage, 401: NO_CREDENTIAL, 422: Trouble},
    conditions=(page_holds_what_was_asked, fines_are_summed),
    source=SOURCE,
)
lend = library.post(
    "/loans",
    name="lend",
    body=LoanDraft,
    responses={201: Loan, 401: NO_CREDENTIAL, 404: Trouble, 409: Trouble, 422: Trouble, 503: LATER},
    echoes=(Echo("$.book_id", "$.book_id"), Echo("$.member_id", "$.member_id")),
    source=SOURCE,
)
read_loan = library.get(
    "/loans/{loan_id}",
    name="read_loan",
    params=LoanPath,
    responses={200: Loan, 401: NO_CREDENTIAL, 404: Trouble},
    echoes=(Echo("path loan_id", "$.id"),),
    source=SOURCE,
)
renew = library.post(
    "/loans/{loan_id}/renewals",
    name="renew",
    params=LoanPath,
    responses={201: Loan, 401: NO_CREDENTIAL, 404: Trouble, 429: LATER},
    echoes=(Echo("path loan_id", "$.id"),),
    source=SOURCE,
)
give_back = library.delete(
    "/loans/{loan_id}",
    name="give_back",
    params=LoanPath,
    responses={204: Empty, 401: NO_CREDENTIAL, 404: Trouble},
    source=SOURCE,
)
