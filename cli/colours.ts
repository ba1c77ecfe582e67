/** Colours for people at a terminal: by NO_COLOR, FORCE_COLOR and what the output leads to. */

import { styleText } from "node:util";
import type { Screen, Terminal } from "./terminal.ts";

type Format = Parameters<typeof styleText>[0];

/** Colours a text, or leaves it as it is. */
export type Paint = (format: Format, text: string) => string;

/**
 * FORCE_COLOR wins over NO_COLOR, as in Node itself.
 *
 * @see https://no-color.org and https://nodejs.org/api/cli.html#force_color1-2-3
 */
export function hasColours(env: NodeJS.ProcessEnv, { isTTY }: Pick<Screen, "isTTY">): boolean {
  const { FORCE_COLOR: forced, NO_COLOR: refused, TERM: terminal } = env;
  if (forced !== undefined) return forced !== "0" && forced !== "false";
  if (refused) return false;
  return isTTY && terminal !== "dumb";
}

/** Whether lines may be drawn over: not in logs, and not for those who want it quiet. */
export function isAnimated({ env, stderr }: Pick<Terminal, "env" | "stderr">): boolean {
  const { CI, NO_COLOR, TERM } = env;
  return stderr.isTTY && stderr.stream !== undefined && !CI && !NO_COLOR && TERM !== "dumb";
}

/** Paints for one of the two outputs. */
export function paintFor({ env }: Pick<Terminal, "env">, screen: Screen): Paint {
  if (!hasColours(env, screen)) return (_format, text) => text;
  // The stream is checked above: without this, styleText would look at standard output whatever it is for.
  return (format, text) => styleText(format, text, { validateStream: false });
}
