/**
 * The laws of asking again: the same question gets the same answer, whatever was asked in between or at the same time.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import fc from "fast-check"
import * as Ask from "../Ask.ts"
import type { Lab } from "../Lab.ts"
import { blame, compare, differing, named } from "../Lab.ts"
import type { Item, Property } from "../Property.ts"
import { broken, drawn, generated, held, toothless } from "../Property.ts"
import type { Filter } from "../Session.ts"
import * as Sessions from "../Session.ts"
import type { Single } from "../Survey.ts"

/** The questions to ask again: no filter, and each filter of one parameter. */
const questions = (
  { survey }: Lab,
  worthwhile: (single: Single) => boolean = () => true
): ReadonlyArray<Item<Filter>> => [
  { stratum: "{}", value: {} },
  ...survey.singles.filter(worthwhile).map(({ filter, kind }) => ({ stratum: kind, value: filter }))
]

/** The same question gets the same sessions. */
export const idempotence = (lab: Lab): ReadonlyArray<Property> => [
  drawn(
    "alternating",
    "The same request gets the same sessions again, whatever was asked in between.",
    questions(lab).map(({ stratum, value }, index, all) => ({
      stratum,
      // A fault that comes and goes in a fixed rhythm would be missed by questions in one.
      value: { filter: value, between: all[(index * 7 + 1) % all.length]?.value ?? {}, times: index % 3 }
    })),
    Effect.fnUntraced(function*({ between, filter, times }) {
      // What the target remembers of earlier requests is then part of the case, and of its replay.
      yield* lab.probe.ask(Ask.list(between))
      const first = yield* lab.probe.ask(Ask.list(filter))
      for (let count = 0; count < times; count++) yield* lab.probe.ask(Ask.list(between))
      const second = yield* lab.probe.ask(Ask.list(filter))
      if (differing(first, second).length === 0) return first.sessions?.length ? held : toothless
      // A live target may have changed once. If it did, the answers from then on agree.
      for (const interrupted of [false, false, true]) {
        if (interrupted) yield* lab.probe.ask(Ask.list(between))
        const flapping = differing(second, yield* lab.probe.ask(Ask.list(filter)))
        if (flapping.length > 0) {
          return broken({
            counterexample: { in_turn: [between, filter, ...Array(times).fill(between), filter] },
            expected: `the same sessions each time: ${first.seen}`,
            seen: `${second.seen}; not the same: ${named(flapping)}`,
            ask: second.ask
          })
        }
      }
      return held
    })
  )
]

const inOrder = (sessions: ReadonlyArray<Sessions.Session>, within: ReadonlySet<string>): string =>
  JSON.stringify(Sessions.ids(sessions).filter((id) => within.has(id)))

// A random order of two sessions is the same again every other time.
const repetitions = 5

/** The same question gets the same order. */
export const orderStability = (lab: Lab): ReadonlyArray<Property> => [
  drawn(
    "repeated",
    "The same request gets its sessions in the same order again.",
    // One session has no order.
    questions(lab, ({ matching }) => matching.size > 1),
    Effect.fnUntraced(function*(filter: Filter) {
      const first = yield* lab.probe.ask(Ask.list(filter))
      const sessions = first.sessions ?? []
      if (new Set(Sessions.ids(sessions)).size < 2) return toothless
      for (let count = 1; count < repetitions; count++) {
        const again = yield* lab.probe.ask(Ask.list(filter))
        const kept = new Set(Sessions.ids(again.sessions ?? []))
        const common = new Set(Sessions.ids(sessions).filter((id) => kept.has(id)))
        if (inOrder(sessions, common) !== inOrder(again.sessions ?? [], common)) {
          return blame(again, `the order of the first answer: ${named(Sessions.ids(sessions))}`, filter)
        }
      }
      return held
    })
  )
]

/** No session twice. */
export const noDuplicates = (lab: Lab): ReadonlyArray<Property> => {
  const pairs = lab.survey.singles.flatMap(({ filter, kind }, index, all) => {
    const other = all[(index * 5 + 3) % all.length]
    return other === undefined ? [] : [{ stratum: `${kind} with another`, value: { ...filter, ...other.filter } }]
  })
  return [
    drawn(
      "any",
      "No session is in an answer twice.",
      [...questions(lab), ...pairs],
      (filter: Filter) =>
        Effect.map(lab.probe.ask(Ask.list(filter)), (answer) => {
          const ids = Sessions.ids(answer.sessions ?? [])
          const twice = ids.filter((id, index) => ids.indexOf(id) !== index)
          return twice.length > 0
            ? blame(answer, "each session once", filter, `${answer.seen}; twice: ${named(new Set(twice))}`)
            : ids.length > 0
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
  const { sessions, singles } = lab.survey
  if (singles.length < 2) return []
  const together = fc.uniqueArray(fc.nat(singles.length - 1), { minLength: 2, maxLength: maxTogether })
  return [
    generated(
      "together",
      "Requests that are in flight together get each its own answer.",
      together,
      Effect.fnUntraced(function*(indexes) {
        const chosen = indexes.flatMap((index) => singles[index] ?? [])
        const answers = yield* Effect.forEach(chosen, ({ filter }) => lab.probe.ask(Ask.list(filter)), {
          concurrency: "unbounded"
        })
        for (const [index, answer] of answers.entries()) {
          const filter = chosen[index]?.filter
          if (filter === undefined) continue
          const { violation } = yield* compare(lab, answer, filter, "both")
          if (violation !== undefined) {
            return broken({
              ...violation,
              counterexample: { together: chosen.map(({ filter }) => filter), wrong: filter }
            })
          }
        }
        return chosen.some(({ matching }) => matching.size > 0 && matching.size < sessions.length) ? held : toothless
      })
    )
  ]
}
