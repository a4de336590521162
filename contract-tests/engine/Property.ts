/**
 * A law with its cases: runs them, counts the ones that could have failed, and makes the one that did smaller.
 *
 * A case is known by its key, which is made from what is asked and not from where it came up: the same question has the same
 * key whatever else a target holds.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import fc from "fast-check"
import type { Ask } from "./Ask.ts"
import type { NoAnswer } from "./Probe.ts"
import type { Origin } from "./Watch.ts"

/** What broke a law. */
export interface Violation {
  /** The case, for people: what was asked. */
  readonly counterexample: unknown
  readonly expected: string
  readonly seen: string
  /** The request that shows it best. */
  readonly ask: Ask
}

/** What one case showed. */
export interface Verdict {
  /** Whether the case could have failed at all. */
  readonly bites: boolean
  readonly violation?: Violation
}

/** The case held, and could have failed. */
export const held: Verdict = { bites: true }

/** The case could not have failed. */
export const toothless: Verdict = { bites: false }

/** The case failed. */
export const broken = (violation: Violation): Verdict => ({ bites: true, violation })

/** Judges one case. */
export type Judge<C> = (of: C) => Effect.Effect<Verdict, NoAnswer>

/** How to run a property. */
export interface RunOptions {
  readonly seed: number
  /** How many cases, at most. By default 100, or one of every kind where that is more. */
  readonly runs?: number
  /** Whether a failing case is made smaller. `true` by default. */
  readonly shrink?: boolean
  /** The one case to run, by its key; with the way to it, where it was generated. */
  readonly only?: { readonly key: string; readonly path?: string }
  /** Told the key of every case before it is judged. */
  readonly onCase?: (key: string) => void
}

/** What came of a property. */
export interface Outcome {
  readonly cases: number
  readonly bites: number
  /** The kinds of cases: how many were judged, and how many there are. */
  readonly cells: { readonly covered: number; readonly exist: number }
  readonly violation?: Violation
  /**
   * The case that failed; for a generated one the way to it, together with the seed; and where it came up, if that was in another
   * law's case.
   */
  readonly failed?: { readonly key: string; readonly path?: string; readonly origin?: Origin }
  /** Why cases were left out, or not answered. */
  readonly unanswered?: NoAnswer
}

/** One law of a check, with its cases. */
export interface Property {
  /** Tells the properties of a check apart, in a replay id. */
  readonly id: string
  /** The law, in words. */
  readonly law: string
  readonly run: (options: RunOptions) => Effect.Effect<Outcome>
}

const defaultRuns = 100

// So many cases of a law by default, however many kinds there are.
const maxKinds = 1_000

// Judging a case costs requests, and a violation is worth reporting long before it is the smallest there is.
const maxShrinks = 100
const maxSmaller = 20

// FNV-1a, twice: 64 bits tell the cases of a run apart, and say nothing of what is in them.
const hash = (text: string, basis: number): string => {
  let hash = basis
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return (hash >>> 0).toString(16).padStart(8, "0")
}

/** The key of a case: the same wherever and whenever the same is asked. */
export const keyOf = (of: unknown): string => {
  const text = JSON.stringify(of) ?? ""
  return hash(text, 0x811c9dc5) + hash(text, 0x9747b28c)
}

/** The cases of one run, judged one by one. */
const makeRun = <C>(judge: Judge<C>, { onCase, only }: RunOptions) => {
  let cases = 0
  let bites = 0
  let violation: Violation | undefined
  let failed: string | undefined
  let unanswered: NoAnswer | undefined
  return {
    /** Whether nothing more is to be asked. */
    isOver: (): boolean => unanswered !== undefined && unanswered.reason !== "once",
    attempt: Effect.fnUntraced(function*(of: C): Effect.fn.Return<boolean> {
      const key = keyOf(of)
      if (only !== undefined && only.key !== key) return true
      onCase?.(key)
      const verdict = yield* judge(of).pipe(Effect.catchTag("NoAnswer", (error) => {
        // What ends the run says more than a single question.
        if (unanswered === undefined || unanswered.reason === "once") unanswered = error
        return Effect.succeed(undefined)
      }))
      if (verdict === undefined) return true
      if (violation === undefined) {
        cases++
        if (verdict.bites) bites++
      }
      if (verdict.violation === undefined) return true
      violation = verdict.violation
      failed = key
      return false
    }),
    outcome: (cells: Outcome["cells"], path?: string | null): Outcome => ({
      cases,
      bites,
      cells,
      ...(violation !== undefined && { violation }),
      ...(failed !== undefined && { failed: { key: failed, ...(path != null && { path }) } }),
      ...(unanswered !== undefined && { unanswered })
    })
  }
}

/** A law over cases that fast-check generates, and shrinks in its own way: so many of them by default. */
export const generated = <C>(
  id: string,
  law: string,
  arbitrary: fc.Arbitrary<C>,
  judge: Judge<C>,
  runs: number = defaultRuns
): Property => ({
  id,
  law,
  run: Effect.fnUntraced(function*(options) {
    const runPromise = Effect.runPromiseWith(yield* Effect.context())
    const { attempt, isOver, outcome } = makeRun(judge, options)
    let hasFailed = false
    let shrinks = 0
    const details = yield* Effect.promise((signal) =>
      fc.check(
        fc.asyncProperty(arbitrary, async (of) => {
          if (isOver() || signal.aborted || (hasFailed && ++shrinks > maxShrinks)) return true
          const holds = await runPromise(attempt(of), { signal })
          hasFailed ||= !holds
          return holds
        }),
        {
          // The same law draws its own cases, the same whether it is run alone or after others.
          seed: options.seed ^ parseInt(hash(`${id} ${law}`, 0x811c9dc5), 16),
          numRuns: options.runs ?? runs,
          endOnFailure: options.shrink === false || options.only !== undefined,
          ...(options.only?.path !== undefined && { path: options.only.path })
        }
      )
    )
    // What a declaration's own function throws is no failure of the target.
    if (details.failed && !hasFailed) return yield* Effect.die(details.errorInstance)
    const { cases } = outcome({ covered: 0, exist: 0 })
    return outcome({ covered: Math.min(cases, 1), exist: 1 }, details.counterexamplePath)
  })
})

/** One of the cases that there are, and the kind of case it is. */
export interface Case<C> {
  readonly stratum: string
  readonly value: C
}

/**
 * A law over cases that are there to be drawn from, each at most once: first one of every kind, then a second of every
 * kind, …, so that a kind with few cases is not drowned by others. Cases of a kind should come simplest first: in the place of
 * a failing one, one that comes before it is reported if it fails too. By default there are at least so many, and one of every kind.
 */
export const drawn = <C>(
  id: string,
  law: string,
  items: ReadonlyArray<Case<C>>,
  judge: Judge<C>,
  least: number = defaultRuns
): Property => {
  const strata = new Map<string, Array<C>>()
  for (const { stratum, value } of items) {
    const kind = strata.get(stratum)
    if (kind === undefined) strata.set(stratum, [value])
    else kind.push(value)
  }
  return {
    id,
    law,
    run: Effect.fnUntraced(function*(options) {
      const { attempt, isOver, outcome } = makeRun(judge, options)
      const covered = new Set<string>()
      const done = (): Outcome => outcome({ covered: covered.size, exist: strata.size })
      const runs = options.only === undefined
        ? options.runs ?? Math.max(least, Math.min(strata.size, maxKinds))
        : Infinity
      let count = 0
      for (const { at, kind, stratum } of inTurn(strata, options.seed, runs)) {
        if (count++ >= runs || isOver()) break
        const value = kind[at]
        if (value === undefined) continue
        const holds = yield* attempt(value)
        if (!isOver()) covered.add(stratum)
        if (holds) continue
        const smaller = options.shrink === false || options.only !== undefined
          ? []
          : kind.slice(0, Math.min(at, maxSmaller))
        for (const value of smaller) if (isOver() || !(yield* attempt(value))) break
        break
      }
      return done()
    })
  }
}

interface Place<C> {
  readonly stratum: string
  readonly kind: ReadonlyArray<C>
  readonly at: number
}

/**
 * Every place there is, in rounds over the kinds. The seed decides the order within a kind, and nothing else does: laws that
 * draw from the same questions ask the same ones.
 */
const inTurn = function*<C>(
  strata: ReadonlyMap<string, ReadonlyArray<C>>,
  seed: number,
  runs: number
): Generator<Place<C>> {
  const all = [...strata]
  // Where not every kind has its turn, it isn't always the same that have none.
  const [some = all] = runs < all.length
    ? fc.sample(fc.shuffledSubarray(all, { minLength: all.length }), { seed, numRuns: 1 })
    : []
  const orders = some.map(([stratum, kind]) => {
    const places = [...kind.keys()]
    const [order = []] = fc.sample(fc.shuffledSubarray(places, { minLength: places.length }), {
      seed: seed ^ kind.length,
      numRuns: 1
    })
    return { stratum, kind, order }
  })
  const rounds = orders.reduce((most, { order }) => Math.max(most, order.length), 0)
  for (let round = 0; round < rounds; round++) {
    for (const { kind, order, stratum } of orders) {
      const at = order[round]
      if (at !== undefined) yield { stratum, kind, at }
    }
  }
}

/** The same, where all cases are of one kind. */
export const each = <C>(id: string, law: string, values: ReadonlyArray<C>, judge: Judge<C>): Property =>
  drawn(id, law, values.map((value) => ({ stratum: "", value })), judge)
