"""XML of map files: no entities, no document type, names without namespaces."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from planner.inputs.problem import InputError

_DEEPEST = 100
_LARGEST_MB = 60  # the tree takes some ten times as much memory
_NO_LETTER = 4  # expat's XML_ERROR_INVALID_TOKEN


def parse(content: bytes, file: str) -> Element:
    """Parse XML whose elements and attributes alone matter; anything active is refused."""
    if len(content) > _LARGEST_MB * 1_000_000:
        raise InputError(
            file, "", f"it holds {len(content) / 1e6:,.0f} MB of XML, more than {_LARGEST_MB} MB",
            "cut the map to the site, or export it as GeoPackage or PBF",
        )  # fmt: skip
    try:
        root: Element = fromstring(content, forbid_dtd=True)
    except DefusedXmlException:
        raise InputError(
            file, "", "the file defines entities or a document type, which maps do not need",
            "such files are refused; export the map again",
        ) from None  # fmt: skip
    except ParseError as broken:
        line, column = broken.position
        said, remedy = "the XML is damaged or cut off here", "export or download it again"
        if broken.code == _NO_LETTER and not _is_utf8(content):
            said, remedy = "the letters here are not in UTF-8, as the file says", "save it as UTF-8"
        raise InputError(file, f"line {line}, column {column + 1}", said, remedy) from None
    except (ValueError, LookupError):
        raise InputError(
            file, "", "the text is not in the encoding it declares", "export the map as UTF-8"
        ) from None
    _check_depth(root, file)
    return root


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _check_depth(root: Element, file: str) -> None:
    level, depth = [root], 0
    while level:
        depth += 1
        if depth > _DEEPEST:
            raise InputError(
                file, "", f"the content is nested more than {_DEEPEST} levels deep",
                "export the map again",
            )  # fmt: skip
        level = [child for element in level for child in element]


def local(element: Element) -> str:
    """Return the name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def children(element: Element, *names: str) -> Iterator[Element]:
    """Yield direct children of any of these names."""
    return (child for child in element if local(child) in names)


def text_of(element: Element, name: str) -> str:
    """Return the text of the first child of this name, empty without one."""
    found = next(children(element, name), None)
    return (found.text or "").strip() if found is not None else ""
