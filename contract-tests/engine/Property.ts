/**
 * A law with its cases: runs them, counts the ones that could have failed, and shrinks the one that did. fast-check does
 * the generating and the shrinking.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import fc from "fast-check"
import type { Ask } from "./Ask.ts"
import type { NotAsked } from "./Probe.ts"

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
export type Judge<C> = (of: C) => Effect.Effect<Verdict, NotAsked>

/** How to run a property. */
export interface RunOptions {
  readonly seed: number
  /** How many cases, at most. By default 100, or one of every kind where that is more. */
  readonly runs?: number
  /** Whether a failing case is made smaller. `true` by default. */
  readonly shrink?: boolean
  /** The path of one case, as a failure gave it: only that one is run. */
  readonly path?: string
}

/** What came of a property. */
export interface Outcome {
  readonly cases: number
  readonly bites: number
  readonly violation?: Violation
  /** Leads to the same case again, together with the seed. */
  readonly path?: string
  /** Why cases were left out. */
  readonly halted?: NotAsked["message"]
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

const execute = <C>(
  arbitrary: fc.Arbitrary<C>,
  judge: Judge<C>,
  options: RunOptions,
  examples: ReadonlyArray<C>
): Effect.Effect<Outcome> =>
  Effect.gen(function*() {
    const context = yield* Effect.context()
    const run = Effect.runPromiseWith(context)
    let cases = 0
    let bites = 0
    let shrinks = 0
    let violation: Violation | undefined
    let halted: NotAsked["message"] | undefined

    const attempt = (of: C): Effect.Effect<boolean> =>
      judge(of).pipe(Effect.match({
        onFailure: ({ message }) => {
          halted = message
          return true
        },
        onSuccess: (verdict) => {
          if (violation === undefined) {
            cases++
            if (verdict.bites) bites++
          }
          if (verdict.violation === undefined) return true
          violation = verdict.violation
          return false
        }
      }))

    const details = yield* Effect.promise((signal) =>
      fc.check(
        fc.asyncProperty(arbitrary, (of) => {
          const over = halted !== undefined || signal.aborted || (violation !== undefined && ++shrinks > maxShrinks)
          return over ? Promise.resolve(true) : run(attempt(of), { signal })
        }),
        {
          seed: options.seed,
          numRuns: options.runs ?? defaultRuns,
          examples: examples.map((of): [C] => [of]),
          endOnFailure: options.shrink === false || options.path !== undefined,
          ...(options.path !== undefined && { path: options.path })
        }
      )
    )
    return {
      cases,
      bites,
      ...(violation !== undefined && { violation }),
      ...(violation !== undefined && details.counterexamplePath !== null && { path: details.counterexamplePath }),
      ...(halted !== undefined && { halted })
    }
  })

/** A law over cases that fast-check generates, and shrinks in its own way. */
export const generated = <C>(id: string, law: string, arbitrary: fc.Arbitrary<C>, judge: Judge<C>): Property => ({
  id,
  law,
  run: (options) => execute(arbitrary, judge, options, [])
})

/** One of the cases that there are, and the kind of case it is. */
export interface Case<C> {
  readonly stratum: string
  readonly value: C
}

/**
 * A law over cases that are there to be drawn from, each at most once: first one of every kind, then a second of every
 * kind, …, so that a kind with few cases is not drowned by others. Cases of a kind should come simplest first: a failing
 * one is shrunk towards the front.
 */
export const drawn = <C>(id: string, law: string, items: ReadonlyArray<Case<C>>, judge: Judge<C>): Property => {
  const strata = new Map<string, Array<Case<C>>>()
  for (const item of items) {
    const kind = strata.get(item.stratum)
    if (kind === undefined) strata.set(item.stratum, [item])
    else kind.push(item)
  }
  const kinds = [...strata.values()]
  const longest = Math.max(0, ...kinds.map((kind) => kind.length))
  const place = fc.tuple(fc.nat(Math.max(0, kinds.length - 1)), fc.nat(Math.max(0, longest - 1)))
  return {
    id,
    law,
    run: (options) =>
      items.length === 0 ? Effect.succeed({ cases: 0, bites: 0 }) : execute(
        place,
        ([kind, at]) => {
          // Not every kind is as long as the longest: what shrinking tries may not be there.
          const item = kinds[kind]?.[at]
          return item === undefined ? Effect.succeed(toothless) : judge(item.value)
        },
        {
          ...options,
          runs: Math.min(options.runs ?? Math.max(defaultRuns, Math.min(kinds.length, maxKinds)), items.length)
        },
        inTurn(kinds.map((kind) => kind.length), options.seed)
      )
  }
}

/** Every place there is, in rounds over the kinds, each kind in an order that the seed decides. */
const inTurn = (lengths: ReadonlyArray<number>, seed: number): ReadonlyArray<[kind: number, at: number]> =>
  lengths.flatMap((length, kind) => {
    const places = Array.from({ length }, (_, at) => at)
    const [order = []] = fc.sample(fc.shuffledSubarray(places, { minLength: length }), {
      seed: seed + kind,
      numRuns: 1
    })
    return order.map((at, round) => ({ round, kind, at }))
  }).sort((a, b) => a.round - b.round).map(({ at, kind }): [number, number] => [kind, at])

/** The same, where all cases are of one kind. */
export const each = <C>(id: string, law: string, values: ReadonlyArray<C>, judge: Judge<C>): Property =>
  drawn(id, law, values.map((value) => ({ stratum: "", value })), judge)
