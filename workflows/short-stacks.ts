/**
 * Keeps stacks in the workflow sandbox short. Temporal's SDK takes one for every promise that is made there, and looks each of its
 * lines up in the source map: with Node's ten lines that is a quarter of what a run takes of the sandbox. Evaluated once for a
 * worker, before the SDK freezes what its runs share; never a part of a run.
 *
 * @see docs/decisions/0048-quicker-runs.md
 */

/** Where something was thrown, and three callers: below those are the engine's own, in most cases. */
const LINES = 4;

Error.stackTraceLimit = LINES;
