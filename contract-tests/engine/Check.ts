/**
 * What a check is, and what a convention adds to those that follow from a declaration.
 *
 * @module
 */
import type { Item } from "../operation/Item.ts"
import type { Operation } from "../operation/Operation.ts"
import type { Lab } from "./Lab.ts"
import type { Point, Readings } from "./Point.ts"
import type { Property } from "./Property.ts"
import type { Target } from "./Target.ts"

/**
 * - `shape`: statuses, media types, bodies, credentials
 * - `meaning`: what the filters mean for the items in an answer
 * - `spec`: a client's own schemas, held against a document
 */
export type CheckKind = (typeof kinds)[number]

/** Every kind there is. */
export const kinds = ["shape", "meaning", "spec"] as const

/** What a check is called, and what it is for. */
export interface CheckInfo {
  /** As `--check` takes it, and reports show it. */
  readonly name: string
  /** What kind of thing it is about. */
  readonly kind: CheckKind
  /** What it guards. */
  readonly sentence: string
}

/** What a check is given beside the answers. */
export interface Given {
  /** What is asked, and with what credentials; and the items that are known. */
  readonly target: Target
  /** The readings that the target is held to. */
  readonly expected: Readings
}

/** A check of a target. */
export interface Check extends CheckInfo {
  /** Its laws, over the cases that the target's data gives. */
  readonly properties: (lab: Lab) => ReadonlyArray<Property>
  /** What of the declaration it doesn't look at, though it is about it: keywords that no validator knows. */
  readonly unchecked?: (operation: Operation) => ReadonlyArray<string>
  /** Whether a declaration has what it is about; without, there is no such check. */
  readonly allowedBy?: (operation: Operation) => boolean
  /** What it needs and was not given, for people; it is then skipped. Known before anything is asked. */
  readonly needs?: (given: Given) => string | undefined
  /** What it needs and a target lacks, for people; it is then skipped. */
  readonly lacks?: (lab: Lab) => string | undefined
  /** Whether it reports what was seen of the answers of all checks, so that it has to be the last. */
  readonly last?: boolean
}

/** What a service does beyond what its contract says of the operation: more checks, more open points. */
export interface Convention {
  /** What it is called. */
  readonly name: string
  /** Checks beside those that follow from the declaration. */
  readonly checks: ReadonlyArray<Check>
  /** Open points beside those that follow from the declaration. */
  readonly points: ReadonlyArray<Point>
  /** Whether the target may leave out an item that it has. */
  readonly mayOmit?: (item: Item, readings: Readings, now: number) => boolean
}
