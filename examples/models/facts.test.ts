import { countPrompt, describeSmall, listWarnings } from "./facts.ts";

describe("the example of the catalogue", () => {
  it("says what a model costs, and who says so", () => {
    expect(describeSmall()).toBe("0.25 USD (genai-prices), 400000 tokens (genai-prices)");
  });

  it("has a price for every model of an alias", async () => {
    expect(await listWarnings()).toEqual([]);
  });

  it("counts a prompt, with and without what a message adds", () => {
    expect(countPrompt()).toEqual([5, 12]);
  });
});
