import { providerContract } from "signalbox/testing";
import { acmeFake } from "./acme-fake.ts";
import { acme } from "./acme.ts";

const checks = providerContract({
  provider: ({ baseURL, apiKey }) => acme({ baseURL, apiKey }),
  fake: acmeFake,
});

describe("acme() keeps the contract of a provider:", () => {
  it.each(checks.filter(({ skip }) => skip === undefined))("$name", async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });
});
