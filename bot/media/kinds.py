"""The kind of a file, by its first bytes."""

import codecs
import re

from .cameras import MAKERS, camera_kind

KINDS = ("jpeg", "png", "webp", "gif", "heic", "avif", "bmp", "tiff")
"""Those a video can start from."""
RAW = frozenset(("cr2", "cr3", "crw", "dng", "mrw", "orf", "raf", "raw", "rw2", "x3f", *MAKERS.values()))
"""Those that only a camera writes: whoever has one has a program that makes a JPEG of it."""

PROLOGUE = rb"(?i:(?:\xef\xbb\xbf)?(?>\s|<\?xml.*?\?>|<!--.*?-->|<!DOCTYPE(?!\s*html)[^>[]*(?:\[.*?\])?\s*>)*+)"
"""What may stand before the first element of an XML file. Nothing is matched twice, so that no file takes long."""
PATTERNS = (
    ("jpeg", rb"\xff\xd8\xff"),
    ("png", rb"\x89PNG\r\n\x1a\n"),
    ("gif", rb"GIF8"),
    ("bmp", rb"BM"),
    ("webp", rb"RIFF.{4}WEBP"),
    # in the family of mp4 a brand tells; "mif1" and "msf1" are of either kind, which the compatible brands tell apart
    ("avif", rb".{4}ftyp(?:avi[fs]|(?:mif1|msf1).{4}(?:.{4}){,32}?avi[fs])"),
    ("heic", rb".{4}ftyp(?:he[iv][cxms]|mif1|msf1)"),
    ("mov", rb".{4}ftypqt  "),
    ("cr3", rb".{4}ftypcrx "),
    ("m4a", rb".{4}ftypM4[AB] "),
    ("mp4", rb".{4}ftyp"),
    # cameras write their own files as a tiff, too: see there
    ("cr2", rb"II\*\0.{4}CR"),
    ("raf", rb"FUJIFILMCCD-RAW"),
    ("orf", rb"IIR[OS]|MMOR"),
    ("rw2", rb"IIU\0"),
    ("crw", rb"II\x1a\0{3}HEAPCCDR"),
    ("mrw", rb"\0MRM"),
    ("x3f", rb"FOVb"),
    ("tiff", rb"II[*+]\0|MM\0[*+]"),
    ("jp2", rb"\0\0\0\x0cjP  \r\n\x87\n|\xff\x4f\xff\x51"),
    ("jxl", rb"\0\0\0\x0cJXL \r\n\x87\n|\xff\n"),
    ("jxr", rb"II\xbc"),
    ("ico", rb"\0\0\x01\0[^\0]"),
    ("cur", rb"\0\0\x02\0[^\0]"),
    ("ani", rb"RIFF.{4}ACON"),
    ("psd", rb"8BPS"),
    ("xcf", rb"gimp xcf"),
    ("exr", rb"v/1\x01"),
    ("hdr", rb"#\?RADIANCE"),
    ("dds", rb"DDS "),
    ("qoi", rb"qoif"),
    ("ppm", rb"P[1-6]\s+[\d#]"),
    ("emf", rb"\x01\0\0\0.{36} EMF"),
    ("wmf", rb"\xd7\xcd\xc6\x9a"),
    ("eps", rb"%!PS-Adobe-[\d.]+ EPSF|\xc5\xd0\xd3\xc6"),
    ("ps", rb"%!PS"),
    ("pdf", rb"%PDF"),
    ("webm", rb"\x1aE\xdf\xa3.{,64}?webm"),
    ("mkv", rb"\x1aE\xdf\xa3"),
    ("avi", rb"RIFF.{4}AVI "),
    ("wmv", rb"0&\xb2u\x8ef\xcf\x11"),
    ("flv", rb"FLV\x01"),
    ("mpg", rb"\0\0\x01[\xba\xb3]"),
    ("swf", rb"[FCZ]WS[\x01-\x30]"),
    ("ogg", rb"OggS"),
    ("mp3", rb"ID3|\xff[\xfa\xfb\xf2\xf3\xe2\xe3]"),
    ("aac", rb"\xff[\xf0\xf1\xf8\xf9]"),
    ("wav", rb"RIFF.{4}WAVE"),
    ("flac", rb"fLaC"),
    ("aiff", rb"FORM.{4}AIF[FC]"),
    ("mid", rb"MThd"),
    ("docx", rb"PK\x03\x04.*?word/"),
    ("xlsx", rb"PK\x03\x04.*?xl/"),
    ("pptx", rb"PK\x03\x04.*?ppt/"),
    ("odt", rb"PK\x03\x04.{26}mimetypeapplication/vnd\.oasis\.opendocument\.text"),
    ("epub", rb"PK\x03\x04.{26}mimetypeapplication/epub"),
    ("zip", rb"PK(?:\x03\x04|\x05\x06|\x07\x08)"),
    ("rar", rb"Rar!\x1a\x07"),
    ("7z", rb"7z\xbc\xaf\x27\x1c"),
    ("gz", rb"\x1f\x8b"),
    ("bz2", rb"BZh[1-9]"),
    ("xz", rb"\xfd7zXZ\0"),
    ("tar", rb".{257}ustar"),
    ("doc", rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    ("rtf", rb"\{\\rtf"),
    ("exe", rb"MZ"),
    ("svg", PROLOGUE + rb"<(?:svg:)?svg[\s>]"),
    ("html", PROLOGUE + rb"(?i:<(?:!doctype\s+html|html|head|body|title|meta|script)\b)"),
    ("xml", rb"(?:\xef\xbb\xbf)?\s*<\?xml\s"),
    ("json", rb"(?:\xef\xbb\xbf)?\s*+(?:\{\s*[\"}]|\[\s*[]\[{\"\d-])"),
    ("tga", rb".\0[\x02\x03\n\v]\0{5}.{8}[\x08\x10\x18\x20]"),
    ("txt", rb"[^\0-\x08\x0e-\x1f\x7f\xc0\xc1\xf5-\xff]+\Z"),
)
"""What a file of a kind begins with; the first that fits counts. Source: the formats' own documents."""
READ = 4096  # bytes
KNOWN = [(kind, re.compile(pattern, re.DOTALL)) for kind, pattern in PATTERNS]


def sniff(data: bytes) -> str | None:
    """The kind of file by its first bytes ("jpeg", "gif", "pdf", …), or None. Whatever they are, nothing is raised."""
    head = data[:READ]
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        head = head.decode("utf-16", "ignore").encode()
    kind = next((kind for kind, pattern in KNOWN if pattern.match(head)), None)
    return (camera_kind(data) or kind) if kind == "tiff" else kind
