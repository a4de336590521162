/**
 * The laws of asking again: the same question gets the same answer, whatever was asked in between or at the same time.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import type { Ask } from "../engine/Ask.ts"
import type { Lab } from "../engine/Lab.ts"
import { blame, isSame, named, problemIn, relist, toldParameters } from "../engine/Lab.ts"
import * as Points from "../engine/Point.ts"
import type { Answer } from "../engine/Probe.ts"
import type { Case, Judge, Property } from "../engine/Property.ts"
import { alone, broken, drawn, held, toothless } from "../engine/Property.ts"
import { ids } from "../engine/Scene.ts"
import * as Sets from "../engine/Sets.ts"
import type { Single } from "../engine/Survey.ts"
import { text, Told } from "../engine/Text.ts"
import * as Bodies from "./bodies.ts"
import * as Cases from "./cases.ts"

/** The questions to ask again, of each kind no more than a few: repetition is what costs. */
const repeated = (lab: Lab, most: number): ReadonlyArray<Case<Ask>> => {
  const counts = new Map<string, number>()
  return Cases.questions(lab).filter(({ stratum }) => {
    const count = (counts.get(stratum) ?? 0) + 1
    counts.set(stratum, count)
    return count <= most
  })
}

// How often a difference is looked for again, each time between two lists of all.
const tries = 5

const differ = (lab: Lab, first: Answer, second: Answer): ReadonlyArray<string> => {
  if (first.items === undefined || second.items === undefined) {
    return first.items === undefined && second.items === undefined ? [] : [first.seen, second.seen]
  }
  const [before, after] = [new Set(ids(lab, first.items)), new Set(ids(lab, second.items))]
  return [...Sets.minus(before, after), ...Sets.minus(after, before)]
}

/**
 * What two answers differ in, though the same was asked. The target may be live: where they differ it is asked twice more, and what
 * the lists of all before and after that have, and what had to be found, must be in both or in neither.
 */
const flapping = Effect.fnUntraced(function*(lab: Lab, ask: Ask, between: ReadonlyArray<Ask>) {
  const { must, operation, probe } = lab
  const parameters = ask.parameters ?? {}
  for (let count = 0; count < tries; count++) {
    const before = yield* relist(lab)
    const first = yield* probe.again(ask)
    for (const question of between) yield* probe.again(question)
    const second = yield* probe.again(ask)
    const after = yield* relist(lab)
    // Over pages, what comes or goes in between moves other items past a border: nothing can be said of them then.
    const isStill = before.size === after.size && [...before].every(([id, item]) => isSame(lab, item, after.get(id)))
    if (operation.pages !== undefined && !isStill) continue
    const isList = first.items !== undefined && second.items !== undefined
    const differing = differ(lab, first, second).filter((id) => {
      const [one, other] = [before.get(id), after.get(id)]
      return isStill || !isList ||
        (one !== undefined && other !== undefined && must(parameters, one) && must(parameters, other))
    })
    if (differing.length > 0) return differing
  }
  return []
})

const same = (lab: Lab, law: string): Judge<{ readonly ask: Ask; readonly between: ReadonlyArray<Ask> }> =>
  Effect.fnUntraced(function*({ ask, between }) {
    const first = yield* lab.probe.ask(ask)
    for (const question of between) yield* lab.probe.again(question)
    const second = yield* lab.probe.again(ask)
    const differing = differ(lab, first, second).length === 0 ? [] : yield* flapping(lab, ask, between)
    return differing.length > 0
      ? blame(lab, second, `${law}: ${first.seen}`, text`${second.seen}; not the same: ${named(differing)}`)
      : first.items?.length
      ? held
      : toothless
  })

/** The same question gets the same items. */
export const idempotence = (lab: Lab): ReadonlyArray<Property> => {
  const { asks } = lab
  const wrong = Bodies.bad(lab).slice(0, 3).map(({ value: { body } }) => asks.post(body))
  const strange = asks.authorizations.refused.slice(0, 2).map((authorization) => asks.list({}, { authorization }))
  const refused: ReadonlyArray<readonly [stratum: string, ask: Ask]> = [
    ...wrong.map((ask) => ["a wrong body", ask] as const),
    ...(lab.probe.target.credential === undefined ? [] : strange.map((ask) => ["a wrong credential", ask] as const))
  ]
  return [
    drawn(
      "again",
      "The same request gets the same items again, whatever was asked in between.",
      repeated(lab, 1).map(({ stratum, value }) => ({ stratum, value: { ask: value, between: [] } })),
      same(lab, "the same items again")
    ),
    drawn(
      "after-refusal",
      "After a refusal, a request gets the same items as before it.",
      repeated(lab, 1).flatMap(({ value }, at) => {
        const refusal = refused[at % Math.max(1, refused.length)]
        return refusal === undefined
          ? []
          : [{ stratum: `${refusal[0]}, then ${value.method}`, value: { ask: value, between: [refusal[1]] } }]
      }).slice(0, maxRefusals),
      same(lab, "the same items as before the refusal")
    )
  ].map(alone)
}

const maxRefusals = 8

// A random order of two items is the same again every other time.
const repetitions = 4
const maxOrders = 6

/** The first few questions that find more than one item. No more is worked out than is asked. */
const severals = (lab: Lab, most: number): ReadonlyArray<Case<Single>> => {
  const found: Array<Case<Single>> = []
  for (const single of Cases.singles(lab)) {
    if (found.length === most) break
    if (single.value.matching.size > 1) found.push(single)
  }
  return found
}

/** The order of what is in all of some answers, once for each. */
const orders = (lab: Lab, answers: ReadonlyArray<Answer>): ReadonlyArray<string> => {
  // Over pages, an item that comes in between makes others stand twice.
  const all = answers.map(({ items = [] }) => [...new Set(ids(lab, items))])
  const common = all.reduce<ReadonlySet<string>>((common, ids) => Sets.common(common, new Set(ids)), new Set(all[0]))
  return common.size < 2 ? [] : all.map((ids) => JSON.stringify(ids.filter((id) => common.has(id))))
}

/** Why a target's order can't be judged. */
export const withoutOrder = ({ readings }: Lab): string | undefined =>
  readings["order_repeated"] === Points.sameAgain
    ? undefined
    : `the order of the list of all is ${
      readings["order_repeated"]
    } (the reading order_repeated): the contract promises none, so none can be held to it`

/** The same question gets the same order. */
export const orderStability = (lab: Lab): ReadonlyArray<Property> =>
  [
    drawn(
      "repeated",
      "The same request gets its items in the same order again.",
      // One item has no order.
      Cases.byMethod(lab, [
        { stratum: "{}", value: {} },
        ...severals(lab, maxOrders).map(({ stratum, value: { parameters } }) => ({ stratum, value: parameters }))
      ]),
      Effect.fnUntraced(function*(ask) {
        const answers = [yield* lab.probe.ask(ask)]
        if ((answers[0]?.items?.length ?? 0) < 2) return toothless
        for (let count = 1; count < repetitions; count++) {
          const answer = yield* lab.probe.again(ask)
          answers.push(answer)
          const [first, ...others] = orders(lab, answers)
          const changed = others.findIndex((order) => order !== first)
          // Somebody may have changed an item, and with it the order: once, and not back and forth.
          if (changed >= 0 && others.slice(changed).some((order) => order !== others[changed])) {
            return blame(lab, answer, text`the order of the first answer: ${named(ids(lab, answers[0]?.items ?? []))}`)
          }
          if (changed < 0 && count === 1) return held
        }
        return held
      })
    )
  ].map(alone)

// Requests in flight together: more than a small pool of connections has.
const bundles = [2, 32]

const tellTogether = (
  tell: (ask: Ask) => Told<unknown>,
  chosen: ReadonlyArray<Ask>,
  wrong: Ask
): Told<unknown> => {
  const as = (which: "shown" | "hidden") => ({
    together: chosen.map((ask) => tell(ask)[which]),
    wrong: tell(wrong)[which]
  })
  return new Told(as("shown"), as("hidden"))
}

// What all of them may be answered with, in characters: it is held at the same time.
const maxTogether = 64e6

/** Some questions, without those of the largest answers where all of them are too much at a time. */
const light = ({ may, survey: { index, itemSize } }: Lab, chosen: ReadonlyArray<Ask>): ReadonlyArray<Ask> => {
  const sized = chosen.map((ask) => {
    const { parameters = {} } = ask
    const found = index.candidates(parameters).filter((item) => may(parameters, item))
    return { ask, size: itemSize * found.length }
  })
  let room = maxTogether
  const smallest = sized.toSorted((a, b) => a.size - b.size).filter(({ size }, at) => {
    room -= size
    return at < 2 || room >= 0
  })
  const kept = new Set(smallest)
  return sized.filter((one) => kept.has(one)).map(({ ask }) => ask)
}

/** Requests in flight together get each their own answer. */
export const concurrentRequests = (lab: Lab): ReadonlyArray<Property> => {
  const { survey: { items } } = lab
  const cases = lab.methods.flatMap((method) => {
    const questions = Cases.byMethod(
      { ...lab, methods: [method] },
      Cases.singles(lab).map(({ value }) => ({ stratum: "", value: value.parameters }))
    ).map(({ value }) => value)
    return questions.length < 2 ? [] : bundles.map((size): Case<ReadonlyArray<Ask>> => ({
      stratum: `${size} together, ${method}`,
      value: light(
        lab,
        Array.from(
          { length: size },
          (_, at) => questions[Math.floor(at * questions.length / size) % questions.length]
        ).filter((ask) => ask !== undefined)
      )
    }))
  })
  return [
    drawn(
      "together",
      "Requests that are in flight together get each its own answer.",
      cases,
      Effect.fnUntraced(function*(chosen) {
        const alone = yield* Effect.forEach(chosen, lab.probe.ask)
        const asked = () => lab.probe.together(chosen)
        let together = yield* asked()
        if (together.every((answer, at) => differ(lab, alone[at] ?? answer, answer).length === 0)) {
          return items.length > 0 ? held : toothless
        }
        // It may have changed since: what counts is what is wrong between two lists of all, and isn't so when it is asked alone.
        for (let count = 0; count < tries; count++) {
          const before = yield* relist(lab)
          together = yield* asked()
          const after = yield* relist(lab)
          for (const answer of together) {
            const problem = problemIn(lab, answer, "both", before, after)
            if (problem === undefined) continue
            const single = yield* lab.probe.again(answer.ask)
            if (problemIn(lab, single, "both", before, yield* relist(lab)) !== undefined) continue
            return broken({
              ...problem,
              counterexample: tellTogether((ask) => toldParameters(lab, ask), chosen, answer.ask),
              expected: `what is answered when it is asked alone: ${single.seen}`
            })
          }
        }
        return items.length > 0 ? held : toothless
      })
    )
  ].map(alone)
}
