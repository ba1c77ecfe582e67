/** Reads a list of words as it is written in the lexicon. */

/** Words and phrases between bars; blanks around them and ends of lines do not count. */
export function words(list: string): readonly string[] {
  return list.split("|").map((word) => word.trim().replaceAll(/\s+/g, " "));
}
