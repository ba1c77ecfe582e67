/** Reads what a query has as text, where a number or a yes is meant. */

import { z } from "zod";

/** As people write numbers: `20`, `0.05`. Neither signs nor exponents. */
const NUMBER = /^\d{1,15}(?:\.\d{1,9})?$/;

/** A number in a query. Documented as what it is. */
export function numberText(schema: z.ZodNumber): z.ZodType<number> {
  return z.preprocess(
    (text) => (typeof text === "string" && NUMBER.test(text) ? Number(text) : text),
    schema,
  );
}

/** `true` or `false` in a query. */
export function booleanText(): z.ZodType<boolean> {
  const values: Readonly<Record<string, boolean>> = { true: true, false: false };
  return z.preprocess(
    (text) => (typeof text === "string" && Object.hasOwn(values, text) ? values[text] : text),
    z.boolean(),
  );
}

/** Of routes that take nothing in their query: what is misspelt there is told, not passed over. */
export const NO_QUERY = z.strictObject({});
