/** Finds out which steps of a flow changed places. */

/**
 * The fewest ids whose move explains how the order of `before` became that of `after`. Ids that are in one only do not count.
 */
export function findMoved(
  before: readonly string[],
  after: readonly string[],
): ReadonlySet<string> {
  const places = new Map(before.map((id, index) => [id, index]));
  const common = after.filter((id) => places.has(id));
  const kept = longestRise(common.map((id) => places.get(id) ?? 0));
  return new Set(common.filter((_id, index) => !kept.has(index)));
}

/** Indexes of a longest rising subsequence (patience sorting). */
function longestRise(numbers: readonly number[]): ReadonlySet<number> {
  // tails[n]: index of the smallest number in which a rise of n + 1 numbers can end.
  const tails: number[] = [];
  const previous: (number | undefined)[] = [];
  for (const [index, number] of numbers.entries()) {
    const length = countBelow(number, tails, numbers);
    previous.push(tails[length - 1]);
    tails[length] = index;
  }
  const rise = new Set<number>();
  for (let at = tails.at(-1); at !== undefined; at = previous[at]) rise.add(at);
  return rise;
}

/** How many of `tails` end in a number below `number`; they rise, so half of them are skipped at each look. */
function countBelow(number: number, tails: readonly number[], numbers: readonly number[]): number {
  let [low, high] = [0, tails.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const tail = numbers[tails[middle] ?? 0] ?? 0;
    if (tail < number) low = middle + 1;
    else high = middle;
  }
  return low;
}
