"""A packed file: named sections of numbers and text, laid out so that reading copies and parses next to nothing."""

import json
from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

MAGIC = b"starling-pack-1\n"
ALIGN = 8


@dataclass(frozen=True, slots=True)
class Sections:
    """What a packed file holds, by name. Numbers are in the byte order of the machine that wrote it."""

    data: "memoryview[int]"
    places: Mapping[str, tuple[int, int]]  # start and end

    def text(self, name: str) -> str:
        return bytes(self._part(name)).decode()

    def floats(self, name: str) -> "memoryview[float]":
        return self._part(name).cast("d")

    def integers(self, name: str) -> "memoryview[int]":
        return self._part(name).cast("Q")

    def singles(self, name: str) -> "memoryview[float]":
        return self._part(name).cast("f")

    def small(self, name: str) -> "memoryview[int]":
        return self._part(name).cast("I")

    def _part(self, name: str) -> "memoryview[int]":
        start, end = self.places[name]
        return self.data[start:end]


def floats(numbers: Iterable[float]) -> bytes:
    return array("d", numbers).tobytes()


def integers(numbers: Iterable[int]) -> bytes:
    return array("Q", numbers).tobytes()


def small(numbers: Iterable[int]) -> bytes:
    return array("I", numbers).tobytes()


def write(sections: Iterable[tuple[str, bytes]]) -> bytes:
    """The file's bytes; make sections of numbers with `floats`, `integers` or `small`."""
    places, body = {}, bytearray()
    for name, part in sections:
        places[name] = (len(body), len(body) + len(part))
        body += part + bytes(-len(part) % ALIGN)
    head = json.dumps(places).encode()
    head += b" " * (-(len(MAGIC) + ALIGN + len(head)) % ALIGN)
    return b"".join((MAGIC, len(head).to_bytes(ALIGN, "little"), head, body))


def read(blob: bytes) -> Sections:
    """The sections of a packed file; ValueError when it is none, or is cut off."""
    data = memoryview(blob)
    if bytes(data[: len(MAGIC)]) != MAGIC:
        raise ValueError("not a packed model of this version")
    start = len(MAGIC) + ALIGN
    size = int.from_bytes(data[len(MAGIC) : start], "little")
    places = json.loads(bytes(data[start : start + size]))
    body = data[start + size :]
    if len(body) < max(end for _, end in places.values()):
        raise ValueError("the packed model is cut off")
    return Sections(body, {name: (first, end) for name, (first, end) in places.items()})
