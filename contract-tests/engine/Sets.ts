/**
 * What two sets have in common, and what one has more. `Set.prototype.intersection` and the like are not in Node 20.
 *
 * @module
 */

/** What is in both. */
export const common = <A>(one: Iterable<A>, other: ReadonlySet<A>): ReadonlySet<A> =>
  new Set([...one].filter((value) => other.has(value)))

/** What is in the first alone. */
export const minus = <A>(one: Iterable<A>, other: ReadonlySet<A>): ReadonlyArray<A> =>
  [...one].filter((value) => !other.has(value))

/** Whether all of the first is in the second. */
export const isWithin = <A>(one: ReadonlySet<A>, other: ReadonlySet<A>): boolean => {
  for (const value of one) if (!other.has(value)) return false
  return true
}

/** Whether nothing is in both. */
export const isDisjoint = <A>(one: ReadonlySet<A>, other: ReadonlySet<A>): boolean => {
  for (const value of one) if (other.has(value)) return false
  return true
}
