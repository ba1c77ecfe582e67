/** What the API tells of the audit trail. */

import { z } from "zod";
import type { SealedRecord } from "../../audit/chain.ts";
import { AUDIT_TYPES, type AuditRecord } from "../../audit/record.ts";
import { timeSchema } from "./quantities.ts";
import type { Holds, Same } from "./same.ts";

const hashSchema = z.string().regex(/^[0-9a-f]{64}$/);

export const auditRecordSchema = z
  .object({
    id: z
      .string()
      .describe(
        "Unique: the run's id, #, and the event it is made of, such as acme.support-1#12.1",
      ),
    at: timeSchema,
    type: z.enum(AUDIT_TYPES),
    workspace: z.string(),
    run: z.string().describe("The run's id"),
    attributes: z
      .record(
        z.string(),
        z.union([z.string(), z.number(), z.boolean(), z.array(z.string()), z.array(z.number())]),
      )
      .describe("OpenTelemetry's names where it has one, such as gen_ai.request.model"),
  })
  .meta({ id: "AuditRecord", description: "One thing that happened; holds nothing that was said" });

export const auditSchema = z
  .object({ records: z.array(auditRecordSchema).describe("In the order in which things happened") })
  .meta({ id: "Audit", description: "The audit records of a run so far" });

export const sealedRecordSchema = z
  .object({
    seq: z.int().min(0).describe("Its place in the chain of its workspace, from 0, without gaps"),
    previous: hashSchema.describe("The hash of the record before; zeros for the first"),
    record: auditRecordSchema,
    hash: hashSchema.describe("SHA-256 of previous, record and seq as canonical JSON, in hex"),
  })
  .meta({ id: "SealedRecord", description: "A record in its place in the chain of its workspace" });

export type AuditHolds = Holds<
  [
    Same<z.output<typeof auditRecordSchema>, AuditRecord>,
    Same<z.output<typeof sealedRecordSchema>, SealedRecord>,
  ]
>;
