/**
 * Deviations that are known and accepted: an entry lets pass the failures that agree with it in all that it says, and no others.
 *
 * @module
 */
import * as Items from "../operation/Item.ts"
import type { Violation } from "./Property.ts"

/** A known deviation of a target from its contract, as an entry of the file after `--accept` has it. */
export interface AcceptedDeviation {
  /** The name of the check that fails. */
  readonly check: string
  /** The names of the filters that it is asked with, in any order: all of them. None by default. */
  readonly filters?: ReadonlyArray<string>
  /** The near miss of the failure, as the report has it: "lower case". None by default. */
  readonly nearMiss?: string
  /** The reading of the failure, as the report has it: "order=unspecified". None by default. */
  readonly reading?: string
  /** Why it is accepted, for who reads the report. */
  readonly reason: string
  /** The last day (of UTC) on which it is: `2027-01-31`. Without one, it is until it no longer deviates. */
  readonly until?: string
}

/** What can be compared of a failure. */
export type Signature = Pick<AcceptedDeviation, "filters" | "nearMiss" | "reading">

/** The names of the filters of a violation. */
export const signatureOf = (
  { ask: { parameters = {} }, nearMiss, reading }: Pick<Violation, "ask" | "nearMiss" | "reading">
): Signature & { readonly filters: ReadonlyArray<string> } => ({
  filters: Object.keys(parameters).sort(),
  ...(nearMiss !== undefined && { nearMiss: nearMiss.kind }),
  ...(reading !== undefined && { reading })
})

/** Whether an entry is about a failure. */
export const agrees = (entry: Signature, failure: Signature): boolean =>
  [...entry.filters ?? []].sort().join("\n") === [...failure.filters ?? []].sort().join("\n") &&
  entry.nearMiss === failure.nearMiss && entry.reading === failure.reading

/** Whether an entry holds at a time, in milliseconds since 1970. */
export const isInForce = ({ until }: AcceptedDeviation, now: number): boolean =>
  until === undefined || new Date(now).toISOString().slice(0, 10) <= until

const isText = (value: unknown): value is string => typeof value === "string" && value !== ""

const isDay = (value: unknown): boolean =>
  isText(value) && /^\d{4}-\d\d-\d\d$/.test(value) && !Number.isNaN(Date.parse(value)) &&
  new Date(value).toISOString().startsWith(value)

const keys = ["check", "filters", "nearMiss", "reading", "reason", "until"]

/** What is wrong with one entry; `undefined` where it is one. */
const problemOf = (entry: unknown): string | undefined => {
  if (!Items.isItem(entry)) return "it is no object"
  const { check, filters, nearMiss, reading, reason, until } = entry
  if (Object.keys(entry).some((key) => !keys.includes(key))) return `it has other keys than ${keys.join(", ")}`
  if (!isText(check)) return "check has to be the name of a check"
  if (!isText(reason)) return "reason has to say why it is accepted"
  if (filters !== undefined && !(Array.isArray(filters) && filters.every(isText))) {
    return "filters has to be a list of names of filters"
  }
  if (nearMiss !== undefined && !isText(nearMiss)) return "nearMiss has to be a text"
  if (reading !== undefined && !isText(reading)) return "reading has to be a text: point=reading"
  if (until !== undefined && !isDay(until)) return "until has to be a day: 2027-01-31"
  return undefined
}

const isEntry = (entry: unknown): entry is AcceptedDeviation => problemOf(entry) === undefined

/** Reads a list of entries; a text says what is wrong with which one. It quotes nothing. */
export const read = (list: unknown): ReadonlyArray<AcceptedDeviation> | string => {
  if (!Array.isArray(list)) return "it has to be a list of entries"
  const entries: ReadonlyArray<unknown> = list
  const wrong = entries.findIndex((entry) => !isEntry(entry))
  if (wrong >= 0) return `entry ${wrong + 1}: ${problemOf(entries[wrong]) ?? ""}`
  const twice = entries.filter(isEntry).findIndex((one, at, all) =>
    all.slice(0, at).some((other) => other.check === one.check && agrees(one, other))
  )
  return twice >= 0 ? `entry ${twice + 1} says the same as one before it` : entries.filter(isEntry)
}
