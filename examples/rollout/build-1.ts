/** What build 1.0 of the worker exports. */

export { letterV1 as letter } from "./letters.ts";
