/** The plan of faults: drawn from the seed alone, so that the same seed gives the same faults at the same times. */

import { drawUniform } from "../plugins/chance/seeded-random.ts";

/** What is done to whom. */
export type Fault = {
  /** Milliseconds from when the fault before it is put right, or, of one alongside it, from when that began. */
  readonly afterMs: number;
  /** It begins while the one before it lasts, if that lasts long enough. */
  readonly isAlongside: boolean;
  /** Until it is put right. */
  readonly lastsMs: number;
} & (
  | { readonly kind: "worker killed"; readonly worker: number }
  | { readonly kind: "Temporal killed" | "Redis stopped" }
  | LinkFault
);

export interface LinkFault {
  readonly kind: "network cut" | "network stalled" | "network slowed" | "network reset";
  readonly link: LinkName;
}

/** Between whom. Of the links of workers to Temporal each worker has its own. */
export type LinkName =
  | `worker ${number}–Temporal`
  | "client–Temporal"
  | `workers–${"keyed" | "plain"}`
  | "workers–Redis";

export interface FaultOptions {
  readonly seed: number;
  readonly workers: number;
  /** The mean time between two faults. */
  readonly gapMs: number;
}

const LINK_KINDS = [
  "network cut",
  "network stalled",
  "network slowed",
  "network reset",
] as const satisfies readonly LinkFault["kind"][];

/** A deck holds so many of each. All are played before it is shuffled anew: no kind is left out by bad luck. */
const IN_A_DECK = { "worker killed": 4, "Temporal killed": 2, "Redis stopped": 1 } as const;

/** The faults, without end, in their order. One in three comes alongside the one before it. */
export function* planFaults({ seed, workers, gapMs }: FaultOptions): Generator<Fault> {
  for (let deck = 0; ; deck++) {
    for (const [index, card] of shuffle(cardsFor(workers), seed, deck).entries()) {
      const draw = (what: string): number => drawUniform(seed, what, deck, index);
      const isAlongside = draw("is alongside") < 1 / 3;
      const afterMs = Math.round(isAlongside ? draw("gap") * 1_000 : gapMs * (0.5 + draw("gap")));
      yield { afterMs, isAlongside, lastsMs: lastsFor(card, draw("lasts")), ...card };
    }
  }
}

type Times = "afterMs" | "isAlongside" | "lastsMs";
type Card = Fault extends infer One ? (One extends Fault ? Omit<One, Times> : never) : never;

function cardsFor(workers: number): readonly Card[] {
  const numbers = Array.from({ length: workers }, (_, worker) => worker);
  const links: readonly LinkName[] = [
    ...numbers.map((worker) => `worker ${worker}–Temporal` as const),
    "client–Temporal",
    "workers–keyed",
    "workers–plain",
    "workers–Redis",
  ];
  return [
    ...repeat(IN_A_DECK["worker killed"], (index) => ({
      kind: "worker killed" as const,
      worker: index % workers,
    })),
    ...repeat(IN_A_DECK["Temporal killed"], () => ({ kind: "Temporal killed" as const })),
    ...repeat(IN_A_DECK["Redis stopped"], () => ({ kind: "Redis stopped" as const })),
    ...links.flatMap((link) => LINK_KINDS.map((kind) => ({ kind, link }))),
  ];
}

function repeat<T>(count: number, make: (index: number) => T): readonly T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

function lastsFor({ kind }: Pick<Fault, "kind">, draw: number): number {
  if (kind === "network reset") return 0;
  return Math.round(500 + draw * (kind === "Temporal killed" ? 1_500 : 3_500));
}

function shuffle<T>(cards: readonly T[], seed: number, deck: number): readonly T[] {
  return cards
    .map((card, index) => ({ card, order: drawUniform(seed, "shuffle", deck, index) }))
    .toSorted((one, other) => one.order - other.order)
    .map(({ card }) => card);
}

/** For people, and for figures by kind. */
export function nameFault(fault: Fault): string {
  return "link" in fault ? `${fault.kind}, ${fault.link.replace(/ \d+/, "")}` : fault.kind;
}
