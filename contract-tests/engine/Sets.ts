/**
 * What two sets have in common, and what one has more. `Set.prototype.intersection` is not in Node 20.
 *
 * @module
 */

/** What is in both. */
export const common = <A>(one: Iterable<A>, other: ReadonlySet<A>): ReadonlySet<A> =>
  new Set([...one].filter((value) => other.has(value)))

/** What is in the first alone. */
export const minus = <A>(one: Iterable<A>, other: ReadonlySet<A>): ReadonlyArray<A> =>
  [...one].filter((value) => !other.has(value))
