/** Does something with each of a list, a few at a time. */

/** The results are in the order of the list. Rejects with the first that does. */
export async function mapSome<T, R>(
  list: readonly T[],
  atOnce: number,
  work: (one: T) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = Array.from({ length: list.length });
  const rest = list.entries();
  const workOn = async (): Promise<void> => {
    // One iterator for all: each takes what the others have not.
    for (const [place, one] of rest) results[place] = await work(one);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, list.length) }, workOn));
  return results;
}
