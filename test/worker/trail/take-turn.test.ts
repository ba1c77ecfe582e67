import { takeTurn } from "../../../worker/trail/take-turn.ts";

describe("a turn", () => {
  it("comes when all before it are over, also those that ended before theirs", async () => {
    const connection = {};
    const order: string[] = [];
    const turns = ["first", "second", "third"].map((name) => {
      const turn = takeTurn(connection, "queue");
      return { ...turn, told: turn.isDue.then(() => order.push(name)) };
    });
    const [first, second, third] = turns;

    second?.end();
    await first?.told;
    const before = [...order];
    first?.end();
    await third?.told;

    expect(before).toEqual(["first"]);
    expect(order).toEqual(["first", "second", "third"]);
  });

  it("does not wait for another name, or another connection", async () => {
    const connection = {};
    takeTurn(connection, "queue");

    const others = [takeTurn(connection, "another").isDue, takeTurn({}, "queue").isDue];

    await expect(Promise.all(others)).resolves.toHaveLength(2);
  });
});
