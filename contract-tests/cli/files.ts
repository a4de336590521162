/**
 * What the files after the flags hold, and the readings that are expected.
 *
 * @module
 */
import { readFile } from "node:fs/promises"
import type { AcceptedDeviation } from "../engine/Accepted.ts"
import * as Accepted from "../engine/Accepted.ts"
import type { Readings } from "../engine/Point.ts"
import type { Item } from "../operation/Item.ts"
import type { Operation } from "../operation/Operation.ts"
import * as Operations from "../operation/Operation.ts"
import type { Arguments } from "./args.ts"
import { Usage } from "./Usage.ts"

// A path may be a key in the wrong place, and the runtime's messages quote it.
const reasonOf = (cause: unknown): string => {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined
  const name = cause instanceof Error ? cause.name : ""
  return code === "ENOENT" || code === "ERR_MODULE_NOT_FOUND" || name === "NotFound"
    ? "it is not there"
    : code === "EACCES" || name === "NotCapable" || name === "PermissionDenied"
    ? "that is not allowed"
    : "it may be no file"
}

/** Uses the file after a flag, or says why it can't be used. */
export const usingFile = <A>(flag: string, use: Promise<A>): Promise<A> =>
  use.catch((cause: unknown) => {
    throw new Usage(`The file after --${flag} can't be used: ${reasonOf(cause)}.`)
  })

/** What a file after a flag holds, as JSON. */
const jsonIn = async (flag: "accept" | "items", path: string): Promise<unknown> => {
  const text = await usingFile(flag, readFile(path, "utf8"))
  try {
    return JSON.parse(text)
  } catch {
    throw new Usage(`The file after --${flag} can't be used: it is no JSON.`)
  }
}

/** The deviations that are accepted. */
export const acceptedIn = async (path: string): Promise<ReadonlyArray<AcceptedDeviation>> => {
  const accepted = Accepted.read(await jsonIn("accept", path))
  if (typeof accepted === "string") throw new Usage(`The file after --accept can't be used: ${accepted}.`)
  return accepted
}

/** The items that a server holds. */
export const itemsIn = async (operation: Operation, path: string): Promise<ReadonlyArray<Item>> => {
  const json = await jsonIn("items", path)
  const items = Array.isArray(json)
    ? Operations.readItems({ ...operation, items: "" }, json)
    : Operations.readItems(operation, json)
  if (items === undefined) {
    throw new Usage(
      "The file after --items can't be used: it has to be a list of items, each with its id, or an answer that holds one."
    )
  }
  return items
}

/** The readings that are expected. */
export const expectedIn = (given: Arguments): Readings => {
  const readings = given.texts("expect").map((text) => {
    const [, point, reading] = /^([^=]+)=(.+)$/s.exec(text) ?? []
    if (point === undefined || reading === undefined) throw new Usage("Expected POINT=READING after --expect.")
    return [point, reading] as const
  })
  if (new Set(readings.map(([point]) => point)).size < readings.length) {
    throw new Usage("Give --expect only once for a point.")
  }
  return Object.fromEntries(readings)
}
