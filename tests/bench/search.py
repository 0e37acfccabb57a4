#!/usr/bin/env python3
"""A peer's search over folded texts: `search.py sqlite3|tantivy TEXTS QUESTIONS FOLDER`.

TEXTS has a number and a text in each line, QUESTIONS for each kind a list of {words, phrase, prefix, beside}. Prints the
seconds of each question, newest 50 first, the rows of each kind, and the seconds that the index took.
"""

import json
import sys
import time
from pathlib import Path

PAGE = 50


def main() -> None:
    module, texts, questions, folder = sys.argv[1:]
    started = time.perf_counter()
    ask = {"sqlite3": fts5, "tantivy": tantivy}[module](rows(texts), Path(folder))
    build = time.perf_counter() - started
    seconds, found = {}, {}
    for kind, asked in json.loads(Path(questions).read_text()).items():
        seconds[kind], found[kind] = [], 0
        for question in asked:
            started = time.perf_counter()
            page = ask(question)
            seconds[kind].append(time.perf_counter() - started)
            found[kind] += len(page)
    print(json.dumps({"seconds": seconds, "rows": found, "build": build}))


def rows(texts):
    with open(texts, encoding="utf-8") as lines:
        for line in lines:
            number, text = line.rstrip("\n").split("\t", 1)
            yield int(number), text


def fts5(rows, folder):
    """A plain table: its text stored, no further option."""
    import sqlite3

    database = sqlite3.connect(folder / "fts5.db")
    database.execute("CREATE VIRTUAL TABLE document USING fts5 (words)")
    database.executemany("INSERT INTO document (rowid, words) VALUES (?, ?)", rows)
    database.execute("INSERT INTO document (document) VALUES ('optimize')")
    database.commit()

    def ask(question):
        if question["phrase"]:
            match = '"' + " ".join(question["words"]) + '"'
        else:
            match = " AND ".join(f'"{word}"' for word in question["words"])
        if question["prefix"]:
            match += "*"
        match += "".join(f' AND "{word}"' for word in question["beside"])
        query = "SELECT rowid, words FROM document WHERE document MATCH ? ORDER BY rowid DESC LIMIT ?"
        return database.execute(query, (match, PAGE)).fetchall()

    return ask


def tantivy(rows, folder):
    import tantivy as t

    schema = t.SchemaBuilder()
    schema.add_text_field("words", stored=True, tokenizer_name="default")
    schema.add_unsigned_field("number", stored=True, indexed=True, fast=True)
    schema = schema.build()
    index = t.Index(schema, path=str(folder))
    writer = index.writer(heap_size=128 << 20, num_threads=2)
    for number, text in rows:
        document = t.Document()
        document.add_unsigned("number", number)
        document.add_text("words", text)
        writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def ask(question):
        words = question["words"]
        if question["phrase"]:
            query = t.Query.phrase_query(schema, "words", words)
        elif question["prefix"]:
            query = t.Query.regex_query(schema, "words", words[-1] + ".*")
        else:
            terms = [(t.Occur.Must, t.Query.term_query(schema, "words", word)) for word in words]
            query = t.Query.boolean_query(terms)
        if question["beside"]:
            beside = [t.Query.term_query(schema, "words", word) for word in question["beside"]]
            query = t.Query.boolean_query([(t.Occur.Must, part) for part in [query, *beside]])
        hits = searcher.search(query, PAGE, count=False, order_by_field="number", order=t.Order.Desc)
        return [searcher.doc(address) for _, address in hits.hits]

    return ask


if __name__ == "__main__":
    main()
