"""Where a request comes from: for counting failures, and for what its browser can do."""

from __future__ import annotations

from typing import Any

from litestar import Request


def address(request: Request[Any, Any, Any]) -> str:
    """The caller's address; behind proxies of ours, what the outermost of them saw, never what the caller wrote into the header."""
    proxies: int = request.app.state.settings.proxies
    seen = [part.strip() for part in request.headers.get("x-forwarded-for", "").split(",") if part.strip()]
    if proxies and len(seen) >= proxies:
        return seen[-proxies]
    return request.client.host if request.client else ""


def is_wechat(request: Request[Any, Any, Any]) -> bool:
    """Whether WeChat's own browser asks: it saves no files, only pictures by a long press."""
    return "micromessenger" in request.headers.get("user-agent", "").lower()
