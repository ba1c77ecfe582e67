import { createHash } from "node:crypto";
import { storedKeys, type Customer } from "./stored-keys.ts";

const customers = new Map<string, Customer>([
  [
    createHash("sha256").update("open sesame").digest("hex"),
    { name: "ali", workspace: "cave", scopes: ["run", "read"] },
  ],
]);
const authenticator = storedKeys(async (sha256) => customers.get(sha256));

it("knows a customer by their key", async () => {
  const caller = await authenticator.authenticate("open sesame");

  expect(caller).toEqual({ id: "ali", workspace: "cave", scopes: new Set(["run", "read"]) });
});

it("knows nobody by another", async () => {
  const caller = await authenticator.authenticate("open barley");

  expect(caller).toBeUndefined();
});
