/** Tables for people: columns as wide as they need to be, two spaces apart. */

import { padTo, widthOf } from "./fit.ts";

/** Heads and rows as lines of text, which may be coloured. A last column is not padded, so that lines do not end in spaces. */
export function formatTable(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const lines = [heads, ...rows];
  const widths = heads.map((_, column) =>
    Math.max(...lines.map((cells) => widthOf(cells[column] ?? ""))),
  );
  return lines
    .map((cells) =>
      cells
        .map((cell, column) => padTo(cell, widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
