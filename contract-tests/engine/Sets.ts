/**
 * What two sets have in common, and what one has more; and sets of places in a list. `Set.prototype.intersection` and the like are not in Node 20.
 *
 * @module
 */

/** Places in a list, held in little room: with many items there are many such sets of many places. */
export interface Places extends Iterable<number> {
  readonly size: number
  readonly has: (place: number) => boolean
}

/** Some places, that are given in their order. */
export const places = (ordered: ReadonlyArray<number>): Places => {
  const all = Uint32Array.from(ordered)
  return {
    size: all.length,
    has: (place) => {
      let [low, high] = [0, all.length]
      while (low < high) {
        const middle = (low + high) >> 1
        if ((all[middle] ?? 0) < place) low = middle + 1
        else high = middle
      }
      return all[low] === place
    },
    [Symbol.iterator]: () => all.values()
  }
}

/** What can be walked through, and says what is in it. */
type Known<A> = Iterable<A> & Pick<ReadonlySet<A>, "has">

/** What is in both. */
export const common = <A>(one: Iterable<A>, other: Known<A>): ReadonlySet<A> =>
  new Set([...one].filter((value) => other.has(value)))

/** What is in the first alone. */
export const minus = <A>(one: Iterable<A>, other: ReadonlySet<A>): ReadonlyArray<A> =>
  [...one].filter((value) => !other.has(value))

/** Whether all of the first is in the second. */
export const isWithin = <A>(one: Known<A>, other: Known<A>): boolean => {
  for (const value of one) if (!other.has(value)) return false
  return true
}

/** Whether nothing is in both. */
export const isDisjoint = <A>(one: Known<A>, other: Known<A>): boolean => {
  for (const value of one) if (other.has(value)) return false
  return true
}
