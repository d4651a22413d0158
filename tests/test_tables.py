"""tables: what files in golden/tables cannot say: damage, bombs, other writers' workbooks, the notes of an article."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import zipfile
from collections import deque
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newskit.article import Article
from newskit.outcome import outcome
from newskit.sources import Raw, Refused, find

TABLES = Path(__file__).parent / "golden" / "tables"
HEADER = b'<row><c t="str"><v>title</v></c></row>'
LAWS = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def read(path, columns=None):
    return [one for source in find(path, columns) for one in source.raws()]


def last(path):
    return deque((one for source in find(path) for one in source.raws()), maxlen=1)[0]


def fields(items):
    return [dict(one.fields) for one in items if isinstance(one, Raw)]


def zstd(data):
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(data)
    return sink.getvalue().to_pybytes()


def workbook(*rows, **more):
    book = openpyxl.Workbook()
    sheets = [(book.active, rows), *((book.create_sheet(name), sheet) for name, sheet in more.items())]
    for sheet, lines in sheets:
        for row in lines:
            sheet.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def repacked(data, change):
    """Pack a workbook again with its parts changed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            new.writestr(info.filename, change(info.filename, old.read(info)))
    return buffer.getvalue()


def sheet_with(rows):
    """Give a workbook whose sheet is this XML, written by hand."""
    start, end = b'<worksheet xmlns="urn:x"><sheetData>', b"</sheetData></worksheet>"
    return repacked(
        workbook(["title"]), lambda name, old: start + rows + end if name.endswith("sheet1.xml") else old
    )


def parquet(path, **columns):
    pq.write_table(pa.table(columns), path)
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("any")


class TestZstd:
    def test_it_is_taken_off_any_file(self, tmp_path):
        (tmp_path / "a.csv.zst").write_bytes(zstd(b"title\nShips came\n") + zstd(b"They left\n"))
        (tmp_path / "b.html.zst").write_bytes(zstd(b"<!doctype html><p>Ships came."))
        (tmp_path / "c.jsonl.zst").write_bytes(zstd(b'{"title": "Ships came"}\n'))
        assert [one.kind for one in find(tmp_path)] == ["table", "page", "table"]
        assert fields(r for r in read(tmp_path) if r.fields) == [
            {"title": "Ships came"},
            {"title": "They left"},
            {"title": "Ships came"},
        ]

    def test_golden_tables_read_the_same(self, tmp_path):
        for path in sorted(TABLES.glob("*.*")):
            if Path(f"{path}.expect.json").exists():
                (tmp_path / f"{path.name}.zst").write_bytes(zstd(path.read_bytes()))
                packed = read(tmp_path / f"{path.name}.zst")
                assert fields(packed) == fields(read(path))

    @pytest.mark.parametrize("cut", [5, 12, 40])
    def test_a_cut_off_one_is_refused(self, tmp_path, cut):
        (tmp_path / "a.csv.zst").write_bytes(zstd(b"title\n" + bytes(range(32, 126)) * 9)[:cut])
        assert "damaged" in last(tmp_path).why

    def test_a_bomb_stops(self, tmp_path):
        (tmp_path / "a.csv.zst").write_bytes(zstd(b"title\n" + b"x\n" * 75_000_000))
        assert "times its size" in last(tmp_path / "a.csv.zst").why


class TestParquet:
    def test_only_the_columns_that_are_wanted_are_read(self, tmp_path, monkeypatch):
        path = parquet(tmp_path / "a.parquet", title=["Ships came"], html=["<p>"], note=["x"])
        asked = []
        whole = pq.ParquetFile.iter_batches
        monkeypatch.setattr(
            pq.ParquetFile, "iter_batches", lambda *a, **k: asked.append(k["columns"]) or whole(*a, **k)
        )
        assert fields(read(path)) == [{"title": "Ships came"}]
        assert asked == [["title"]]
        assert fields(read(path, {"text": "html"})) == [{"title": "Ships came", "text": "<p>"}]

    def test_moments_keep_their_zone(self, tmp_path):
        moment = dt.datetime(2023, 2, 14, 15, 30)
        for zone, text in [
            ("Asia/Seoul", "2023-02-15T00:30:00+0900"),
            ("UTC", "2023-02-14T15:30:00+0000"),
            ("+09:00", "2023-02-15T00:30:00+0900"),
            ("Mars/Base", "2023-02-14 15:30:00Z"),
        ]:
            column = pa.array([moment], pa.timestamp("ms", zone))
            (row,) = read(parquet(tmp_path / "a.parquet", title=["Ships"], date=column))
            assert row.fields["published"] == text
            assert outcome(row).published.utcoffset() is not None

    def test_names_in_lists_that_are_no_text(self, tmp_path):
        raw = pa.array([b"A. Kim", b"B. S\xe4to"], pa.binary())
        broken = pa.StringArray.from_buffers(2, *raw.buffers()[1:])
        listed = pa.ListArray.from_arrays([0, 1, 2], broken)
        pairs = pa.StructArray.from_arrays([broken], ["name"])
        one, two = read(parquet(tmp_path / "a.parquet", title=["One", "Two"], byline=listed))
        assert (outcome(one).byline, outcome(two).byline) == (("A. Kim",), ("B. S\ufffdto",))
        one, two = read(parquet(tmp_path / "b.parquet", title=["One", "Two"], byline=pairs))
        assert one.fields["title"] == "One"
        assert two.why == "the value in 'byline' of this row cannot be read"

    def test_days_and_wild_moments(self, tmp_path):
        days = pa.array([dt.date(2023, 2, 14), None])
        wild = pa.array([2**62, -(2**62)], pa.timestamp("us"))
        items = read(parquet(tmp_path / "a.parquet", title=["A", "B"], date=days, updated=wild))
        assert [one.fields.get("published") for one in items] == ["2023-02-14", None]
        assert all("updated date not read" in " ".join(outcome(one).notes) for one in items)

    def test_ids_and_bytes_stay_text(self, tmp_path):
        ids = ["01100101.20230214101200001", "007"]
        path = parquet(tmp_path / "a.parquet", title=ids, text=[b"Ships came", b"caf\xe9"])
        assert fields(read(path)) == [
            {"title": ids[0], "text": "Ships came"},
            {"title": "007", "text": "caf\ufffd"},
        ]

    def test_two_columns_of_one_name_and_names_with_dots(self, tmp_path):
        columns = [pa.array(["Ships came"]), pa.array(["They left"]), pa.array(["Harbor"])]
        pq.write_table(
            pa.Table.from_arrays(columns, names=["title", "title", "meta.section"]), tmp_path / "a.parquet"
        )
        (row,) = read(tmp_path / "a.parquet", {"section": "meta.section"})
        assert row.fields == {"title": "Ships came", "section": "Harbor"}

    def test_a_broken_letter_costs_itself(self, tmp_path):
        offsets, data = pa.py_buffer(b"\0\0\0\0\3\0\0\0\5\0\0\0"), pa.py_buffer(b"ab\xffok")
        path = parquet(
            tmp_path / "a.parquet", title=pa.Array.from_buffers(pa.string(), 2, [None, offsets, data])
        )
        assert fields(read(path)) == [{"title": "ab\ufffd"}, {"title": "ok"}]

    def test_a_damaged_group_costs_its_rows(self, tmp_path):
        path, texts = tmp_path / "a.parquet", [f"{n:04} " * 50 for n in range(40)]
        pq.write_table(
            pa.table({"title": texts}), path, row_group_size=10, compression="none", use_dictionary=False
        )
        data = bytearray(path.read_bytes())
        where = pq.ParquetFile(path).metadata.row_group(1).column(0).data_page_offset
        data[where : where + 30] = b"\xff" * 30
        path.write_bytes(data)
        items = read(path)
        assert [one.source.split("#")[1] for one in items if isinstance(one, Refused)] == ["11"]
        assert "rows 11 to 20 are damaged" in items[10].why
        assert len(fields(items)) == 30

    def test_a_bomb_stops(self, tmp_path):
        path = parquet(tmp_path / "a.parquet", title=pa.array(["x" * 1000] * 150_000).dictionary_encode())
        assert path.stat().st_size < 100_000
        assert "times its size" in last(path).why

    def test_a_row_of_over_10_mb_is_refused_alone(self, tmp_path):
        path = parquet(tmp_path / "a.parquet", title=["One", "Two"], text=["x" * 10_000_001, "y"])
        assert [type(one) for one in read(path)] == [Refused, Raw]

    @pytest.mark.parametrize(
        "data", [b"PAR1", b"PAR1PAR1", b"PARE" + bytes(99), b"PAR1" + bytes(99) + b"PAR1"]
    )
    def test_what_is_none_is_refused_once(self, tmp_path, data):
        (tmp_path / "a.parquet").write_bytes(data)
        (refused,) = read(tmp_path)
        assert "Parquet" in refused.why

    @LAWS
    @given(data=st.data())
    def test_any_damage_is_refused(self, folder, data):
        whole = bytearray((TABLES / "articles.parquet").read_bytes())
        for _ in range(data.draw(st.integers(1, 5))):
            whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
        path = folder / "a.parquet"
        path.write_bytes(whole[: data.draw(st.integers(len(whole) // 2, len(whole)))])
        assert all(isinstance(one, Raw | Refused) for one in read(path))


class TestWorkbooks:
    def test_an_id_as_text_stays_as_it_is(self, tmp_path):
        ids = ["01100101.20230214101200001", "01100101.20230214101200002", "007", "1e5"]
        (tmp_path / "a.xlsx").write_bytes(workbook(["title"], *([one] for one in ids)))
        assert [one["title"] for one in fields(read(tmp_path / "a.xlsx"))] == ids

    def test_a_number_as_id_is_told(self):
        noted = [outcome(one) for one in read(TABLES / "bigkinds.xlsx") if isinstance(one, Raw)]
        assert [any("'뉴스 식별자' is a number" in note for note in one.notes) for one in noted] == [
            False,
            True,
            False,
        ]
        assert [any("an excerpt" in note for note in one.notes) for one in noted] == [True, True, False]
        assert noted[0].day == dt.date(2023, 2, 14)

    def test_it_is_known_without_its_name(self, tmp_path):
        for name in ("a", "b.zip", "c.csv"):
            (tmp_path / name).write_bytes(workbook(["title"], ["Ships came"]))
        with zipfile.ZipFile(tmp_path / "d.zip", "w") as archive:
            archive.write(tmp_path / "a", "in/e.xlsx")
        found = find(tmp_path)
        assert [one.kind for one in found] == ["table", "table", "table", "archive"]
        assert [fields(one.raws()) for one in found] == [[{"title": "Ships came"}]] * 4

    def test_the_sheet_with_articles_is_found(self, tmp_path):
        data = workbook(
            ["made by hand"], Data=[["Search: ships"], [], ["Date", "Headline"], [1, "Ships came"]]
        )
        (tmp_path / "a.xlsx").write_bytes(data)
        items = read(tmp_path / "a.xlsx")
        assert fields(items) == [{"title": "Ships came", "published": "1"}]
        assert [one.why.split(";")[0] for one in items[1:]] == [
            "rows above the header, not read: 1",
            "rows of another sheet, not read: 1",
        ]

    def test_columns_win_where_no_header_is_known(self, tmp_path):
        (tmp_path / "a.xlsx").write_bytes(workbook(["was", "wo"], ["Ships came", "Harbor"]))
        (refused,) = read(tmp_path / "a.xlsx")
        assert "'was', 'wo'; say which is which" in refused.why
        assert fields(read(tmp_path / "a.xlsx", {"title": "was"})) == [{"title": "Ships came"}]

    def test_days_from_1904(self, tmp_path):
        book = openpyxl.Workbook()
        book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
        for row in (
            ["title", "date"],
            ["Ships", dt.datetime(2023, 2, 14, 10, 12)],
            ["Gulls", dt.date(1904, 3, 1)],
        ):
            book.active.append(row)
        book.save(tmp_path / "a.xlsx")
        assert [one["published"] for one in fields(read(tmp_path / "a.xlsx"))] == [
            "2023-02-14T10:12:00",
            "1904-03-01",
        ]

    def test_readings_are_no_text(self, tmp_path):
        string = '<is><t>港</t><rPh sb="0" eb="1"><t>ミナト</t></rPh><r><t> 再開_x000D_</t></r></is>'
        rows = f'<row><c t="str"><v>title</v></c></row><row><c t="inlineStr">{string}</c></row>'
        (tmp_path / "a.xlsx").write_bytes(sheet_with(rows.encode()))
        assert fields(read(tmp_path / "a.xlsx")) == [{"title": "港 再開"}]

    def test_a_bad_cell_costs_its_row(self, tmp_path):
        rows = (
            b"".join(
                b'<row><c r="A%d" t="%s"><v>%s</v></c></row>' % (number, kind, value)
                for number, (kind, value) in enumerate(
                    [
                        (b"str", b"title"),
                        (b"s", b"77"),
                        (b"s", b"x"),
                        (b"str", b"Ships"),
                        (b"n", b"nan"),
                        (b"n", b"1e999999"),
                    ],
                    1,
                )
            )
            + b'<row r="7"><c r="ZZZZ7" t="str"><v>far</v></c></row><row r="9999999999999"><c t="str"><v>Last</v></c></row>'
        )
        (tmp_path / "a.xlsx").write_bytes(sheet_with(rows))
        items = read(tmp_path / "a.xlsx")
        assert [one["title"] for one in fields(items)] == ["Ships", "1e999999", "Last"]
        assert [one.source.split("#")[1] for one in items if isinstance(one, Refused)] == ["1", "2", "4", "6"]

    @pytest.mark.parametrize(
        ("data", "what"),
        [
            (b"\xd0\xcf\x11\xe0" + bytes(600), "locked with a password"),
            (workbook(["title"], ["Ships"])[:-99], "damaged or cut off"),
            (workbook(), "no rows"),
            (repacked(workbook(["title"]), lambda n, old: old[:-9] if "sheet1" in n else old), "damaged"),
            (repacked(workbook(["title"]), lambda n, old: b"" if n == "xl/workbook.xml" else old), "damaged"),
            (
                repacked(workbook(["title"]), lambda n, old: b"x" * 11_000_000 if "styles" in n else old),
                "over 10 MB",
            ),
        ],
    )
    def test_what_cannot_be_read_says_why(self, tmp_path, data, what):
        (tmp_path / "a.xlsx").write_bytes(data)
        (refused,) = read(tmp_path)
        assert what in refused.why

    def test_a_bomb_stops(self, tmp_path):
        (tmp_path / "a.xlsx").write_bytes(
            sheet_with(HEADER + b"<row><c><v>%s</v></c></row>" % (b"1" * 9000) * 12_000)
        )
        assert "times its size" in last(tmp_path / "a.xlsx").why

    def test_more_rows_than_excel_can_hold_are_refused(self, tmp_path, monkeypatch):
        monkeypatch.setattr("newskit.sources.sheets._LENGTH", 5)
        (tmp_path / "a.xlsx").write_bytes(workbook(["title"], *(["Ships"] for _ in range(9))))
        items = read(tmp_path / "a.xlsx")
        assert len(fields(items)) == 4
        assert "more than Excel can hold" in items[-1].why

    def test_entities_are_not_followed(self, tmp_path):
        laughs = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 9) for n in range(1, 12))
        doctype = b'<!DOCTYPE x [<!ENTITY l0 "ha"><!ENTITY f SYSTEM "file:///etc/passwd">%s]>' % laughs
        rows = b'<row><c t="str"><v>title</v></c></row><row><c t="str"><v>a&f;&l11;</v></c></row>'
        data = repacked(sheet_with(rows), lambda n, old: doctype + old if "sheet1" in n else old)
        (tmp_path / "a.xlsx").write_bytes(data)
        assert all(isinstance(one, Refused) or one.fields["title"] == "a" for one in read(tmp_path))

    CELLS = st.one_of(
        st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=5, max_size=20),
        st.integers(-(10**14), 10**14),
        st.dates(dt.date(1900, 3, 1), dt.date(2100, 1, 1)),
    )

    @LAWS
    @given(rows=st.lists(st.lists(CELLS, min_size=1, max_size=4), max_size=6))
    def test_cells_are_those_that_openpyxl_reads(self, folder, rows):
        names = ["title", "text", "outlet", "section"]
        data = workbook(names, *rows)
        (folder / "w.xlsx").write_bytes(data)
        sheet = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True).worksheets[0]
        cells = [dict(zip(names, row, strict=False)) for row in sheet.iter_rows(min_row=2, values_only=True)]
        plain = [{name: shown(cell) for name, cell in row.items() if shown(cell)} for row in cells]
        kept = [{k: v for k, v in one.items() if k != "note"} for one in fields(read(folder / "w.xlsx"))]
        assert kept == [row for row in plain if "title" in row or "text" in row]

    @LAWS
    @given(data=st.data())
    def test_any_damage_is_refused(self, folder, data):
        name = data.draw(st.sampled_from(["bigkinds.xlsx", "workbook.xlsx"]))
        whole = (TABLES / name).read_bytes()
        if data.draw(st.booleans()):
            part = data.draw(st.sampled_from(["sheet", "workbook.xml", "styles", "sharedStrings", ".rels"]))
            damaged = repacked(whole, lambda n, old: scratched(data, old) if part in n else old)
        else:
            damaged = scratched(data, whole)
        (folder / "d.xlsx").write_bytes(damaged)
        assert all(isinstance(one, Raw | Refused) for one in read(folder / "d.xlsx"))


def shown(cell):
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat()
    return "" if cell is None else str(cell).strip()


def scratched(data, whole):
    changed = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 4))):
        changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.integers(0, 255))
    return bytes(changed[: data.draw(st.integers(len(changed) // 2, len(changed)))])


class TestGdelt:
    @pytest.mark.parametrize(
        ("head", "what"),
        [
            ("20230214\t3\t\tTAX;\t1#South Korea#KS#KS#37#127#KS\t\t\t-1.5,2,3.5,5.5,20,0\t1\tgull.example\thttps://gull.example/1", "GKG 1.0"),
            ("DATE\tNUMARTS\tCOUNTS\tTHEMES\tLOCATIONS\tPERSONS\tORGANIZATIONS\tTONE\tCAMEOEVENTIDS\tSOURCES\tSOURCEURLS", "GKG 1.0"),
            ("20230214\t1\tKILL\t20\tsoldiers\t1\tSouth Korea\tKS\tKS\t37\t127\tKS\t1\tgull.example\thttps://gull.example/1", "GKG counts"),
            ("1088000000\t20230214101500\t20230214103000\t1\tgull.example\thttps://gull.example/1\t4", "mentions"),
            ("1088000000\t20230214\t202302\t2023\t2023.1205\tKOR\tSOUTH KOREA", "events"),
            ("GLOBALEVENTID,SQLDATE,MonthYear,Year", "events"),
            ("name,type,description\nGKGRECORDID,STRING,an id", "list of its columns"),
        ],
    )  # fmt: skip
    def test_other_tables_are_told_and_refused(self, tmp_path, head, what):
        (tmp_path / "a.csv").write_text(head + "\n")
        (refused,) = read(tmp_path)
        assert what in refused.why
        assert "title" in refused.why or "articles" in refused.why

    def test_a_table_with_a_header_is_read_too(self, tmp_path):
        row = 'x,20230214101500,gull.example,https://gull.example/1,"srclc:fra;",<PAGE_TITLE>Bateaux</PAGE_TITLE>'
        head = "GKGRECORDID,DATE,SourceCommonName,DocumentIdentifier,TranslationInfo,Extras"
        (tmp_path / "a.csv").write_text(f"{head}\n{row}\n")
        (row,) = read(tmp_path)
        assert row.fields["title"] == "Bateaux"
        assert row.fields["url"] == "https://gull.example/1"

    def test_an_article_says_what_is_missing(self):
        story = next(outcome(one) for one in read(TABLES / "20230214101500.gkg.csv"))
        assert isinstance(story, Article)
        assert story.notes[0] == "GDELT gives titles and addresses, no texts"
        assert story.published == dt.datetime(2023, 2, 14, 10, 15, tzinfo=dt.UTC)

    def test_real_tables_give_no_junk(self, shared):
        items = [one for one in read(shared / "data" / "corpora" / "gdelt") if "samp.gz" not in one.source]
        assert len(items) == 10
        assert all("GDELT" in one.why for one in items)


@LAWS
@given(
    name=st.sampled_from(["a.xlsx", "a.parquet", "a.csv.zst", "a.gkg.csv", "a"]),
    start=st.sampled_from(
        [b"", b"PAR1", b"PK\x03\x04", b"\x28\xb5\x2f\xfd", b"20230214101500-1\t20230214101500\t1\t"]
    ),
    rest=st.binary(max_size=200),
    end=st.sampled_from([b"", b"PAR1", b"PK\x05\x06" + bytes(18), b"\n"]),
)
def test_any_bytes_are_read_or_refused(folder, name, start, rest, end):
    (folder / name).write_bytes(start + rest + end)
    (one,) = find(folder / name)
    dict(one.mapping)
    assert all(isinstance(item, Raw | Refused) and item.source and item.sha for item in one.raws())
    (folder / name).write_bytes(zstd(start + rest + end))
    assert all(isinstance(item, Raw | Refused) for item in find(folder / name)[0].raws())


def test_media_cloud_says_that_texts_are_missing():
    story = outcome(read(TABLES / "media_cloud.csv")[0])
    assert story.notes == ("Media Cloud exports titles and addresses, no texts", "no text: title only")


def test_a_packed_workbook_over_the_limit_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("newskit.sources.raw._IN_MEMORY", 1000)
    (tmp_path / "a.xlsx.gz").write_bytes(gzip.compress(workbook(["title"], ["Ships came"])))
    assert "unpack it first" in last(tmp_path).why
