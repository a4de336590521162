/**
 * The one form in which errors are declared here: a class over `Data.TaggedError`, whose base has an explicit type, as JSR
 * wants it.
 *
 * @module
 */
import type * as Cause from "effect/Cause"

/** What an error is made from: its message and its own fields. */
export type ErrorFields<E extends Cause.YieldableError> = Omit<
  E,
  Exclude<keyof Cause.YieldableError, "message"> | "_tag"
>

/** The base of the class of an error. */
export interface TaggedErrorClass<Tag extends string, E extends Cause.YieldableError> {
  new(fields: ErrorFields<E>): Cause.YieldableError & { readonly _tag: Tag }
}
