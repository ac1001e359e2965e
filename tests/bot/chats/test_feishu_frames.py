"""The hand-written frames are those of the platform; the bytes here were made by the SDK's own protobuf."""

import pytest

from tests.emulators.feishu_frames import CONTROL, DATA, Frame, decode, encode, split

PING = "08001000180720002a0c0a0474797065120470696e67"
EVENT = (
    "08ac021007182120012a0d0a047479706512056576656e742a160a0a6d6573736167655f6964"
    "1208e6b688e681af2d3142026162"
)  # fmt: skip
EVENT_FRAME = Frame(DATA, (("type", "event"), ("message_id", "消息-1")), b"ab", 33, 300, 7)


def test_a_frame_is_written_and_read_as_the_sdk_does() -> None:
    assert encode(Frame(CONTROL, (("type", "ping"),), service=7)).hex() == PING
    assert encode(EVENT_FRAME).hex() == EVENT
    assert decode(bytes.fromhex(EVENT)) == EVENT_FRAME


@pytest.mark.parametrize("size", [0, 1, 127, 128, 16383, 16384, 100_000])
def test_what_is_written_is_read_back_at_any_length(size: int) -> None:
    frame = Frame(DATA, (("type", "event"),), b"x" * size, 7, 2**63, 1)
    assert decode(encode(frame)) == frame


def test_fragments_make_the_whole_again() -> None:
    pieces = split(EVENT_FRAME, "m1", 2)
    assert b"".join(piece.payload for piece in pieces) == b"ab"
    assert [piece.header("seq") for piece in pieces] == ["0", "1"]
    assert {piece.header("sum") for piece in pieces} == {"2"}
