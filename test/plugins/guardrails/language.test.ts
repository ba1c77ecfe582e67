import { language, type LanguageOptions } from "../../../plugins/guardrails/language.ts";
import { guardrailContract, mebibyteOf, outputContent } from "../../../testing/index.ts";
import { findIn } from "./find-in.ts";

const GERMAN = "Die Zahlung wurde abgelehnt, weil nicht genug Geld auf dem Konto war.";
const ENGLISH = "The payment was declined because there was not enough money in the account.";
const FRENCH = "Le paiement a été refusé parce qu'il n'y avait pas assez d'argent sur le compte.";
const RUSSIAN = "Платёж отклонён, потому что на счёте было недостаточно средств.";
const JAPANESE = "口座の残高が足りないため、支払いが拒否されました。";

const kinds = async (options: LanguageOptions, reply: Parameters<typeof outputContent>[0]) =>
  (await findIn(language(options), outputContent(reply))).map(({ kind }) => kind);

describe("the contract of guardrails", () => {
  const checks = guardrailContract({
    guardrail: () => language({ allow: ["en", "de"] }),
    direction: "output",
    finds: [FRENCH, RUSSIAN, JAPANESE, FRENCH.toUpperCase()],
    passes: [ENGLISH, GERMAN, "OK", ENGLISH.toUpperCase()],
    slowTexts: ["das Haus ", "è ", "'a ", "x=1;", "Ää ", "漢", "a_b "].map(mebibyteOf),
  });

  it.each(checks)("$name", async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });
});

describe("a reply", () => {
  it.each([
    [["en"], GERMAN, ["foreign-language"]],
    [["de"], ENGLISH, ["foreign-language"]],
    [["fr"], FRENCH, []],
    [["ru"], RUSSIAN, []],
    [["uk"], RUSSIAN, ["foreign-language"]],
    [["ja"], JAPANESE, []],
    [["zh"], JAPANESE, ["foreign-language"]],
    [["ja"], ENGLISH, ["foreign-language"]],
    [["EN-gb"], ENGLISH, []],
  ])("with %j allowed, %s gives %j", async (allow, reply, expected) => {
    expect(await kinds({ allow }, reply)).toEqual(expected);
  });

  it.each([
    ["a foreign quote", `${ENGLISH} They wrote: "${FRENCH}"`],
    ["foreign code", `${ENGLISH}\n\`\`\`\n${FRENCH}\n\`\`\``],
    ["names", "José Rodríguez, Françoise Dupont, Björn Åkesson, Władysław Nowak"],
    ["an address", "https://example.com/produits/carte-bancaire/commander-une-carte"],
    ["ids in JSON", { value: { answer: ENGLISH, status: "enviado", id: "tarjeta-nueva" } }],
    ["nothing but code", "const tarjeta = await obtenerTarjeta(usuario); return tarjeta;"],
  ])("may hold %s", async (_, reply) => {
    expect(await kinds({ allow: ["en"] }, reply)).toEqual([]);
  });

  it("is judged by most of it", async () => {
    expect(await kinds({ allow: ["en"] }, `OK. ${FRENCH} ${FRENCH}`)).toEqual(["foreign-language"]);
  });
});

describe("a text that is too short", () => {
  it("passes", async () => {
    expect(await kinds({ allow: ["en"] }, "Guten Tag")).toEqual([]);
  });

  it("is found where the user wants it", async () => {
    expect(await kinds({ allow: ["en"], onUnsure: "find" }, "Guten Tag")).toEqual([
      "unsure-language",
    ]);
  });

  it("is judged where the user wants it", async () => {
    expect(await kinds({ allow: ["en"], minCharacters: 3 }, "Да, конечно")).toEqual([
      "foreign-language",
    ]);
  });
});

it.each([[[]], [["english"]], [[""]]])("refuses the languages %j", (allow) => {
  expect(() => language({ allow })).toThrow(
    expect.objectContaining({ code: "PLUGIN_INVALID_OPTIONS" }),
  );
});
