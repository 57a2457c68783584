"""The test cases of Autobahn|Testsuite, unchanged, for Python 3.

The suite is written for Python 2, but its cases need little of it: their sources are adapted while they are imported,
byte strings become strings of the characters U+0000 to U+00FF, and what they use of the library `autobahn` is given the
shape it had then. Nothing of the suite is copied or written anywhere.
"""

import binascii
import builtins
import contextlib
import importlib.abc
import importlib.util
import pathlib
import re
import sys
import types

from autobahn.websocket import compress, utf8validator

PYTHON_3_FOR_2 = (
    (r"(?m)^(\s*)from (case\w*) import", r"\1from .\2 import"),  # imports were relative to the package
    (r"(?m)^(\s*)print[ \t]+(.+)$", r"\1print(\2)"),
    (r"(?m)^(\s*)print[ \t]*$", r"\1print()"),
    (r"(?m)^\s+implements\(.*\)$", ""),  # of zope.interface: a function no more
    (r"\(object,\s*Case,?\s*\)", "(Case,)"),  # an order of bases that Python 3 refuses
    (r"len\(self\.payload\) / self\.p", "len(self.payload) // self.p"),
)
NAMES_OF_PYTHON_2 = {"xrange": range, "unichr": chr, "unicode": str, "long": int}


def to_bytes(text):
    """A byte string of Python 2."""
    return text.encode("latin-1") if isinstance(text, str) else text


class CaseLoader(importlib.abc.Loader):
    def __init__(self, file):
        self.file = file

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        source = self.file.read_bytes().decode("latin-1").replace("\r\n", "\n")
        for pattern, replacement in PYTHON_3_FOR_2:
            source = re.sub(pattern, replacement, source)
        vars(module).update(NAMES_OF_PYTHON_2)
        builtins.exec(compile(source, str(self.file), "exec"), vars(module))


class CaseFinder(importlib.abc.MetaPathFinder):
    """Finds the suite's package `case`, and nothing else of it."""

    def __init__(self, package):
        self.package = package

    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] != "case":
            return None
        file = self.package.joinpath(*name.split("."))
        if file.is_dir():
            return importlib.util.spec_from_file_location(
                name, file / "__init__.py", loader=CaseLoader(file / "__init__.py"),
                submodule_search_locations=[str(file)])
        file = file.with_suffix(".py")
        return importlib.util.spec_from_file_location(name, file, loader=CaseLoader(file)) if file.is_file() else None


class Utf8Validator:
    """Takes the strings that stand for bytes."""

    def __init__(self):
        self._validator = utf8validator_of_today()
        self.reset = self._validator.reset

    def validate(self, text):
        return self._validator.validate(to_bytes(text))


class PerMessageDeflateOffer(compress.PerMessageDeflateOffer):
    """With the parameters' names of its time."""

    def __init__(self, acceptNoContextTakeover=True, acceptMaxWindowBits=True, requestNoContextTakeover=False,
                 requestMaxWindowBits=0):
        super().__init__(acceptNoContextTakeover, acceptMaxWindowBits, requestNoContextTakeover, requestMaxWindowBits)
        self.requestNoContextTakeover = requestNoContextTakeover
        self.requestMaxWindowBits = requestMaxWindowBits


utf8validator_of_today = utf8validator.Utf8Validator


@contextlib.contextmanager
def as_it_was(package):
    """What the cases import, in the shape they know."""
    hexadecimal = types.ModuleType("binascii")
    hexadecimal.b2a_hex = hexadecimal.hexlify = lambda data: binascii.hexlify(to_bytes(data)).decode()
    hexadecimal.a2b_hex = hexadecimal.unhexlify = lambda text: binascii.unhexlify(text).decode("latin-1")
    resources = types.ModuleType("pkg_resources")
    resources.resource_filename = lambda _, name: str(package / name)

    modules = {"binascii": hexadecimal, "pkg_resources": resources}
    present = {name: sys.modules.get(name) for name in modules}
    offer = compress.PerMessageDeflateOffer
    finder = CaseFinder(package)
    sys.modules.update(modules)
    sys.meta_path.insert(0, finder)
    utf8validator.Utf8Validator, compress.PerMessageDeflateOffer = Utf8Validator, PerMessageDeflateOffer
    try:
        yield
    finally:
        utf8validator.Utf8Validator, compress.PerMessageDeflateOffer = utf8validator_of_today, offer
        sys.meta_path.remove(finder)
        for name, module in present.items():
            if module is None:
                del sys.modules[name]
            else:
                sys.modules[name] = module


class Suite:
    """`cases`: from ids such as "7.1.1" to classes, in their order. `categories`: from "7" to what it is about."""

    def __init__(self, folder):
        package = pathlib.Path(folder) / "autobahntestsuite"
        if not (package / "case").is_dir():
            raise SystemExit(f"{folder} does not hold the package autobahntestsuite")
        with as_it_was(package):
            import case
        case.Case1_1_1.__mro__[1].compare = lambda self, one, other: one == other  # it compared pickles of them
        self.cases = {c.__name__.removeprefix("Case").replace("_", "."): c for c in case.Cases}
        self.categories = dict(case.CaseCategories)
        self.version = re.search(r"__version__ = ['\"]([^'\"]+)", (package / "_version.py").read_text())[1]
