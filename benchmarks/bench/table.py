"""Tables for people: columns side by side under their heads."""

from collections.abc import Sequence

# What a section found: the lines to print, and its figures by name.
Found = tuple[list[str], dict[str, float]]


def draw_table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> list[str]:
    """Text to the left, numbers to the right."""
    cells = [[str(cell) for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in (heads, *cells)) for column in range(len(heads))]
    numeric = [all(_is_number(row[column]) for row in cells) for column in range(len(heads))]

    def draw(row: Sequence[str]) -> str:
        aligned = (
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(row, widths, numeric, strict=True)
        )
        return "  " + "  ".join(aligned).rstrip()

    return [draw(heads), *(draw(row) for row in cells)]


def _is_number(cell: str) -> bool:
    return cell.lstrip("-")[:1].isdigit() or cell == "-"
