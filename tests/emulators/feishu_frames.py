"""The long connection's frames on the wire: the nine fields of Feishu's proto2 message, written and read by hand."""

from dataclasses import dataclass, replace

CONTROL, DATA = 0, 1
VARINT, BYTES = 0, 2


@dataclass(frozen=True, slots=True)
class Frame:
    method: int
    headers: tuple[tuple[str, str], ...] = ()
    payload: bytes = b""
    service: int = 1
    sequence: int = 0
    log: int = 0

    def header(self, key: str) -> str:
        return next((value for name, value in self.headers if name == key), "")


def encode(frame: Frame) -> bytes:
    numbers = ((1, frame.sequence), (2, frame.log), (3, frame.service), (4, frame.method))
    out = b"".join(_varint(field << 3 | VARINT) + _varint(value) for field, value in numbers)
    for key, value in frame.headers:
        out += _bytes(5, _bytes(1, key.encode()) + _bytes(2, value.encode()))
    return out + _bytes(8, frame.payload) if frame.payload else out


def decode(data: bytes) -> Frame:
    frame, headers = Frame(method=CONTROL), []
    names = {1: "sequence", 2: "log", 3: "service", 4: "method"}
    for field, value in _fields(data):
        if isinstance(value, int):
            frame = replace(frame, **{names[field]: value})  # type: ignore[arg-type]
        elif field == 5:
            pair = {number: text for number, text in _fields(value) if isinstance(text, bytes)}
            headers.append((pair[1].decode(), pair[2].decode()))
        elif field == 8:
            frame = replace(frame, payload=value)
    return replace(frame, headers=tuple(headers))


def split(frame: Frame, message: str, parts: int) -> list[Frame]:
    """One event as `parts` frames that the client puts together again."""
    size = -(-len(frame.payload) // parts)
    pieces = [frame.payload[n * size : (n + 1) * size] for n in range(parts)]
    told = (*frame.headers, ("message_id", message), ("sum", str(parts)))
    return [replace(frame, payload=piece, headers=(*told, ("seq", str(n)))) for n, piece in enumerate(pieces)]


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def _bytes(field: int, value: bytes) -> bytes:
    return _varint(field << 3 | BYTES) + _varint(len(value)) + value


def _fields(data: bytes) -> list[tuple[int, int | bytes]]:
    found: list[tuple[int, int | bytes]] = []
    at = 0
    while at < len(data):
        tag, at = _read_varint(data, at)
        value, at = _read_varint(data, at)
        if tag & 7 == VARINT:
            found.append((tag >> 3, value))
        elif tag & 7 == BYTES:
            found.append((tag >> 3, data[at : at + value]))
            at += value
        else:
            raise ValueError(f"wire type {tag & 7}")
    return found


def _read_varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at
