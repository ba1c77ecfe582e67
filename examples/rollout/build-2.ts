/** What build 2.0 of the worker exports. With Worker Versioning it need not have version 1: its runs stay on build 1.0. */

export { letterV2 as letter } from "./letters.ts";
