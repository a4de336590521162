/**
 * The operation that is checked: Seam's client sessions, or that of a module.
 *
 * @module
 */
import { resolve } from "node:path"
import { pathToFileURL } from "node:url"
import type { Convention } from "../engine/Check.ts"
import type { Operation } from "../operation/Operation.ts"
import * as Operations from "../operation/Operation.ts"
import * as Seam from "../seam/mod.ts"
import { Usage } from "./Usage.ts"

/** An operation, with what else is known of it. */
export interface Declared {
  readonly operation: Operation
  /** What its contract says beyond the shape of the operation. */
  readonly always: ReadonlyArray<Convention>
  /** What its service is known to do besides. */
  readonly wire: ReadonlyArray<Convention>
}

/** Seam's client sessions. */
export const seam: Declared = {
  operation: Seam.clientSessions,
  always: [Seam.conventions.page],
  wire: [Seam.conventions.wire]
}

const isConvention = (value: unknown): value is Convention =>
  typeof value === "object" && value !== null && "checks" in value && "points" in value

/** The operation that a module exports. */
export const load = async (path: string): Promise<Declared> => {
  const loaded: unknown = await import(pathToFileURL(resolve(path)).href).catch((cause: unknown) => {
    // Where the module itself is there, what is wrong in it is for its author to read.
    const message = /^(?:Module not found|Cannot find module)/.test(cause instanceof Error ? cause.message : "")
      ? "it is not there, or it imports what is not there."
      : cause instanceof Error
      ? `${cause.name}: ${cause.message.split("\n")[0] ?? ""}`
      : "it threw no error."
    throw new Usage(`The module after --operation can't be loaded: ${message}`)
  })
  const exported: ReadonlyArray<unknown> = Object.values(Object(loaded))
  const operations = exported.filter(Operations.isOperation)
  const [operation] = operations
  if (operation === undefined || operations.some((other) => other !== operation)) {
    throw new Usage(
      `The module after --operation has to export one operation, made by Operation.make; it exports ${operations.length}.`
    )
  }
  return { operation, always: exported.filter(isConvention), wire: [] }
}
