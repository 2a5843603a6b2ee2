"""Teaches schemathesis the one media type of our document that it has no serialiser for."""

import schemathesis


@schemathesis.serializer("application/offset+octet-stream")
def piece(_ctx, value):
    """A piece of an upload: its bytes as they are."""
    if isinstance(value, str):
        value = value.encode("utf-8", "surrogatepass")
    return value if isinstance(value, bytes) else str(value).encode()
