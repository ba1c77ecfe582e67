/** docs/reference/audit-records.md has a row for each type and each attribute, and none for another. */

import { createHash, createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { AUDIT_TYPES } from "../../audit/record.ts";
import { AUDIT_ATTRIBUTES } from "../../client/audit/attributes.ts";
import { auditRecordSchema } from "../../api/answers/audit.ts";

const page = readFileSync(join(__dirname, "../../docs/reference/audit-records.md"), "utf8");

function rowsOf(heading: string): readonly string[] {
  const section = page.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? "";
  return [...section.matchAll(/^\| `([^`]+)`/gm)].map(([, name = ""]) => name);
}

describe("the page of audit records", () => {
  it("has a row for each type, in order", () => {
    expect(rowsOf("Types")).toEqual(AUDIT_TYPES);
  });

  it("has a row for each attribute, in order", () => {
    expect(rowsOf("Attributes")).toEqual(AUDIT_ATTRIBUTES);
  });

  it("shows a record that is one", () => {
    const shown: unknown = JSON.parse(/```json\n(.*?)```/s.exec(page)?.[1] ?? "");

    const record = auditRecordSchema.parse(shown);

    const known = new Set<string>(AUDIT_ATTRIBUTES);
    expect(record).toEqual(shown);
    expect(Object.keys(record.attributes).filter((name) => !known.has(name))).toEqual([]);
  });

  it("says how a hash is made", () => {
    // What its command prints, with SALT=salt.
    const sha256 = createHash("sha256").update('"as agreed"').digest("hex");

    expect(createHmac("sha256", "salt").update(sha256).digest("hex")).toBe(
      "54c91a1f90efe9f128b8d46cd3712ae2ea34af7047a2628459993a507f26dff8",
    );
  });
});
