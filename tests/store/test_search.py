"""Full text: found with or without accents, by the beginning of the last word, newest first, and signs are only signs."""

import pytest

from app.store import search
from app.store.store import Store
from app.store.tables.notes import note
from app.store.verify import verify
from tests.support.stores import KIM, clock, enter_check, log_check, log_note, rows_of


def found(store: Store, query: str, limit: int = 20) -> list[int]:
    with store.read() as connection:
        return search.matching(connection, query, limit)


def test_every_word_newest_first(store: Store) -> None:
    first = log_note(store, "Zoë seen in the kitchen").seq
    log_check(store)
    second = log_check(store, "the kitchen light was left on by Zoë").seq
    log_note(store, "All quiet")
    assert found(store, "kitchen") == [second, first]
    assert found(store, "light kitchen") == [second]
    assert found(store, "kitchen nobody") == []
    assert found(store, "kitchen", limit=1) == [second]


@pytest.mark.parametrize("query", ["Zoe", "zoë", "ZOË", "Zoe\u0308", "zo"])
def test_accents_and_case_make_no_difference(store: Store, query: str) -> None:
    seqs = [log_note(store, words).seq for words in ("Zoë came in", "Zoe\u0308 went out", "zoe was seen")]
    assert found(store, query) == seqs[::-1]


@pytest.mark.parametrize(
    ("words", "query"),
    [
        ("Siân Ng’ang’a rang", "sian ng'ang'a"),
        ("met O'Brien at the gate", "O'Brien"),
        ("مريم اتصلت", "مريم"),
        ("מרים התקשרה", "מרים"),
        ("Đặng Thu Hà", "Đặng"),
        ("Łucja in Room 3B", "Łucja 3b"),
        ("rang 07700 900123 at 23:05", "900123 23:05"),
        ("email zoe@example.org", "example.org"),
        ("left-handed", "handed"),
        ("한국어로 말했다", "한국어로"),
    ],
)
def test_names_and_numbers_are_found(store: Store, words: str, query: str) -> None:
    log_note(store, "Something else")
    seq = log_note(store, words).seq
    assert found(store, query) == [seq]


def test_only_the_last_word_is_a_beginning(store: Store) -> None:
    seq = log_note(store, "medication refused").seq
    assert found(store, "med") == [seq]
    assert found(store, "medication ref") == [seq]
    assert found(store, "med refused") == []


@pytest.mark.parametrize(
    "sign", ['"', "*", "-", "^", "()", '""" ', ":*", "!&|", "\0", "🎉", " ", "'; --", "+", "\\", "%"]
)
def test_signs_of_a_query_language_are_only_signs(store: Store, sign: str) -> None:
    seq = log_note(store, "Nothing of the kind").seq
    assert found(store, sign) == []
    assert found(store, f"{sign}nothing{sign} {sign}kind{sign}") == [seq]


@pytest.mark.parametrize(
    "query", ["NEAR(nothing kind)", "nothing OR teapot", "nothing NOT teapot", "text: kind", "words:kind"]
)
def test_words_of_a_query_language_are_only_words(store: Store, query: str) -> None:
    log_note(store, "Nothing of the kind")
    assert found(store, query) == []


@pytest.mark.parametrize("word", ["and", "OR", "not", "near", "the"])
def test_no_word_is_too_common_or_means_something(store: Store, word: str) -> None:
    seq = log_note(store, f"tea {word} toast").seq
    assert found(store, f"tea {word} toast") == [seq]
    assert found(store, word) == [seq]


def test_a_note_of_100_000_characters_is_kept_whole_and_found_by_its_last_word(store: Store) -> None:
    words = " ".join(f"word{number}" for number in range(20_000))[:99_990] + " quokkaend"
    assert len(words) == 100_000
    seq = log_note(store, words).seq
    with store.read() as connection:
        assert rows_of(connection, note)[0]["text"] == words
    assert found(store, "quokkaend") == [seq]
    assert verify(store).ok


def test_a_note_of_100_000_wide_characters(store: Store) -> None:
    words = " ".join(chr(0x20000 + number) * 3 for number in range(25_000))[:99_999] + "字"
    seq = log_note(store, words).seq
    assert found(store, chr(0x20001) * 3) == [seq]
    assert verify(store).ok


def test_entries_without_words_are_not_in_the_index_and_do_not_break_it(store: Store) -> None:
    with store.write(KIM, clock(), "check") as work:
        for words in (None, "", "   ", "word"):
            enter_check(work, words)
    assert found(store, "word") == [4]
    assert verify(store).ok


def test_the_index_made_anew_is_the_same(store: Store) -> None:
    seqs = [log_note(store, f"kitchen {number}").seq for number in range(5)]
    with store.engine.connect().execution_options(writer=True) as connection, connection.begin():
        search.install(connection)
    assert found(store, "kitchen") == seqs[::-1]
    assert verify(store).ok
    seqs.append(log_note(store, "kitchen again").seq)
    assert found(store, "kitchen") == seqs[::-1]
