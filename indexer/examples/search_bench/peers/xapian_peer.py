"""Xapian beside Redwell's search, asked the same questions. `search_bench` writes this file out and runs it.

`xapian_peer.py index TEXTS PLACE` indexes texts, each preceded by its length in bytes (four bytes, the highest first), and
prints what that took. `xapian_peer.py ask PLACE QUERIES` answers a question a line until there are no more. Answers are JSON,
one a line. Words are what TermGenerator makes of a text: in lower case, unstemmed, with positions. It asks nothing that
Xapian 1.4 lacks; such a question is refused.
"""

import json
import resource
import struct
import sys
import time

import xapian

# Hits gathered of each query.
PAGE = 50


def status(name):
    """A line of this process's memory, in bytes."""
    with open("/proc/self/status", encoding="ascii") as lines:
        for line in lines:
            if line.startswith(name + ":"):
                return int(line.split()[1]) * 1024
    return 0


def processor_seconds():
    """Processor time of this process so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def index(texts, place):
    """Builds the index with the one thread that Xapian writes with. As always, it gathers ten thousand documents first."""
    began, before = time.monotonic(), processor_seconds()
    database = xapian.WritableDatabase(place, xapian.DB_CREATE_OR_OVERWRITE)
    generator = xapian.TermGenerator()
    with open(texts, "rb", buffering=1 << 20) as content:
        while length := content.read(4):
            document = xapian.Document()
            generator.set_document(document)
            generator.index_text(content.read(struct.unpack(">I", length)[0]))
            database.add_document(document)
    database.commit()
    database.close()
    say(
        name="Xapian " + xapian.version_string(),
        seconds=time.monotonic() - began,
        cpu_seconds=processor_seconds() - before,
        peak_bytes=status("VmHWM"),
    )


def word(text):
    """A word, or all that begin like it."""
    if text.endswith("*"):
        every = (0, xapian.Query.WILDCARD_LIMIT_ERROR, xapian.Query.OP_SYNONYM)
        return xapian.Query(xapian.Query.OP_WILDCARD, text[:-1], *every)
    return xapian.Query(text)


def near(distance, one, other):
    """Any of some words near any of others. Xapian takes single words only, so each pair is written out."""
    pairs = [[word(a), word(b)] for a in one.split(" ") for b in other.split(" ")]
    # A window counts its words, a distance the steps between them.
    return xapian.Query(xapian.Query.OP_OR, [xapian.Query(xapian.Query.OP_NEAR, pair, distance + 1) for pair in pairs])


def query(kind, *rest):
    """A question as Xapian's query; None for what it cannot be asked."""
    if kind == "word":
        return word(rest[0])
    if kind == "and":
        return xapian.Query(xapian.Query.OP_AND, [word(text) for text in rest])
    if kind == "or":
        return xapian.Query(xapian.Query.OP_OR, [word(text) for text in rest])
    if kind == "not":
        return xapian.Query(xapian.Query.OP_AND_NOT, word(rest[0]), word(rest[1]))
    if kind == "phrase":
        return xapian.Query(xapian.Query.OP_PHRASE, [word(text) for text in rest], len(rest))
    if kind == "near":
        return near(int(rest[0]), rest[1], rest[2])
    if kind == "pattern" and rest[0].find("*") == len(rest[0]) - 1:
        return word(rest[0])
    return None


def answer(database, line):
    """Gathers the first page and the exact count."""
    try:
        asked = query(*line.rstrip("\n").split("\t"))
    except xapian.UnimplementedError as why:
        return {"refused": str(why)}
    if asked is None:
        return {"refused": "it has no such query"}
    enquire = xapian.Enquire(database)
    enquire.set_query(asked)
    every = database.get_doccount()
    began = time.perf_counter_ns()
    found = enquire.get_mset(0, PAGE, every)
    took = time.perf_counter_ns() - began
    return {"nanoseconds": took, "documents": found.get_matches_estimated()}


def ask(place, queries):
    """Answers until there are no more questions. Each was asked once before, so that what it needs is in memory."""
    database = xapian.Database(place)
    with open(queries, encoding="utf-8") as lines:
        for line in lines:
            answer(database, line)
    say(name="Xapian " + xapian.version_string())
    for line in sys.stdin:
        say(**answer(database, line))


def say(**what):
    """Prints a line."""
    print(json.dumps(what), flush=True)


if __name__ == "__main__":
    {"index": index, "ask": ask}[sys.argv[1]](*sys.argv[2:])
