/**
 * A law with its cases: runs them, counts the ones that could have failed, and makes the one that did smaller.
 *
 * A case is known by its key, which is made from what is asked and not from where it came up: the same question has the same
 * key whatever else a target holds.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import fc from "fast-check"
import type { NearMissOf } from "../operation/NearMisses.ts"
import type { Ask } from "./Ask.ts"
import type { Answer, NoAnswer } from "./Probe.ts"
import { Answers } from "./Probe.ts"
import type { Text, Told } from "./Text.ts"
import type { Origin } from "./Watch.ts"

/** What broke a law. */
export interface Violation {
  /** The case, for people: what was asked. */
  readonly counterexample: Told<unknown>
  /** What was nearly missed, and how, where that is what was asked or found. */
  readonly nearMiss?: NearMissOf
  /** How the target reads an open point, where that is what is wrong. */
  readonly reading?: string
  readonly expected: Text
  readonly seen: Text
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

/** Judges one case. Where that depends on the cases before it, in a function that is called in their order. */
export type Judge<C> = (of: C) => Effect.Effect<Verdict | (() => Verdict), NoAnswer>

/** How to run a property. */
export interface RunOptions {
  readonly seed: number
  /** How many cases, at most. By default 100, or one of every kind where that is more. */
  readonly runs?: number
  /** Whether a failing case is made smaller. `true` by default. */
  readonly shrink?: boolean
  /** The one case to run, by its key; with the way to it, where it was generated. */
  readonly only?: { readonly key: string; readonly path?: string }
  /** How many cases are asked at the same time. 1 by default. */
  readonly concurrency?: number
  /** Whether a violation is one that is accepted: then the case holds, and the next one is judged. None is by default. */
  readonly accepts?: (violation: Violation) => boolean
  /** Told the key of every case as it is judged, and what was answered for it. */
  readonly onCase?: (key: string, answers: ReadonlyArray<Answer>) => void
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

/** A case that was judged, and what was answered for it. */
interface Judged {
  readonly key: string
  readonly verdict: Verdict | (() => Verdict) | NoAnswer
  readonly answers: ReadonlyArray<Answer>
}

/** The cases of one run. */
const makeRun = <C>(judge: Judge<C>, { accepts, concurrency = 1, onCase, only }: RunOptions) => {
  let cases = 0
  let bites = 0
  let violation: Violation | undefined
  let failed: string | undefined
  let unanswered: NoAnswer | undefined

  /** Whether nothing more is to be asked. */
  const isOver = (): boolean => unanswered !== undefined && unanswered.reason !== "once"

  const judged = (of: C): Effect.Effect<Judged | undefined> =>
    Effect.suspend(() => {
      const key = keyOf(of)
      if (only !== undefined && only.key !== key) return Effect.succeed(undefined)
      const answers: Array<Answer> = []
      return judge(of).pipe(
        Effect.catchTag("NoAnswer", Effect.succeed),
        Effect.provideService(Answers, answers),
        Effect.map((verdict): Judged => ({ key, verdict, answers }))
      )
    })

  /** Takes note of a case; whether it holds. */
  const record = (judged: Judged | undefined): boolean => {
    if (judged === undefined) return true
    const { answers, key, verdict: given } = judged
    onCase?.(key, answers)
    const verdict = typeof given === "function" ? given() : given
    if ("reason" in verdict) {
      // What ends the run says more than a single question.
      if (unanswered === undefined || unanswered.reason === "once") unanswered = verdict
      return true
    }
    if (violation === undefined) {
      cases++
      if (verdict.bites) bites++
    }
    if (verdict.violation === undefined || accepts?.(verdict.violation) === true) return true
    violation = verdict.violation
    failed = key
    return false
  }

  return {
    isOver,
    attempt: (of: C): Effect.Effect<boolean> => Effect.map(judged(of), record),
    /**
     * Judges cases in their order, with the next ones already asked, until `onEach` has enough. What was asked for cases after
     * that one is broken off, and counts nowhere.
     */
    inOrder: Effect.fnUntraced(function*<Of extends { readonly value: C }>(
      cases: Iterable<Of>,
      onEach: (of: Of, holds: boolean) => boolean
    ) {
      const waiting: Array<{ readonly of: Of; readonly fiber: Fiber.Fiber<Judged | undefined> }> = []
      let goesOn = true
      const next = Effect.fnUntraced(function*() {
        const first = waiting.shift()
        if (first !== undefined) goesOn = onEach(first.of, record(yield* Fiber.join(first.fiber)))
      })
      for (const of of cases) {
        waiting.push({ of, fiber: yield* Effect.forkChild(judged(of.value)) })
        if (waiting.length >= concurrency) yield* next()
        if (!goesOn) break
      }
      while (goesOn && waiting.length > 0) yield* next()
      yield* Fiber.interruptAll(waiting.map(({ fiber }) => fiber))
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
    const { attempt, inOrder, isOver, outcome } = makeRun(judge, options)
    // The same law draws its own cases, the same whether it is run alone or after others.
    const seed = options.seed ^ parseInt(hash(`${id} ${law}`, 0x811c9dc5), 16)
    const numRuns = options.runs ?? runs
    const { shrink = true } = options
    const { path } = options.only ?? {}
    const done = (path?: string | null): Outcome => {
      const { cases } = outcome({ covered: 0, exist: 0 })
      return outcome({ covered: Math.min(cases, 1), exist: 1 }, path)
    }
    let held = 0
    let hasFailed = false
    if (path === undefined) {
      const values = fc.sample(arbitrary, { seed, numRuns })
      yield* inOrder(values.map((value) => ({ value })), (_, holds) => {
        if (holds) held++
        else hasFailed = true
        return holds && !isOver()
      })
      if (!hasFailed) return done()
    }
    // What has held or failed is known: fast-check names the case that failed, and makes it smaller.
    let count = 0
    let shrinks = 0
    const details = yield* Effect.promise((signal) =>
      fc.check(
        fc.asyncProperty(arbitrary, async (of) => {
          if (path === undefined && count <= held) return count++ < held
          if (isOver() || signal.aborted || (hasFailed && ++shrinks > maxShrinks)) return true
          const holds = await runPromise(attempt(of), { signal })
          hasFailed ||= !holds
          return holds
        }),
        {
          seed,
          numRuns,
          endOnFailure: !shrink || options.only !== undefined,
          ...(path !== undefined && { path })
        }
      )
    )
    // What a declaration's own function throws is no failure of the target.
    if (details.failed && !hasFailed) return yield* Effect.die(details.errorInstance)
    return done(details.counterexamplePath)
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
      const { attempt, inOrder, isOver, outcome } = makeRun(judge, options)
      const covered = new Set<string>()
      const runs = options.only === undefined
        ? options.runs ?? Math.max(least, Math.min(strata.size, maxKinds))
        : Infinity
      let smaller: ReadonlyArray<C> = []
      yield* inOrder(first(runs, inTurn(strata, options.seed, runs)), ({ at, kind, stratum }, holds) => {
        if (!isOver()) covered.add(stratum)
        if (!holds && options.shrink !== false && options.only === undefined) {
          smaller = kind.slice(0, Math.min(at, maxSmaller))
        }
        return holds && !isOver()
      })
      for (const value of smaller) if (isOver() || !(yield* attempt(value))) break
      return outcome({ covered: covered.size, exist: strata.size })
    })
  }
}

/** The first of some. */
const first = function*<A>(count: number, all: Iterable<A>): Generator<A> {
  let at = 0
  for (const one of all) {
    if (at++ >= count) return
    yield one
  }
}

interface Place<C> {
  readonly stratum: string
  readonly kind: ReadonlyArray<C>
  readonly at: number
  readonly value: C
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
      const at = order[round] ?? -1
      const value = kind[at]
      if (value !== undefined) yield { stratum, kind, at, value }
    }
  }
}

/** A law whose cases are asked one after the other, since what one of them asks may show in the next. */
export const alone = (property: Property): Property => ({
  ...property,
  run: (options) => property.run({ ...options, concurrency: 1 })
})

/** The same, where all cases are of one kind. */
export const each = <C>(id: string, law: string, values: ReadonlyArray<C>, judge: Judge<C>): Property =>
  drawn(id, law, values.map((value) => ({ stratum: "", value })), judge)
