/**
 * The laws of asking again: the same question gets the same answer, whatever was asked in between or at the same time.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import fc from "fast-check"
import type { Lab } from "../engine/Lab.ts"
import { blame, differing, named, violationIn } from "../engine/Lab.ts"
import type { Case, Property } from "../engine/Property.ts"
import { broken, drawn, generated, held, toothless } from "../engine/Property.ts"
import { ids } from "../engine/Scene.ts"
import type { Single } from "../engine/Survey.ts"
import type { Parameters } from "../operation/Item.ts"

/** The questions to ask again: no filter, and each question of one filter. */
const questions = (
  { singles }: Lab,
  worthwhile: (single: Single) => boolean = () => true
): ReadonlyArray<Case<Parameters>> => [
  { stratum: "{}", value: {} },
  ...singles.filter(worthwhile).map(({ kind, parameters }) => ({ stratum: kind, value: parameters }))
]

/** The same question gets the same items. */
export const idempotence = (lab: Lab): ReadonlyArray<Property> => [
  drawn(
    "alternating",
    "The same request gets the same items again, whatever was asked in between.",
    questions(lab).map(({ stratum, value }, index, all) => ({
      stratum,
      // A fault that comes and goes in a fixed rhythm would be missed by questions in one.
      value: { parameters: value, between: all[(index * 7 + 1) % all.length]?.value ?? {}, times: index % 3 }
    })),
    Effect.fnUntraced(function*({ between, parameters, times }) {
      const ask = (parameters: Parameters) => lab.probe.ask(lab.asks.list(parameters))
      // What the target remembers of earlier requests is then part of the case, and of its replay.
      yield* ask(between)
      const first = yield* ask(parameters)
      for (let count = 0; count < times; count++) yield* ask(between)
      const second = yield* ask(parameters)
      if (differing(lab, first, second).length === 0) return first.items?.length ? held : toothless
      // A live target may have changed once. If it did, the answers from then on agree.
      for (const interrupted of [false, false, true]) {
        if (interrupted) yield* ask(between)
        const flapping = differing(lab, second, yield* ask(parameters))
        if (flapping.length > 0) {
          return broken({
            counterexample: { in_turn: [between, parameters, ...Array(times).fill(between), parameters] },
            expected: `the same items each time: ${first.seen}`,
            seen: `${second.seen}; not the same: ${named(flapping)}`,
            ask: second.ask
          })
        }
      }
      return held
    })
  )
]

// A random order of two items is the same again every other time.
const repetitions = 5

/** The same question gets the same order. */
export const orderStability = (lab: Lab): ReadonlyArray<Property> => {
  const inOrder = (ids: ReadonlyArray<string>, within: ReadonlySet<string>): string =>
    JSON.stringify(ids.filter((id) => within.has(id)))
  return [
    drawn(
      "repeated",
      "The same request gets its items in the same order again.",
      // One item has no order.
      questions(lab, ({ matching }) => matching.size > 1),
      Effect.fnUntraced(function*(parameters: Parameters) {
        const first = ids(lab, (yield* lab.probe.ask(lab.asks.list(parameters))).items ?? [])
        if (new Set(first).size < 2) return toothless
        for (let count = 1; count < repetitions; count++) {
          const answer = yield* lab.probe.ask(lab.asks.list(parameters))
          const again = ids(lab, answer.items ?? [])
          const kept = new Set(again)
          const common = new Set(first.filter((id) => kept.has(id)))
          if (inOrder(first, common) !== inOrder(again, common)) {
            return blame(lab, answer, `the order of the first answer: ${named(first)}`)
          }
        }
        return held
      })
    )
  ]
}

/** No item twice. */
export const noDuplicates = (lab: Lab): ReadonlyArray<Property> => {
  const pairs = lab.singles.flatMap(({ kind, parameters }, index, all) => {
    const other = all[(index * 5 + 3) % all.length]
    return other === undefined
      ? []
      : [{ stratum: `${kind} with another`, value: { ...parameters, ...other.parameters } }]
  })
  return [
    drawn(
      "any",
      "No item is in an answer twice.",
      [...questions(lab), ...pairs],
      (parameters: Parameters) =>
        Effect.map(lab.probe.ask(lab.asks.list(parameters)), (answer) => {
          const found = new Set<string>()
          const twice = new Set<string>()
          for (const id of ids(lab, answer.items ?? [])) (found.has(id) ? twice : found).add(id)
          return twice.size > 0
            ? blame(lab, answer, "each item once", `${answer.seen}; twice: ${named(twice)}`)
            : found.size > 0
            ? held
            : toothless
        })
    )
  ]
}

// Requests in flight together. More would test the server's capacity and not its correctness.
const maxTogether = 6

/** Requests in flight together get each their own answer. */
export const concurrentRequests = (lab: Lab): ReadonlyArray<Property> => {
  const { singles, survey: { items } } = lab
  if (singles.length < 2) return []
  const together = fc.uniqueArray(fc.nat(singles.length - 1), { minLength: 2, maxLength: maxTogether })
  return [
    generated(
      "together",
      "Requests that are in flight together get each its own answer.",
      together,
      Effect.fnUntraced(function*(indexes) {
        const chosen = indexes.flatMap((index) => singles[index] ?? [])
        const answers = yield* Effect.forEach(chosen, ({ parameters }) => lab.probe.ask(lab.asks.list(parameters)), {
          concurrency: "unbounded"
        })
        for (const [index, answer] of answers.entries()) {
          const wrong = chosen[index]?.parameters ?? {}
          const violation = yield* violationIn(lab, answer, wrong, "both")
          if (violation !== undefined) {
            return broken({
              ...violation,
              counterexample: { together: chosen.map(({ parameters }) => parameters), wrong }
            })
          }
        }
        return chosen.some(({ matching }) => matching.size > 0 && matching.size < items.length) ? held : toothless
      })
    )
  ]
}
