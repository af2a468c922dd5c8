"""The parts of a coverage certificate as blocks: verdict, counts, proofs, tables, digests."""

from collections.abc import Sequence

from gridmap.coverage.proof_lines import proof_lines
from gridmap.maps.pdf.pen import Pen, Stroke
from gridmap.maps.pdf.setting import fitted, write
from gridmap.maps.pdf.sheets import Box
from gridmap.sheets.certificate_facts import CertificateFacts, ParentRow
from gridmap.sheets.flow import INK, QUIET, Block, Column, heading, paragraphs, table
from gridmap.words import Language, say

__all__ = ["CertificateParts"]

M2_A_HECTARE = 10_000
VERDICT_MM = 17.0
SIGNED_MM = 14.0
SMALL_MM = 2.5  # letters of wide tables
DIGEST_MM = 2.1
LEAST_M2, WHOLE_M2 = 0.005, 100.0  # less is rounding of coordinates; more has no decimals
PASSED, FAILED = "#1c5c2c", "#a01414"


class CertificateParts:
    """Makes the parts of a certificate.

    Parameters
    ----------
    pen, facts
        Draw, and say what is so.
    room
        Width in mm.
    language
        Of the texts.
    """

    def __init__(self, pen: Pen, facts: CertificateFacts, room: float, language: Language) -> None:
        self.pen, self.facts, self.room, self.language = pen, facts, room, language

    def say(self, key: str, **values: object) -> str:
        """Give a word of certificates."""
        return say(f"sheets.proof.{key}", self.language, **values)

    def _title(self, key: str) -> Block:
        return heading(self.pen, self.say(key), self.room)

    def _list(self, texts: Sequence[str]) -> list[Block]:
        blocks = []
        for number, text in enumerate(texts, start=1):
            blocks += paragraphs(self.pen, text, self.room, mark=f"{number}.")
        return blocks

    def head(self, title: str, version: str) -> list[Block]:
        """Give the title, and in a frame whether the plan passed its checks."""
        pen, checks = self.pen, self.facts.checks["result"]
        passed = self.facts.passed
        colour = PASSED if passed else FAILED
        counts = {key: int((checks == key).sum()) for key in ("pass", "warn", "fail")}
        told = self.say(
            "verdict", count=len(checks), passed=counts["pass"], warned=counts["warn"],
            failed=counts["fail"],
        )  # fmt: skip

        def draw_title(box: Box) -> None:
            found = fitted(pen, title, (box.width, 11.0), 8.0, bold=True)
            write(pen, found, Box(box.left, box.low + 1.0, box.right, box.low + 12.0))
            found = fitted(pen, version, (box.width, 5.0), 3.4)
            write(pen, found, Box(box.left, box.low + 13.0, box.right, box.high), colour=QUIET)

        def draw_verdict(box: Box) -> None:
            pen.box(box, stroke=Stroke(0.8, colour))
            word = fitted(pen, self.say("passed" if passed else "failed"),
                          (0.26 * box.width, 9.0), 7.0, bold=True)  # fmt: skip
            split = box.left + 0.3 * box.width
            write(pen, word, Box(box.left, box.low, split, box.high), anchor="middle",
                  colour=colour)  # fmt: skip
            found = fitted(pen, told, (box.right - split - 4.0, box.height - 3.0), 3.6)
            write(pen, found, Box(split, box.low, box.right - 4.0, box.high))

        return [Block(19.0, draw_title), Block(VERDICT_MM, draw_verdict, above=2.0)]

    def counted(self) -> list[Block]:
        """Say what was counted, a sentence each."""
        rows, facts = self.facts.parents, self.facts
        names = ("patches", "once", "gap_m2", "overlap_m2", "over", "left_m2")
        sums = {name: sum(getattr(row, name) for row in rows) for name in names}
        status = facts.plan.assignments["status"]
        texts = [
            self.say("patches", count=f"{len(facts.plan.patches):,}", once=f"{sums['once']:,}",
                     other=f"{len(facts.plan.patches) - sums['once']:,}"),
            self.say("gaps", gap=_m2(sums["gap_m2"]), overlap=_m2(sums["overlap_m2"]),
                     outside=_m2(facts.outside_m2()),
                     rest=_m2(sum(abs(row.rest_m2) for row in rows))),
            self.say("left" if facts.left else "none_left", count=f"{len(facts.left):,}",
                     area=f"{sums['left_m2'] / M2_A_HECTARE:,.2f}"),
        ]  # fmt: skip
        if not facts.plan.is_redacted:
            most = max((row.most_h for row in rows), default=0.0)
            texts += [
                self.say("load", capacity=f"{facts.capacity_h:g}", most=f"{most:,.1f}",
                         over=f"{sums['over']:,}"),
                self.say("posts", count=f"{len(facts.plan.posts):,}",
                         filled=f"{int((status == 'filled').sum()):,}",
                         vacant=f"{int((status == 'vacant').sum()):,}"),
            ]  # fmt: skip
        return [self._title("counted"), *self._list(texts)]

    def proven(self) -> list[Block]:
        """Say what is proven, and what no recount can prove."""
        lines = proof_lines(self.facts.proof, self.language, advice=False)
        limits = [self.say(f"not_{key}") for key in ("data", "people", "legal")]
        shown = self.facts.proof.micro_grids and not self.facts.plan.is_redacted
        proven = [self._title("proven"), *self._list(lines)] if shown else []
        return [*proven, self._title("not_proven"), *self._list(limits)]

    def by_parent(self) -> list[Block]:
        """Give the table of the given grids that hold patches, with its sums."""
        names = self.facts.plan.grids["name"]
        if self.language == "en":
            names = self.facts.plan.grids["name_en"].where(lambda one: one != "", names)
        columns = [Column(self.say("code"), 3.1), Column(self.say("name"), 3.6, bold=True)]
        titles = ("grids", "area", "patch", "once", "left_m2", "gap_m2", "overlap_m2", "rest_m2")
        more = () if self.facts.plan.is_redacted else ("most", "over", "filled", "vacant")
        columns += [Column(self.say(f"head_{key}"), 1.35, "right") for key in (*titles, *more)]
        rows = [
            (row.code, str(names[row.code]), *_cells(row)[: len(columns) - 2])
            for row in self.facts.parents
        ]
        if len(rows) > 1:
            whole = _cells(self.facts.whole())
            rows.append((self.say("whole"), "", *whole[: len(columns) - 2]))
        note = paragraphs(self.pen, self.say("by_parent_note"), self.room, size=SMALL_MM,
                          colour=QUIET)  # fmt: skip
        made = table(self.pen, columns, rows, self.room, size=SMALL_MM - 0.1)
        return [self._title("by_parent"), *made, *note]

    def rates(self) -> list[Block]:
        """Give the three 100 %, each with what it divides, or why it is not known."""
        if self.facts.plan.is_redacted:
            return []
        columns = [Column(self.say("rate"), 4, bold=True), Column(self.say("share"), 1.5, "right"),
                   Column(self.say("met"), 2, "right"), Column(self.say("note"), 6)]  # fmt: skip
        rows = []
        for rate in self.facts.rates:
            name = rate.name.zh if self.language == "zh" else rate.name.en
            why = rate.unknown or rate.note
            note = "" if why is None else why.zh if self.language == "zh" else why.en
            known = rate.unknown is None and bool(rate.of)
            share = f"{rate.percent}%" if known else say("rates.unknown", self.language)
            rows.append((name, share, f"{rate.met:,} / {rate.of:,}" if known else "", note))
        return [self._title("rates"), *table(self.pen, columns, rows, self.room, size=SMALL_MM)]

    def checks(self) -> list[Block]:
        """Give every check with its result."""
        columns = [Column(self.say("rule"), 2), Column(self.say("check"), 7),
                   Column(self.say("result"), 1.8, bold=True),
                   Column(self.say("errors"), 1.2, "right"),
                   Column(self.say("warnings"), 1.2, "right"),
                   Column(self.say("infos"), 1.2, "right")]  # fmt: skip
        title = "title_zh" if self.language == "zh" else "title_en"
        rows = [
            (str(row.Index), getattr(row, title), self.say(f"result_{row.result}"),
             *(f"{count:,}" if count else "" for count in (row.errors, row.warnings, row.infos)))
            for row in self.facts.checks.itertuples()
        ]  # fmt: skip
        return [self._title("checks"), *table(self.pen, columns, rows, self.room, size=SMALL_MM)]

    def listed(self) -> list[Block]:
        """List ground left with parents, and vacant posts."""
        blocks: list[Block] = []
        if self.facts.left:
            columns = [Column(self.say("place"), 8), Column(self.say("head_area"), 2, "right")]
            rows = [
                (one.place_zh if self.language == "zh" else one.place_en,
                 f"{one.area_m2 / M2_A_HECTARE:,.2f}")
                for one in self.facts.left
            ]  # fmt: skip
            blocks += [self._title("left_list"),
                       *table(self.pen, columns, rows, self.room, size=SMALL_MM)]  # fmt: skip
        vacant = self.facts.vacancies
        if len(vacant):
            columns = [Column(self.say("code"), 3), Column(self.say("post"), 3),
                       Column(self.say("why"), 7)]  # fmt: skip
            why = "reason_zh" if self.language == "zh" else "reason"
            told = [(str(row["grid_code"]), str(row["post_id"]), str(row[why]))
                    for _, row in vacant.iterrows()]  # fmt: skip
            blocks += [self._title("vacant_list"),
                       *table(self.pen, columns, told, self.room, size=SMALL_MM)]  # fmt: skip
        return blocks

    def inputs(self) -> list[Block]:
        """Give the digests of rules, code and data, by which others can be told apart."""
        rows = self.facts.hashes()
        if not rows or self.facts.plan.is_redacted:
            return []
        named = {key: self.say(f"input_{key}") for key in ("rules", "code", "seed")}
        columns = [Column(self.say("input"), 3.4), Column(self.say("digest"), 8)]
        told = [(named.get(name, name), digest) for name, digest in rows]
        changed = self.say("edits", count=f"{len(self.facts.plan.edits):,}")
        return [
            self._title("inputs"),
            *paragraphs(self.pen, changed, self.room, size=SMALL_MM, colour=QUIET),
            *table(self.pen, columns, told, self.room, size=DIGEST_MM, above=1.5),
        ]

    def signed(self) -> list[Block]:
        """Leave lines for those who answer for it."""
        pen, words = self.pen, [say(f"print.{key}", self.language) for key in ("checked", "signed")]
        words.insert(0, self.say("made"))

        def draw(box: Box) -> None:
            wide = box.width / len(words)
            for place, word in enumerate(words):
                left, y = box.left + wide * place, box.low + 8.0
                pen.text(word, (left, y), 3.4)
                start = left + pen.width(word, 3.4) + 1.5
                pen.line([(start, y + 2.2), (left + wide - 5.0, y + 2.2)], Stroke(0.25, INK))

        return [Block(SIGNED_MM, draw, above=4.0)]


def _cells(row: ParentRow) -> tuple[str, ...]:
    return (
        f"{row.grids:,}", f"{row.area_m2 / M2_A_HECTARE:,.2f}", f"{row.patches:,}",
        f"{row.once:,}", _m2(row.left_m2), _m2(row.gap_m2), _m2(row.overlap_m2),
        _m2(row.rest_m2), f"{row.most_h:,.1f}", f"{row.over:,}", f"{row.filled:,}",
        f"{row.vacant:,}",
    )  # fmt: skip


def _m2(area: float) -> str:
    """Write an area in m²; less than a hundredth is the rounding of coordinates."""
    if abs(area) < LEAST_M2:
        return "0"
    return f"{area:,.0f}" if abs(area) >= WHOLE_M2 else f"{area:,.2f}"
