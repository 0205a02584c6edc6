"""Whatever people attach is called by its name, and no file makes that fail or last."""

import io
import tarfile
import zipfile
from random import Random

import pytest

from bot.media import KINDS, RAW, sniff
from bot.media.kinds import PATTERNS
from tests import pictures

BOX = b"\0\0\0\x14ftyp"
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'/>"
DOCTYPE = (
    b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd" [\n'
    b'<!ENTITY ns "http://ns.adobe.com/">\n]>\n'
)


def zipped(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, "x" * 200)
    return file.getvalue()


def opendocument(kind: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mimetype", b"application/" + kind)
    return file.getvalue()


def tarred() -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("boat.jpg"))
    return file.getvalue()


FILES: dict[str, tuple[bytes, ...]] = {
    "mov": (BOX + b"qt  \0\0\0\0qt  ",),
    "mp4": (BOX + b"isom\0\0\0\0mp41", BOX + b"3gp5\0\0\0\0"),
    "m4a": (BOX + b"M4A \0\0\0\0",),
    "cr3": (BOX + b"crx \0\0\0\x01crx isom",),
    "cr2": (b"II*\0\x10\0\0\0CR\x02\0",),
    "raf": (b"FUJIFILMCCD-RAW 0201",),
    "orf": (b"IIRO\x08\0\0\0", b"IIRS\x08\0\0\0", b"MMOR"),
    "rw2": (b"IIU\0\x18\0\0\0",),
    "crw": (b"II\x1a\0\0\0HEAPCCDR\x02\0",),
    "mrw": (b"\0MRM\0\x02",),
    "x3f": (b"FOVb\x02\0\x03\0",),
    "jp2": (pictures.encode(pictures.quarters((64, 48)), "JPEG2000"), b"\xff\x4f\xff\x51\0\x2f"),
    "jxl": (b"\xff\x0a\xfa\x7f", b"\0\0\0\x0cJXL \r\n\x87\n\0\0\0\x14ftypjxl "),
    "jxr": (b"II\xbc\x01",),
    "ico": (pictures.encode(pictures.quarters((64, 48)), "ICO"),),
    "cur": (b"\0\0\x02\0\x01\0  \0\0",),
    "ani": (b"RIFF\x24\0\0\0ACONanih",),
    "psd": (b"8BPS\0\x01",),
    "xcf": (b"gimp xcf v011",),
    "exr": (b"v/1\x01\x02\0\0\0",),
    "hdr": (b"#?RADIANCE\n",),
    "dds": (pictures.encode(pictures.quarters((64, 48)), "DDS"),),
    "qoi": (b"qoif\0\0\0\x40",),
    "ppm": (pictures.encode(pictures.quarters((64, 48)), "PPM"), b"P2\n# made by hand\n2 2\n"),
    "tga": (pictures.encode(pictures.quarters((64, 48)), "TGA"),),
    "emf": (b"\x01\0\0\0\x6c\0\0\0" + bytes(32) + b" EMF",),
    "wmf": (b"\xd7\xcd\xc6\x9a\0\0",),
    "eps": (pictures.encode(pictures.quarters((64, 48)), "EPS"), b"\xc5\xd0\xd3\xc6\x20\0\0\0"),
    "ps": (b"%!PS-Adobe-3.0\n", b"%!PS\n"),
    "pdf": (pictures.encode(pictures.quarters((64, 48)), "PDF"),),
    "webm": (b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82\x84webm",),
    "mkv": (b"\x1aE\xdf\xa3\xa3B\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82\x88matroska",),
    "avi": (b"RIFF\x24\0\0\0AVI LIST",),
    "wmv": (b"0&\xb2u\x8ef\xcf\x11\xa6\xd9",),
    "flv": (b"FLV\x01\x05",),
    "mpg": (b"\0\0\x01\xba\x44", b"\0\0\x01\xb3\x14"),
    "swf": (b"CWS\x0a\0\0",),
    "ogg": (b"OggS\0\x02",),
    "mp3": (b"ID3\x04\0", b"\xff\xfb\x90\x64\0\0", b"\xff\xf3\x90\x64\0\0"),
    "aac": (b"\xff\xf1\x50\x80\0",),
    "wav": (b"RIFF\x24\0\0\0WAVEfmt ",),
    "flac": (b"fLaC\0\0\0\x22",),
    "aiff": (b"FORM\0\0\0\x24AIFFCOMM",),
    "mid": (b"MThd\0\0\0\x06",),
    "docx": (zipped("[Content_Types].xml", "_rels/.rels", "word/document.xml"),),
    "xlsx": (zipped("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml"),),
    "pptx": (zipped("[Content_Types].xml", "_rels/.rels", "ppt/presentation.xml"),),
    "odt": (opendocument(b"vnd.oasis.opendocument.text"),),
    "epub": (opendocument(b"epub+zip"),),
    "zip": (zipped("boat.jpg"), zipped()),
    "rar": (b"Rar!\x1a\x07\x01\0",),
    "7z": (b"7z\xbc\xaf\x27\x1c\0\x04",),
    "gz": (b"\x1f\x8b\x08\0",),
    "bz2": (b"BZh91AY&SY",),
    "xz": (b"\xfd7zXZ\0\0\x04",),
    "tar": (tarred(),),
    "doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16),),
    "rtf": (b"{\\rtf1\\ansi",),
    "exe": (b"MZ\x90\0\x03\0",),
    "svg": (
        SVG,
        b"\xef\xbb\xbf" + SVG,
        b'<?xml version="1.0" encoding="UTF-8"?>\n' + SVG,
        b"\xef\xbb\xbf\n<?xml version='1.0'?>\n<!-- a > b -->\n<!-- drawn by hand -->\n" + DOCTYPE + SVG,
        b"<!-- <html> is not what follows -->" + SVG,
        b"<svg:svg xmlns:svg='http://www.w3.org/2000/svg'/>",
        ("\ufeff<?xml version='1.0' encoding='UTF-16'?>" + SVG.decode()).encode("utf-16-le"),
        ("\ufeff" + SVG.decode()).encode("utf-16-be"),
    ),
    "html": (
        b"<!DOCTYPE html>\n<html lang='en'>",
        b"\n<!-- served by a proxy --><HTML><head>",
        b'<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "xhtml1-strict.dtd"><html>',
        b"<head><title>404</title>",
    ),
    "xml": (b'<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>',),
    "json": (b'{"message": "This is no picture"}', b"[]", b'\n[ {"a": 1}]'),
    "txt": (b"This content is no longer available.", "Ein schönes Boot\r\n".encode(), "こんにちは".encode(), b"<div>"),
}


@pytest.mark.parametrize(("kind", "data"), [(kind, data) for kind, files in FILES.items() for data in files])
def test_what_people_try_has_a_name(kind: str, data: bytes) -> None:
    assert sniff(data) == kind


def test_every_kind_is_tried_here() -> None:
    assert {kind for kind, _ in PATTERNS} == {*KINDS, *FILES}


def test_a_heic_is_not_taken_for_what_a_later_box_speaks_of() -> None:
    assert sniff(BOX + b"mif1\0\0\0\0heic" + bytes(200) + b"avif") == "heic"


@pytest.mark.parametrize("data", [b"", b"\0", b"\xff", b"\xff\xfe", b"\xfe\xff\xd8", b"bell\a", bytes(5000)])
def test_what_has_no_name_gets_none(data: bytes) -> None:
    assert sniff(data) is None


def test_random_bytes_behind_any_beginning_raise_nothing() -> None:
    random = Random(8)
    beginnings = [b"", b"\xff\xfe", b"\xfe\xff", *(data for files in FILES.values() for data in files)]
    names = {kind for kind, _ in PATTERNS} | RAW | {None}
    for _ in range(5000):
        beginning = random.choice(beginnings)
        cut = beginning[: random.randrange(len(beginning) + 1)]
        assert sniff(cut + random.randbytes(random.randrange(300))) in names


@pytest.mark.parametrize("again", [b"<!---->", b"<!--", b"<?xml?>", b"<?xml ", b"<!DOCTYPE svg []>", b" ", b"<", b"{ "])
def test_no_prologue_takes_long(again: bytes) -> None:
    """What could be read in many ways is read in one: a pattern that tried them all would not end in this time."""
    assert sniff(again * 3000) in ("xml", "txt", "json")
