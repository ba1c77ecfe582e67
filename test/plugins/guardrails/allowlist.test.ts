import { allowlist } from "../../../plugins/guardrails/allowlist.ts";
import { guardrailContract } from "../../../testing/guardrail-contract.ts";
import { outputContent } from "../../../testing/guard-content.ts";
import { look } from "./look.ts";

const values = ["approve", "reject"];

describe("allowlist", () => {
  const checks = guardrailContract({
    guardrail: () => allowlist({ values, patterns: ["ORD-[0-9]{6}"] }),
    direction: "output",
    finds: ["maybe", "ORD-12", "аpprove", "approve it", outputContent({ value: { a: "no" } })],
    passes: ["approve", " reject\n", "ORD-123456", outputContent({ value: { a: "approve" } })],
    slowTexts: ["ORD-1".repeat(210_000), "approve,".repeat(131_072)],
  });
  it.each(checks)("$name", async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });

  it("looks at the members that it is told to", async () => {
    const guardrail = allowlist({ values, fields: ["items.decision"] });
    const value = { note: "free", items: [{ decision: "approve" }, { decision: "maybe" }] };
    const content = outputContent({ value });

    const found = await look(guardrail, content);

    expect(found.map(({ start, end }) => content.text.slice(start, end))).toEqual(["maybe"]);
  });

  it("does not take a member's name for a value, nor a value for a name", async () => {
    const content = outputContent({ value: { decision: "decision" } });

    const found = await look(allowlist({ values, fields: ["decision"] }), content);

    expect(found).toHaveLength(1);
  });

  it("takes several values where there is something between them", async () => {
    const guardrail = allowlist({ values, separator: "," });
    const content = outputContent("approve, reject ,maybe");

    const found = await look(guardrail, content);

    expect(found.map(({ start, end }) => content.text.slice(start, end))).toEqual(["maybe"]);
  });

  it("finds an empty text, as a whole", async () => {
    const found = await look(allowlist({ values }), outputContent(" "));

    expect(found).toEqual([expect.objectContaining({ kind: "not-allowed" })]);
    expect(found[0]).not.toHaveProperty("start");
  });

  it("tells the model what it may answer", async () => {
    const [found] = await look(allowlist({ values }), outputContent("maybe"));

    expect(found?.advice).toBe("Answer with nothing but one of: approve, reject.");
  });

  it("takes both cases where it is told to", async () => {
    const guardrail = allowlist({ values, patterns: ["yes"], ignoreCase: true });

    expect(await look(guardrail, outputContent("APPROVE"))).toEqual([]);
    expect(await look(guardrail, outputContent("Yes"))).toEqual([]);
  });

  it.each([[{}], [{ values, separator: "" }], [{ values, fields: [] }], [{ patterns: ["(a"] }]])(
    "refuses %j",
    (options) => {
      expect(() => allowlist(options)).toThrow(
        expect.objectContaining({ code: "PLUGIN_INVALID_OPTIONS" }),
      );
    },
  );
});
