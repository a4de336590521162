/**
 * Where a client departs from a document, on purpose.
 *
 * The checks of a client hold it to the document everywhere else, and fail on a deviation that it no longer has. Drift judges
 * by the same list: what the client doesn't ask for can't break it.
 *
 * @module
 */

/**
 * What can be said about one field:
 *
 * - `name`: that it exists
 * - `required`: that it must be there
 * - `nullable`: whether it may be `null`
 * - `type`: its JSON types otherwise
 * - `format`: `uuid`, `date-time`, `float`, or none
 * - `limits`: which values of that type and format are right
 * - `value`: what a program gets to see
 * - `deprecated`: whether its use is advised against
 */
export type Aspect = "name" | "required" | "nullable" | "type" | "format" | "limits" | "value" | "deprecated"

/** A side of the operation. */
export type Side = "request" | "response"

/** One deliberate deviation. */
export interface Deviation {
  /** Request or response. */
  readonly side: Side
  /** The field, such as `todos[].title`. */
  readonly field: string
  /** What of it is different. */
  readonly aspect: Aspect
  /** Which way it is different. Whatever else the client does differently there is still a failure. */
  readonly effect: "accepts more" | "accepts less" | "shows another value"
  /** The only value for which it is, if it is one. */
  readonly onlyFor?: unknown
  /** What the client does instead. */
  readonly instead: string
  /** Why. */
  readonly because: string
  /** Where the reason is written down. */
  readonly section: string
}
