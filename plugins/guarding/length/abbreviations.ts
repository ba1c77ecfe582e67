/** Abbreviations whose point ends no sentence, in the languages that are written most. In lower case, without the point. */

export const ABBREVIATIONS: ReadonlySet<string> = new Set(
  [
    // English
    "mr mrs ms dr prof st mt jr sr vs etc no nos vol fig figs ed eds inc ltd co corp dept approx est e.g i.e cf al p pp",
    "jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun a.m p.m u.s u.k gen col sgt capt rev hon",
    // German
    "z.b z b d.h d h u.a u a usw bzw ca nr str tel evtl ggf inkl exkl abs bspw vgl hr fr o.ä s.o z.t i.d.r zzgl min max mio mrd",
    // French, Spanish, Italian, Portuguese
    "m mme mlle mm av bd env p.ex réf sra srta dña ud uds pág núm ej sig dott ing avv ecc pag tav exmo exma",
  ].flatMap((line) => line.split(" ")),
);
