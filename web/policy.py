"""What a page may load and run (the content security policy): what comes from us, and nothing written into the page itself."""

_RULES = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
# The door reads codes by WebAssembly and opens without a connection by a worker; no other page needs either.
_DOOR = {"script-src": "'self' 'wasm-unsafe-eval'", "worker-src": "'self'", "manifest-src": "'self'"}


def _written(rules: dict[str, str]) -> str:
    return "; ".join(f"{name} {sources}" for name, sources in rules.items())


HEADER = "content-security-policy"
PAGE = _written(_RULES)
DOOR = _written(_RULES | _DOOR)
