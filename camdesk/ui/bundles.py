"""Joins the style sheets and scripts of all apps into a few files, so that a cold page costs few requests.

There is no build: the sources are served as they are, one after another. An app puts its files into

    static/<app>/css/*.css          → app.css    what customers and agents share, and the cabinet
    static/<app>/css/desk/*.css     → desk.css   (all of the desk app's own files too)
    static/<app>/js/*.js            → app.js     plain scripts; each gets its own scope
    static/<app>/js/desk/*.js       → desk.js
    static/ui/css/dark.css          → dark.css   the dark values of the tokens

Style sheets are wrapped into cascade layers: ui's reset, tokens and base by name, its other files as components, the
files of all other apps as pages; so a page always wins over a component, whatever the order of files.
"""

import os
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

LAYERS = ("reset", "tokens", "base", "components", "pages")
BUNDLES = ("app.css", "dark.css", "desk.css", "app.js", "desk.js")
VENDOR = ("htmx.min.js",)


def layer(app: str, file: str) -> str:
    """The cascade layer of one style sheet: `("ui", "tokens.css")` → "tokens"."""
    if app != "ui":
        return "pages"
    stem = file.removesuffix(".css")
    if stem == "dark":
        return "tokens"
    if stem.startswith("page-"):
        return "pages"
    return stem if stem in LAYERS else "components"


def sources() -> dict[str, list[tuple[str, Path]]]:
    """The files of each bundle in their order: bundle name → [(app, path)]."""
    found: dict[str, list[tuple[str, Path]]] = {name: [] for name in BUNDLES}
    for app, static in _static_folders():
        if app == "ui":
            found["app.js"] += [("vendor", static / "vendor" / name) for name in VENDOR]
        for kind in ("css", "js"):
            for path in sorted((static / kind).glob(f"*.{kind}")):
                own = "dark" if (app, path.name) == ("ui", "dark.css") else "desk" if app == "desk" else "app"
                found[f"{own}.{kind}"].append((app, path))
            found[f"desk.{kind}"] += [(app, path) for path in sorted((static / kind / "desk").glob(f"*.{kind}"))]
    return found


def _static_folders() -> Iterator[tuple[str, Path]]:
    ours = [config for config in apps.get_app_configs() if config.name.startswith("camdesk.")]
    for config in sorted(ours, key=lambda config: config.label != "ui"):
        folder = Path(config.path) / "static" / config.label
        if folder.is_dir():
            yield config.label, folder


def joined(bundle: str, files: list[tuple[str, Path]]) -> str:
    """The text of one bundle."""
    if bundle.endswith(".css"):
        parts = [f"@layer {', '.join(LAYERS)};\n"]
        by_layer = sorted(files, key=lambda file: LAYERS.index(layer(file[0], file[1].name)))
        for app, path in by_layer:
            parts.append(f"@layer {layer(app, path.name)} {{\n{path.read_text()}}}\n")
        return "".join(parts)
    parts = []
    for app, path in files:
        text = path.read_text()
        # One script that fails must not take the others with it, and its names are its own.
        if app != "vendor":
            text = f'try {{ (() => {{\n"use strict"\n{text}}})() }} catch (error) {{ console.error(error) }}'
        parts.append(text)
    return "\n;\n".join(parts) + "\n"


class BundleStorage(FileSystemStorage):
    """The folder the joined files are written to; `open` and `path` are all that staticfiles and WhiteNoise ask for."""

    prefix = None

    def __init__(self) -> None:
        super().__init__(location=settings.DATA_DIR / "bundles")


class BundleFinder(BaseFinder):
    """Offers the bundles to collectstatic, to WhiteNoise and to the development server."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        self.storage = BundleStorage()
        self._seen: dict[str, tuple[tuple[str, int], ...]] = {}

    def _make(self, bundle: str, files: list[tuple[str, Path]]) -> Path:
        path = Path(self.storage.location) / bundle
        stamp = tuple((str(file), file.stat().st_mtime_ns) for _, file in files)
        if self._seen.get(bundle) != stamp or not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            text = joined(bundle, files)
            if not path.exists() or path.read_text() != text:
                # Renamed into place: two processes that start together must not read half a file.
                fresh = path.with_name(f"{bundle}.{os.getpid()}")
                fresh.write_text(text)
                fresh.replace(path)
            self._seen[bundle] = stamp
        return path

    def find(  # type: ignore[override]  # nothing found is [], as with Django's own finders; its stubs say None
        self, path: str, find_all: bool = False, **kwargs: object
    ) -> str | list[str]:
        found = [str(self._make(path, sources()[path]))] if path in BUNDLES else []
        if find_all:
            return found
        return found[0] if found else []

    def list(self, ignore_patterns: object) -> Iterator[tuple[str, FileSystemStorage]]:
        for bundle, files in sources().items():
            self._make(bundle, files)
            yield bundle, self.storage
