"""Pictures and files beside text: checked, put into a session, told of or shown.

One rule. A problem's parts are files of its session. The first user message of a context tells their names to
every model, and shows the pictures among them to a model that sees (`sees_images`). What a program displays
as PNG is shown to such a model as a part of the output; a picture that cannot be shown is told of in words.
"""

import base64
import re
import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from mimetypes import guess_type
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from reckon.errors import UsageError
from reckon.values import Content, Execution, File, Image, Message, Part, Segment, Text

if TYPE_CHECKING:
    from reckon.protocols import Model, Session

Pictures: TypeAlias = tuple[Image, ...]
MOST_PARTS = 64
MOST_BYTES = 8 << 20  # of one part's file
MOST_SIDE = 8_000  # pixels
MOST_PIXELS = 16_000_000
MOST_SHOWN = 8  # pictures of one run
UNBOUNDED = 1 << 30  # tokens
UNKNOWN_TOKENS = 1_600  # of a picture whose size cannot be told

FILES = "\n\nFiles in the working directory: {files}."
UNSEEN = "[{image}, which is not shown: this model takes text only]"
LEFT_OUT = "[a displayed picture was not shown: {why}]"

_SUFFIX = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif"}
_UNSAFE = re.compile(r"[\x00-\x1f\x7f\\]|^/|^$|(^|/)\.")
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # by the colour type of a PNG file
_HEAD = 1 << 20  # characters of base64 in which a JPEG file's size stands, after profiles and thumbnails


def check_parts(parts: Iterable[Part], where: str) -> None:
    """Raise UsageError, naming `where` and the part, for what cannot be a file of a session or a picture."""
    parts = tuple(parts)
    if len(parts) > MOST_PARTS:
        raise UsageError(f"{where}: wanted at most {MOST_PARTS} parts, got {len(parts)}")
    for number, (name, part) in enumerate(zip(names_of(parts), parts, strict=True), 1):
        try:
            _check_part(name, part)
        except ValueError as error:
            raise UsageError(f"{where}: part {number}: {error}") from None
    names = [name for name in names_of(parts) if name]
    if twice := next((name for name in names if names.count(name) > 1), ""):
        raise UsageError(f"{where}: two parts are called {twice!r}: give each a path of its own")


def read_part(path: str | Path) -> Image | File:
    """A file of this machine as a part of a problem, by its own name. Raises UsageError."""
    file = Path(path)
    try:
        with file.open("rb") as opened:
            data = opened.read(MOST_BYTES + 1)
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from None
    mime = guess_type(file.name)[0] or "application/octet-stream"
    text = base64.b64encode(data).decode("ascii")
    part = Image(text, mime, file.name) if mime in _SUFFIX else File(file.name, mime, text)
    check_parts([part], str(path))
    return part


def names_of(parts: Iterable[Part]) -> tuple[str, ...]:
    """The name of each in the working directory, "" for a text; a picture without one is image_1.png."""
    names, number = [], 0
    for part in parts:
        if isinstance(part, Image):
            number += 1
            names.append(part.path or f"image_{number}.{_SUFFIX.get(part.mime, 'bin')}")
        else:
            names.append(part.path if isinstance(part, File) else "")
    return tuple(names)


def images_of(parts: Iterable[Part]) -> tuple[tuple[str, Image], ...]:
    """(name, picture) of the pictures among the parts."""
    parts = tuple(parts)
    return tuple((n, p) for n, p in zip(names_of(parts), parts, strict=True) if isinstance(p, Image))


async def put_parts(session: "Session", parts: Sequence[Part]) -> None:
    """Make the files. Raises UsageError for a session that takes none."""
    for name, data in files_of(parts).items():
        put = getattr(session, "put", None)
        if put is None:
            raise UsageError(f"the problem has files, and {type(session).__name__} has no `put` to take them")
        await put(name, data)


def files_of(parts: Sequence[Part]) -> Mapping[str, bytes]:
    """Name and content of the files that the parts make."""
    held = zip(names_of(parts), parts, strict=True)
    return {name: base64.b64decode(part.data) for name, part in held
            if not isinstance(part, Text) and part.data is not None}  # fmt: skip


def as_shown(
    message: Message, context: Iterable[Segment], *, parts: Sequence[Part], model: "Model"
) -> Message:
    """The message as the model is shown it after `context`; the first of a user brings the problem's parts.

    Raises UsageError for a picture that is none.
    """
    check_parts(() if isinstance(message.content, str) else message.content, "prompt")
    first = message.role == "user" and not any(s.kind == "prompt" and s.role == "user" for s in context)
    return replace(message, content=content_of(message.content, parts if first else (), sees=sees(model)))


def content_of(content: Content, parts: Sequence[Part], *, sees: bool) -> Content:
    """`content` with the parts of the problem, as a model is shown it; one with pictures keeps to its own."""
    own = (Text(content),) if isinstance(content, str) else content
    if parts and all(isinstance(part, Text) for part in own):
        pictures = tuple(picture for _, picture in images_of(parts)) if sees else ()
        own = (*pictures, *own, Text(_told(parts)))
    if sees and any(isinstance(part, Image) for part in own):
        return tuple(part if isinstance(part, Image) else Text(_in_words(part)) for part in own)
    return "".join(map(_in_words, own)) if parts or not isinstance(content, str) else content


def shown_of(execution: Execution, model: "Model", room: int) -> tuple[str, Pictures]:
    """What a model is shown of a run: its output and, if it sees, pictures displayed, in `room` tokens.

    A program says what a display holds: only what is a whole PNG file is shown, as a server refuses others;
    the output says of the rest why they are not.
    """
    if not sees(model):
        return execution.output, ()
    shown: list[Image] = []
    whys: list[str] = []
    for display in execution.displays:
        if "image/png" not in display.data:
            continue
        picture = Image("".join(display.data["image/png"].split()))
        why = _why_unfit(picture, room, len(shown))
        if why:
            whys.append(LEFT_OUT.format(why=why))
        else:
            shown.append(picture)
            room -= image_tokens(picture)
    return "\n".join(filter(None, (execution.output, *whys[:MOST_SHOWN]))), tuple(shown)


def picture_of(png: bytes) -> tuple[Image, tuple[int, int]]:
    """A picture that a program gave, and its (width, height). Raises ValueError for what cannot be shown."""
    if not isinstance(png, bytes):
        raise ValueError(f"wanted the bytes of a PNG file, got {type(png).__name__}")
    picture = Image(base64.b64encode(png).decode("ascii"))
    size = size_of(picture)
    if size is None or (why := _why_unfit(picture, UNBOUNDED, 0)):
        raise ValueError(why if size else "wanted the bytes of a PNG file")
    return picture, size


def in_turn(output: str, pictures: Pictures) -> Message:
    """An output with pictures: no chat form takes those in the model's own turn."""
    return Message("user", (Text(output), *pictures))


def sees(model: "Model") -> bool:
    """Whether the model is shown pictures: it says so by `sees_images`; one without that does not see."""
    return bool(getattr(model, "sees_images", False))


def weigh(model: "Model", segments: Iterable[Segment]) -> int:
    """Tokens of the segments, estimated where the model gives no ids."""
    return sum(
        len(s.ids) if s.ids is not None else model.count(s.text) + tokens_of(s.parts) for s in segments
    )


def image_tokens(image: Image) -> int:
    """What a picture takes of a context, estimated: the larger of two published rules.

    170 for each tile of 512 x 512 pixels and 85 besides; one for each patch of 28 x 28 pixels.
    """
    size = size_of(image)
    if size is None:
        return UNKNOWN_TOKENS
    width, height = (min(side, 2048) for side in size)
    return max(85 + 170 * -(-width // 512) * -(-height // 512), -(-width // 28) * -(-height // 28))


def tokens_of(parts: Iterable[Part]) -> int:
    """`image_tokens` of all the pictures."""
    return sum(image_tokens(part) for part in parts if isinstance(part, Image))


def size_of(image: Image) -> tuple[int, int] | None:
    """(width, height) in pixels as the file's head says, None where it says none."""
    try:
        head = base64.b64decode(image.data[: _HEAD if image.mime == "image/jpeg" else 64])
    except ValueError:
        return None
    if image.mime == "image/png" and head[:8] == b"\x89PNG\r\n\x1a\n" and head[12:16] == b"IHDR":
        return struct.unpack(">II", head[16:24]) if len(head) >= 24 else None
    if image.mime == "image/gif" and head[:6] in (b"GIF87a", b"GIF89a") and len(head) >= 10:
        return struct.unpack("<HH", head[6:10])
    return _jpeg_size(head) if image.mime == "image/jpeg" and head[:2] == b"\xff\xd8" else None


def _check_part(name: str, part: Part) -> None:
    """Raises ValueError."""
    if isinstance(part, Text):
        return
    if len(name) > 200 or _UNSAFE.search(name):
        raise ValueError(f"wanted a path inside the working directory, like 'a/b.png', got {name!r:.100}")
    if part.data is None:
        return
    try:
        size = len(part.data) * 3 // 4 - 2
        size = len(base64.b64decode(part.data, validate=True)) if size <= MOST_BYTES else size
    except ValueError as error:
        raise ValueError(f"{name}: its data is no base64: {error}") from None
    if size > MOST_BYTES:
        raise ValueError(f"{name}: wanted at most {MOST_BYTES} bytes")
    if isinstance(part, Image):
        _check_image(name, part)


def _check_image(name: str, image: Image) -> None:
    if image.mime not in _SUFFIX:
        raise ValueError(f"{name}: wanted a picture of type {', '.join(_SUFFIX)}, got {image.mime!r}")
    size = size_of(image)
    if size is None:
        raise ValueError(f"{name}: its data is no file of type {image.mime}")
    if not 0 < min(size) <= max(size) <= MOST_SIDE or size[0] * size[1] > MOST_PIXELS:
        raise ValueError(
            f"{name}: wanted sides of 1 to {MOST_SIDE} pixels and at most {MOST_PIXELS} pixels, "
            f"got {size[0]} x {size[1]}: make it smaller"
        )


def _why_unfit(picture: Image, room: int, shown: int) -> str:
    """Why a displayed picture is not shown after `shown` others, "" if it is."""
    try:
        _check_part("it", picture)
    except ValueError as error:
        return str(error)
    if not _is_whole_png(base64.b64decode(picture.data)):
        return "it is no whole PNG file"
    if shown == MOST_SHOWN:
        return f"a run shows at most {MOST_SHOWN}"
    tokens = image_tokens(picture)
    return f"it takes {tokens} tokens, and there is room for {max(0, room)}" if tokens > room else ""


def _is_whole_png(data: bytes) -> bool:
    """Whether all chunks are there with their checksums, and unpack to as many bytes as the pixels want."""
    chunks = list(_chunks(data))
    kinds = [kind for kind, _, _ in chunks]
    if kinds[:1] != [b"IHDR"] or kinds[-1:] != [b"IEND"] or not all(sound for _, _, sound in chunks):
        return False
    head = chunks[0][1].ljust(13)
    width, height = int.from_bytes(head[:4], "big"), int.from_bytes(head[4:8], "big")
    depth, colours, interlaced = head[8], head[9], head[12]
    if interlaced or colours not in _CHANNELS or (colours == 3 and b"PLTE" not in kinds):
        return False
    wanted = height * (1 + -(-width * depth * _CHANNELS[colours] // 8))
    return _unpacked(b"".join(body for kind, body, _ in chunks if kind == b"IDAT"), wanted) == wanted


def _unpacked(packed: bytes, most: int) -> int:
    """How many bytes `packed` unpacks to, -1 for what is broken or more than `most`; none of them is kept."""
    unpacking, size = zlib.decompressobj(), 0
    try:
        while not unpacking.eof and size <= most:
            piece = unpacking.decompress(packed, 1 << 16)
            packed = unpacking.unconsumed_tail
            if not piece and not packed:
                return -1
            size += len(piece)
    except zlib.error:
        return -1
    return size if size <= most else -1


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes, bool]]:
    """(kind, body, whether it is whole and its checksum is right) of each chunk of a PNG file."""
    at = 8
    while at < len(data):
        end = at + 12 + int.from_bytes(data[at : at + 4], "big")
        body = data[at + 4 : end - 4]
        checksum = int.from_bytes(data[end - 4 : end], "big")
        yield body[:4], body[4:], end <= len(data) and checksum == zlib.crc32(body)
        at = end


def _jpeg_size(head: bytes) -> tuple[int, int] | None:
    """From the frame's header, which stands after any number of other segments."""
    at = 2
    while at + 9 <= len(head) and head[at] == 0xFF:
        if head[at + 1] in range(0xC0, 0xD0) and head[at + 1] not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", head[at + 5 : at + 9])
            return width, height
        at += 2 + int.from_bytes(head[at + 2 : at + 4], "big")
    return None


def _in_words(part: Part) -> str:
    if isinstance(part, Text):
        return part.text
    return UNSEEN.format(image=_described(part.path, part)) if isinstance(part, Image) else f"[{part.path}]"


def _told(parts: Sequence[Part]) -> str:
    named = [_described(n, p) for n, p in zip(names_of(parts), parts, strict=True) if not isinstance(p, Text)]
    texts = "".join(part.text for part in parts if isinstance(part, Text))
    return texts + (FILES.format(files=", ".join(named)) if named else "")


def _described(name: str, part: Any) -> str:
    """`chart.png (image/png, 320 x 240 pixels)`."""
    size = size_of(part) if isinstance(part, Image) else None
    return f"{name or 'a picture'} ({part.mime}{', {} x {} pixels'.format(*size) if size else ''})"
