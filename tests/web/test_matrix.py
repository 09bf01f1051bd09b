from __future__ import annotations
import pytest, sys
from litestar import Litestar
from events import db
from events.people import passwords
from events.people.tables import Audit
from tests import browser
from tests.cast import Cast
from tests.web import matrix
from tests.web.matrix import ROLES

class Undone(Exception): pass

def routes(app):
    out = []
    for r in app.routes:
        for h in getattr(r, "route_handlers", []):
            if h.name:
                for m in sorted(h.http_methods - {"OPTIONS"}):
                    out.append((m, h.name, r.path_format))
    return out

async def clients(app, world):
    out = {}
    for role in ROLES:
        staff = world.staff(role)
        if staff: out[role] = await browser.of_staff(app, staff)
        elif role == "nobody": out[role] = browser.Browser(app)
        else: out[role] = await browser.of_family(app, getattr(world.cast, role))
        await out[role].token()
    return out

async def undone(client, path, form):
    response = None
    kept = dict(client.cookies)
    files = {n: v for n, v in form.items() if isinstance(v, tuple)}
    try:
        async with db.writing():
            n = await Audit.count()
            response = await client.post(path, data={k: v for k, v in form.items() if k not in files}, files=files or None)
            m = await Audit.count() - n
            raise Undone
    except Undone:
        pass
    client.cookies.clear()
    for k, v in kept.items(): client.cookies.set(k, v, domain="127.0.0.1")
    return response, m

async def test_dump(app: Litestar, cast: Cast, monkeypatch):
    from pwdlib import PasswordHash
    from pwdlib.hashers.argon2 import Argon2Hasher
    monkeypatch.setattr(passwords, "_argon2", PasswordHash((Argon2Hasher(memory_cost=8, time_cost=1, parallelism=1),)))
    monkeypatch.setattr(passwords, "in_writing", lambda: False)
    world = await matrix.build(cast)
    who = await clients(app, world)
    lines = []
    for m, name, t in routes(app):
        path = world.path(name, t)
        got = []
        for role in ROLES:
            if m == "GET":
                r = await who[role].get(path); a = 0
            else:
                r, a = await undone(who[role], path, world.form(name, world.staff(role)))
            s = str(r.status_code)
            if r.headers.get("location", "").startswith("/desk/sign-in?next="): s = "in"
            got.append(s + ("*" * a if False else "") + (f"+{a}" if a else ""))
        lines.append(f"{m:4} {name:32} {' '.join(f'{g:6}' for g in got)}")
    open("/tmp/v/sec/dump.txt", "w").write("\n".join(lines))
