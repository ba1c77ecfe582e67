import {
  array,
  assert,
  asyncProperty,
  constantFrom,
  integer,
  tuple,
  type Arbitrary,
} from "fast-check";
import type { Finding, Turn } from "../../../plugins/contract.ts";
import { pii, type PiiKind, type PiiOptions } from "../../../plugins/guardrails/pii.ts";
import { inputContent, outputContent } from "../../../testing/guard-content.ts";
import { guardrailContract, mebibyteOf } from "../../../testing/guardrail-contract.ts";

const context = { step: "draft", model: "test/model", signal: new AbortController().signal };

async function find(
  text: string | readonly Turn[],
  options: PiiOptions = {},
): Promise<readonly Finding[]> {
  return pii(options).check(inputContent(text), context);
}

/** What was found, as kind and the original text. */
async function findTexts(text: string, options?: PiiOptions): Promise<readonly string[]> {
  const findings = await find(text, options);
  return findings.map(({ kind, start, end }) => `${kind}: ${text.slice(start, end)}`);
}

const FOUND: readonly (readonly [kind: PiiKind, text: string, found: string])[] = [
  ["email", "Write to jane.roe@example.com.", "jane.roe@example.com"],
  ["email", "?email=nora@example.com&x", "nora@example.com"],
  ["email", "carlos%40example.com", "carlos%40example.com"],
  ["email", "a@ex\u200bample.com!", "a@ex\u200bample.com"],
  ["email", "it is john (at) example (dot) com", "john (at) example (dot) com"],
  ["email", "it is john at example dot com", "john at example dot com"],
  ["phone", "call (415) 555-0132 now", "(415) 555-0132"],
  ["phone", "+44 20 7946 0958 is mine", "+44 20 7946 0958"],
  ["phone", "Handy: 0171 3920012", "0171 3920012"],
  ["phone", "phone 4 1 5 5 5 5 0 1 3 2", "4 1 5 5 5 5 0 1 3 2"],
  ["payment-card", "card 4111 1111 1111 1111 12/28 123", "4111 1111 1111 1111"],
  ["payment-card", "card 3782-822463-10005.", "3782-822463-10005"],
  ["payment-card", "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1", "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1"],
  ["payment-card", "４１１１１１１１１１１１１１１１", "４１１１１１１１１１１１１１１１"],
  ["iban", "to DE89 3704 0044 0532 0130 00 today", "DE89 3704 0044 0532 0130 00"],
  ["iban", "gb29nwbk60161331926819", "gb29nwbk60161331926819"],
  ["national-id", "SSN 219-09-9999", "219-09-9999"],
  ["national-id", "HETU 131052-308T", "131052-308T"],
  ["national-id", "codice fiscale RSSMRA85T10A562S", "RSSMRA85T10A562S"],
  ["ip", "from 203.0.113.42:22", "203.0.113.42"],
  ["ip", "203[.]0[.]113[.]42", "203[.]0[.]113[.]42"],
  ["ip", "at 2001:db8::1.", "2001:db8::1"],
  ["mac", "device 3c:22:fb:12:34:56 joined", "3c:22:fb:12:34:56"],
  ["mac", "0000.5e00.53ab", "0000.5e00.53ab"],
  ["postal-address", "at 12 Main Street, Boston, MA 02108.", "12 Main Street, Boston, MA 02108"],
  ["postal-address", "Musterstraße 12, 12345 Musterstadt", "Musterstraße 12, 12345 Musterstadt"],
  ["postal-address", "12 rue de la Paix, 75002 Paris", "12 rue de la Paix, 75002 Paris"],
  ["date-of-birth", "born on 12 March 1985 in Leeds", "12 March 1985"],
  ["date-of-birth", "né le 12 mars 1985", "12 mars 1985"],
  ["date-of-birth", "生年月日：1985年3月12日", "1985年3月12日"],
  ["date-of-birth", "am 4. Mai 1977 in Bremen geboren", "4. Mai 1977"],
  ["date-of-birth", "父は1961年2月3日生まれ", "1961年2月3日"],
  ["email", "ask us at jo dot li at example dot com", "jo dot li at example dot com"],
  ["phone", "電話番号は03-1234-5678です", "03-1234-5678"],
  ["phone", "+33 6 39 98 00 11", "+33 6 39 98 00 11"],
  ["national-id", "resident registration 850412-1000000", "850412-1000000"],
  ["postal-address", '{"street":"Ahornweg 3","zip":"99084"}', 'Ahornweg 3","zip":"99084'],
];

const PASSED = [
  "version 1.2.3.4",
  "Chrome/120.0.6099.109",
  "listen on 127.0.0.1:8080",
  "a::b::c at 12:30:45",
  "image@2x.png and left-pad@1.3.0",
  "visit us at example dot com",
  "Order 4111111111111112, IBAN DE88370400440532013000",
  "invoice 20240312-0001 of 12/03/2024",
  "Birthday sale ends 12/03/2026",
  "airborne on 12/03/2020",
  "42 Wall Street banks failed",
  "550e8400-e29b-41d4-a716-446655440000",
  "pairs 05 12 20 24 39 41 44",
  "unit 3310-9918-5520-K",
  "+1 for that, it took 10-15 minutes",
  "order part 219-09-9999",
  "SHA256:ab:cd:ef:01:23:45:67:89:ab:cd:ef:01:23:45:67:89:ab:cd:ef:01",
];

describe("pii", () => {
  it.each(FOUND)("finds %s in %j", async (kind, text, found) => {
    expect(await findTexts(text)).toEqual([`${kind}: ${found}`]);
  });

  it.each(PASSED)("lets %j pass", async (text) => {
    expect(await findTexts(text)).toEqual([]);
  });

  it.each([
    ["email", "Mine is rosa.diaz@", "example.com"],
    ["payment-card", "My card is 4242 4242", "4242 4242, thanks"],
    ["iban", "It begins with DE89 3704 0044", "0532 0130 00"],
    ["phone", "Call me: +1 415 555", "0132"],
  ])("finds %s that is split over messages", async (kind, first, second) => {
    const findings = await find([
      { role: "user", content: first },
      { role: "user", content: second },
    ]);

    expect(findings.map((finding) => finding.kind)).toEqual([kind]);
  });

  it("finds what stands in the input of a tool, in its name of a file and in JSON", async () => {
    const content = outputContent({
      toolCalls: [
        {
          id: "1",
          tool: "save",
          input: { file: "scan-jane@example.com.pdf", text: '{"pan":"4111111111111111"}' },
        },
      ],
    });

    const findings = await pii().check(content, { ...context, conversation: inputContent("") });

    expect(findings.map(({ kind }) => kind)).toEqual(["email", "payment-card"]);
  });

  it("finds every number of a list", async () => {
    const numbers = Array.from(
      { length: 50 },
      (_, at) => `415-555-01${String(at).padStart(2, "0")}`,
    );

    const found = await findTexts(numbers.join("\n"));

    expect(found).toEqual(numbers.map((number) => `phone: ${number}`));
  });

  it("says how bad each kind is", async () => {
    const findings = await find("4111111111111111, jane@example.com, 203.0.113.9");

    expect(findings.map(({ severity }) => severity)).toEqual(["high", "medium", "low"]);
  });

  it("looks only for the kinds that are wanted", async () => {
    const found = await findTexts("4111111111111111, jane@example.com", { kinds: ["email"] });

    expect(found).toEqual(["email: jane@example.com"]);
  });

  it("knows numbers without + of the countries that are wanted", async () => {
    const text = "Tel. 030 23125 123";

    expect(await findTexts(text, { countries: ["us"] })).toEqual([]);
    expect(await findTexts(text, { countries: ["de"] })).toEqual(["phone: 030 23125 123"]);
  });

  it("knows the ids of the countries that are wanted", async () => {
    const text = "SSN 219-09-9999, DNI 12345678Z";

    expect(await findTexts(text, { nationalIds: ["es"] })).toEqual(["national-id: 12345678Z"]);
  });

  it("finds the user's own patterns, and lets them win", async () => {
    const found = await findTexts("K-123456 and mail-7@example.com", {
      patterns: { "customer-number": "K-[0-9]{6}", "internal-mail": "mail-[0-9]+@example\\.com" },
    });

    expect(found).toEqual(["customer-number: K-123456", "internal-mail: mail-7@example.com"]);
  });

  it.each<[string, PiiOptions]>([
    ['the pattern "broken" does not compile', { patterns: { broken: "(" } }],
    ['the pattern "Customer" is not a kind', { patterns: { Customer: "a" } }],
    ['the pattern "email" is the name of a built-in kind', { patterns: { email: "a" } }],
    ['the pattern "nothing" matches an empty text', { patterns: { nothing: "a*" } }],
  ])("refuses options: %s", (message, options) => {
    expect(() => pii(options)).toThrow(
      expect.objectContaining({
        code: "PLUGIN_INVALID_OPTIONS",
        message: expect.stringContaining(message),
      }),
    );
  });

  it.each(["kinds", "countries", "nationalIds"])("refuses an unknown value of %s", (option) => {
    expect(() => pii({ [option]: ["xx"] })).toThrow(
      expect.objectContaining({
        code: "PLUGIN_INVALID_OPTIONS",
        message: expect.stringContaining(option),
      }),
    );
  });

  it("passes on the rules that every guardrail has", () => {
    const rules = {
      action: "redact",
      onError: "allow",
      timeoutMs: 5,
      places: ["input"],
      restore: true,
    } as const;

    expect(pii(rules)).toMatchObject(rules);
  });
});

/** Chance for the separators between the characters of a number. */
const separators = array(constantFrom("", " ", "-", ".", "\n", "  ", "_", "/"), {
  minLength: 40,
  maxLength: 40,
});

function separate(number: string, between: readonly string[]): string {
  return Array.from(number, (character, at) => (at === 0 ? "" : between[at]) + character).join("");
}

/** The sum of digits in which every other one counts twice, by the definition of ISO/IEC 7812. */
function luhnDigit(body: string): number {
  const sum = Array.from(body)
    .toReversed()
    .reduce((total, digit, at) => {
      const value = Number(digit) * (at % 2 === 0 ? 2 : 1);
      return total + Math.floor(value / 10) + (value % 10);
    }, 0);
  return (10 - (sum % 10)) % 10;
}

const digits = (length: number) =>
  array(integer({ min: 0, max: 9 }), { minLength: length, maxLength: length }).map((list) =>
    list.join(""),
  );
/** Bodies of Visa, Mastercard and American Express. */
const cardBodies = constantFrom("4", "53", "37").chain((prefix) =>
  digits((prefix === "37" ? 14 : 15) - prefix.length).map((rest) => prefix + rest),
);
/** The digits of a bank and an account, and 98 minus their rest: what the standard asks for. */
const ibans = digits(18).map((account) => {
  const check = 98n - (BigInt(`${account}131400`) % 97n);
  return { account, check: String(check).padStart(2, "0") };
});
const offsets = integer({ min: 1, max: 9 });

describe("numbers with a checksum, however they are separated", () => {
  it("are found: cards", async () => {
    await assertEvery(tuple(cardBodies, separators), async ([body, between]) => {
      const found = await find(`card: ${separate(body + luhnDigit(body), between)}.`);
      expect(found.map(({ kind }) => kind)).toContain("payment-card");
    });
  });

  it("are none with another check digit: cards", async () => {
    await assertEvery(tuple(cardBodies, separators, offsets), async ([body, between, offset]) => {
      const number = body + ((luhnDigit(body) + offset) % 10);
      const text = `card: ${separate(number, between)}.`;
      const found = await findTexts(text, { kinds: ["payment-card"] });
      // Of sixteen digits, thirteen that stand together may be a card of their own.
      const whole = found.filter((shown) => shown.replaceAll(/\D/g, "").length >= number.length);
      expect(whole).toEqual([]);
    });
  });

  it("are found: German IBANs", async () => {
    await assertEvery(tuple(ibans, separators), async ([{ account, check }, between]) => {
      const found = await find(`account ${separate(`DE${check}${account}`, between)}`);
      expect(found.map(({ kind }) => kind)).toContain("iban");
    });
  });

  it("are none with other check digits: German IBANs", async () => {
    await assertEvery(
      tuple(ibans, separators, offsets),
      async ([{ account, check }, between, offset]) => {
        const broken = String((Number(check) + offset) % 97).padStart(2, "0");
        const found = await find(`account ${separate(`DE${broken}${account}`, between)}`, {
          kinds: ["iban"],
        });
        expect(found).toEqual([]);
      },
    );
  });

  it("are found, and are none with another letter: Spanish ids", async () => {
    const letters = "TRWAGMYFPDXBNJZSQVHLCKE";
    await assertEvery(tuple(digits(8), separators, offsets), async ([number, between, offset]) => {
      const options: PiiOptions = { kinds: ["national-id"], nationalIds: ["es"] };
      const at = Number(number) % 23;

      const found = await find(`DNI ${separate(number + letters.charAt(at), between)}`, options);
      const broken = letters.charAt((at + offset) % 23);
      const none = await find(`DNI ${separate(number + broken, between)}`, options);

      expect(found).toHaveLength(1);
      expect(none).toEqual([]);
    });
  });

  it("are found, and are none with another check digit: Polish ids", async () => {
    const births = tuple(
      integer({ min: 0, max: 99 }),
      integer({ min: 1, max: 12 }),
      integer({ min: 1, max: 28 }),
    );
    await assertEvery(
      tuple(births, digits(4), separators, offsets),
      async ([birth, serial, between, offset]) => {
        const body = birth.map((part) => String(part).padStart(2, "0")).join("") + serial;
        const sum = Array.from(body).reduce(
          (total, digit, at) => total + Number(digit) * [1, 3, 7, 9][at % 4]!,
          0,
        );
        const check = (10 - (sum % 10)) % 10;
        const options: PiiOptions = { kinds: ["national-id"], nationalIds: ["pl"] };

        const found = await find(`PESEL ${separate(body + check, between)}`, options);
        const none = await find(
          `PESEL ${separate(body + ((check + offset) % 10), between)}`,
          options,
        );

        expect(found).toHaveLength(1);
        expect(none).toEqual([]);
      },
    );
  });
});

function assertEvery<Value>(
  values: Arbitrary<Value>,
  check: (value: Value) => Promise<void>,
): Promise<void> {
  return assert(asyncProperty(values, check), { numRuns: 100 });
}

const slow = [
  "030 1234567 ",
  "123-45-6789 ",
  "4111 1111 ",
  "1.1.1.1.",
  "a:",
  "DE89",
  "12/03/1985 born ",
  "via a 1 ",
  "a at b dot c ",
  "x@x.",
  "A straße 1, 12345 ",
  "ssn 1 ",
];

describe("the contract of guardrails", () => {
  const checks = guardrailContract({
    guardrail: () => pii(),
    finds: FOUND.map(([, text]) => text),
    passes: PASSED,
    slowTexts: slow.map(mebibyteOf),
  });

  it.each(checks)("$name", async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });
});
