"""What a file is, by its bytes."""

import pytest

from camdesk.lib.filenames import content_disposition
from camdesk.lib.sniffing import HEAD, OCTETS, inert_headers, is_picture, sniff, stated_type

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 20
ROWS = {
    "a PNG": (PNG, "image/png"),
    "a JPEG": (b"\xff\xd8\xff\xe0\x00\x10JFIF", "image/jpeg"),
    "a GIF": (b"GIF89a\x01\x00", "image/gif"),
    "a WebP": (b"RIFF\x24\x00\x00\x00WEBPVP8 ", "image/webp"),
    "an MP4": (b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00", "video/mp4"),
    "an MP4 of a phone": (b"\x00\x00\x00\x18ftypisom\x00\x00\x00\x00", "video/mp4"),
    "a QuickTime film": (b"\x00\x00\x00\x14ftypqt  ", "video/quicktime"),
    "an iPhone photo": (b"\x00\x00\x00\x18ftypheic", "image/heic"),
    "an AVIF": (b"\x00\x00\x00\x18ftypavif", "image/avif"),
    "a sound": (b"RIFF\x24\x00\x00\x00WAVEfmt ", "audio/wav"),
    "a PDF": (b"%PDF-1.7\n", "application/pdf"),
    "a ZIP and everything built on it": (b"PK\x03\x04\x14\x00", "application/zip"),
    "a Windows program": (b"MZ\x90\x00", "application/vnd.microsoft.portable-executable"),
    "a Linux program": (b"\x7fELF\x02", "application/x-elf"),
    "plain Russian text": ("Камера не в сети с 9:15.\n".encode(), "text/plain"),
    "text with numbers and signs": (b"a < b && c > d, 5<6\n", "text/plain"),
    "a log with tabs": (b"12:00\tcam1\tonline\r\n", "text/plain"),
    "a page": (b"<html><script>alert(1)</script>", OCTETS),
    "a page behind text": (b"hello\n" * 50 + b"<script>alert(1)</script>", OCTETS),
    "a page behind blanks": (b"   \n\t<!DOCTYPE html>", OCTETS),
    "a page behind a byte order mark": (b"\xef\xbb\xbf<html>", OCTETS),
    "an SVG": (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", OCTETS),
    "an SVG with an XML head": (b"<?xml version='1.0'?><svg/>", OCTETS),
    "a stylesheet of XML": (b"<?xml-stylesheet href='x'?>", OCTETS),
    "PHP": (b"<?php system('id');", OCTETS),
    "a shell script": (b"#!/bin/sh\nrm -rf /\n", OCTETS),
    "PostScript": (b"%!PS-Adobe-3.0", OCTETS),
    "a page in UTF-16": ("<html>".encode("utf-16"), OCTETS),
    "a page in UTF-7 is only text of ASCII": (b"+ADw-script+AD4-", "text/plain"),
    "text in another coding": ("Камера".encode("cp1251"), OCTETS),
    "text with a NUL": (b"abc\x00def", OCTETS),
    "nothing": (b"", OCTETS),
    "random bytes": (bytes(range(200, 256)), OCTETS),
    "the word PNG in text": (b"PNG is a format\n", "text/plain"),
    "a PNG head that starts late": (b" " + PNG, OCTETS),
}


@pytest.mark.parametrize(("head", "kind"), ROWS.values(), ids=ROWS)
def test_sniff(head: bytes, kind: str):
    assert sniff(head, size=len(head)) == kind


def test_text_cut_inside_a_letter_is_still_text():
    head = ("Ы" * HEAD).encode()[: HEAD - 1]
    assert sniff(head) == "text/plain"
    assert sniff(head, size=len(head)) == OCTETS, "but not when the file really ends inside a letter"


@pytest.mark.parametrize(
    ("kind", "stated"),
    [
        ("image/png", "image/png"),
        ("image/jpeg", "image/jpeg"),
        ("image/gif", "image/gif"),
        ("image/webp", "image/webp"),
        ("video/mp4", "video/mp4"),
        ("text/plain", "text/plain; charset=utf-8"),
        ("application/pdf", OCTETS),
        ("image/svg+xml", OCTETS),
        ("text/html", OCTETS),
        ("image/heic", OCTETS),
        ("application/zip", OCTETS),
        ("image/bmp", OCTETS),
        ("", OCTETS),
    ],
)
def test_only_the_short_list_is_named(kind: str, stated: str):
    assert stated_type(kind) == stated


def test_previews_are_made_of_pictures_only():
    assert is_picture("image/png")
    assert not is_picture("video/mp4")
    assert not is_picture("image/svg+xml")


def test_every_answer_with_a_file_carries_the_headers_that_keep_it_inert():
    headers = inert_headers("text/html", disposition=content_disposition("x.html"))
    assert headers == {
        "Content-Type": "application/octet-stream",
        "Content-Disposition": 'attachment; filename="x.html"',
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "no-store",
    }
