"""The kind of a file, by its first bytes."""

KINDS = ("jpeg", "png", "webp", "gif", "heic", "avif", "bmp", "tiff")
"""Those a video can start from."""

MAGIC = (
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF8", "gif"),
    (b"BM", "bmp"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"II+\x00", "tiff"),
    (b"MM\x00+", "tiff"),
    (b"%PDF", "pdf"),
    (b"8BPS", "psd"),
    (b"\x1aE\xdf\xa3", "webm"),
    (b"PK\x03\x04", "zip"),
    (b"<svg", "svg"),
)

AVIF = (b"avif", b"avis")
HEIC = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"hevm", b"hevs")
EITHER = (b"mif1", b"msf1")
"""Brands after `ftyp`: of pictures in AV1, in HEVC, and of either, which their compatible brands tell apart.

Source: ISO/IEC 23008-12 and the AV1 Image File Format. Another brand is a video's.
"""


def sniff(data: bytes) -> str | None:
    """The kind of file by its first bytes ("jpeg", "gif", "pdf", …), or None."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    if data[4:8] == b"ftyp":
        return read_brand(data)
    return next((kind for magic, kind in MAGIC if data.startswith(magic)), None)


def read_brand(data: bytes) -> str:
    """The kind within the family of mp4."""
    brand = data[8:12]
    if brand in EITHER:
        end = min(int.from_bytes(data[:4], "big"), 1024)
        return "avif" if any(data[at : at + 4] in AVIF for at in range(16, end, 4)) else "heic"
    if brand in AVIF:
        return "avif"
    if brand in HEIC:
        return "heic"
    return "mov" if brand == b"qt  " else "mp4"
