/**
 * What a check has to work with: the means to ask, what was found, how the target reads the open points, and the one
 * comparison that most laws come down to.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import type { Filter } from "../operation/Filter.ts"
import type { Item, Parameters, Scalar, Value } from "../operation/Item.ts"
import * as Items from "../operation/Item.ts"
import * as Operations from "../operation/Operation.ts"
import * as Ask from "./Ask.ts"
import { nullTexts } from "./OpenPoints.ts"
import type { Readings } from "./Point.ts"
import * as Points from "./Point.ts"
import type { Answer, NotAsked } from "./Probe.ts"
import type { Verdict, Violation } from "./Property.ts"
import { broken, held, toothless } from "./Property.ts"
import type { Scene } from "./Scene.ts"
import { idOf, ids, isRefusal } from "./Scene.ts"
import * as Surveys from "./Survey.ts"

/** What a check has to work with. */
export interface Lab extends Scene {
  readonly readings: Readings
  /** The readings that the target is held to, where any are. */
  readonly expected: Readings
  /** Whether the target takes `null`, in whatever way, for the filters that may have it. */
  readonly takesNull: boolean
  /** Whether GET does the same as the operation's own method, which is another. */
  readonly overGet: boolean
  /** Whether an item may be in the answer to a question, by what is known of the target's readings. */
  readonly may: (parameters: Parameters, item: Item) => boolean
  /** Whether it has to be. */
  readonly must: (parameters: Parameters, item: Item) => boolean
  /** The listed item of an id. */
  readonly listed: (id: string) => Item | undefined
  /** Whether the target may leave out an item that it has. */
  readonly mayOmit: (item: Item) => boolean
}

/** What a target may take a value for that is text in a query, or that is another spelling of the same time. */
const alike = (value: Value, inQuery: boolean): ReadonlyArray<Scalar> => {
  if (!inQuery || !Items.isScalar(value)) return []
  const text = `${value}`
  const number = text.trim() === "" ? NaN : Number(text)
  return [
    text,
    ...(Number.isNaN(number) ? [] : [number]),
    ...(text === "true" ? [true] : text === "false" ? [false] : [])
  ]
}

const sameTime = (value: Value, filter: Filter, item: Item): boolean => {
  const time = typeof value === "string" ? Items.instant(value) : undefined
  return time !== undefined && filter.fields.some((field) => Items.instant(Items.textAt(item, field) ?? "") === time)
}

/** How the parameters of an operation select items, under some readings. */
export const selection = (
  operation: Operations.Operation,
  readings: Readings
): Pick<Lab, "may" | "must"> => {
  const meanings = Points.meaningsOf(operation, readings)
  const filters = new Map(Operations.selecting(operation))
  const inQuery = operation.by !== "body"
  const holds = (
    parameters: Parameters,
    one: (filter: Filter, name: string, value: Value) => boolean
  ): boolean =>
    Object.entries(parameters).every(([name, value]) => {
      const filter = filters.get(name)
      return filter === undefined || one(filter, name, value)
    })
  return {
    may: (parameters, item) =>
      holds(
        parameters,
        (filter, name, value) =>
          (meanings[name] ?? []).some((meaning) =>
            filter.matches(value, item, meaning) ||
            alike(value, inQuery).some((other) => filter.matches(other, item, meaning))
          ) || (filter.text && sameTime(value, filter, item))
      ),
    must: (parameters, item) =>
      holds(
        parameters,
        (filter, name, value) => (meanings[name] ?? []).every((meaning) => filter.matches(value, item, meaning))
      )
  }
}

/** Sets up a lab. */
export const make = (
  scene: Scene,
  readings: Readings,
  expected: Readings,
  mayOmit: (item: Item) => boolean
): Lab => {
  const { operation, survey: { items } } = scene
  const reading = readings["null_filter"] ?? readings["null_in_query"] ?? Points.notObserved
  const takesNull = reading !== "400" && reading !== Points.notObserved
  const { may, must } = selection(operation, readings)
  const byId = new Map(items.map((item) => [idOf(scene, item), item]))
  const [, nullText = ""] = Object.entries(nullTexts).find(([name]) => name === readings["null_in_query"]) ?? []
  return {
    ...scene,
    asks: Ask.make(operation, nullText),
    singles: Surveys.singlesOf(operation, items, may, takesNull),
    readings,
    expected,
    takesNull,
    overGet: operation.by === "both" || (operation.by === "body" && readings["get"] === "the same operation"),
    may,
    must,
    listed: (id) => byId.get(id),
    mayOmit
  }
}

const maxNamed = 5

/** Some ids, for a report. */
export const named = (ids: Iterable<string>): string => {
  const all = [...ids]
  const shown = all.slice(0, maxNamed).map((id) => id.length > 64 ? `${id.slice(0, 63)}…` : id).join(", ")
  return all.length === 0 ? "none" : all.length > maxNamed ? `${shown} and ${all.length - maxNamed} more` : shown
}

/** What an answer showed, with the ids in it. */
export const seen = (scene: Scene, answer: Answer): string =>
  answer.items === undefined || answer.items.length === 0
    ? answer.seen
    : `${answer.seen}: ${named(ids(scene, answer.items))}`

/** A request in a report: the filters alone where that says it all. */
const told = ({ asks }: Scene, ask: Ask.Ask): unknown => {
  const plain = ask.parameters && asks.list(ask.parameters)
  return plain !== undefined && JSON.stringify(Ask.describe(plain, asks.authorizations)) ===
      JSON.stringify(Ask.describe(ask, asks.authorizations))
    ? ask.parameters
    : Ask.describe(ask, asks.authorizations)
}

const violation = (scene: Scene, answer: Answer, expected: string, what?: string): Violation => ({
  counterexample: told(scene, answer.ask),
  expected,
  seen: what ?? seen(scene, answer),
  ask: answer.ask
})

/** A verdict that blames one answer. */
export const blame = (scene: Scene, answer: Answer, expected: string, what?: string): Verdict =>
  broken(violation(scene, answer, expected, what))

/** The sides of a comparison: nothing in the answer that may not be, everything that has to be, or both. */
export type Side = "sound" | "complete" | "both"

/**
 * Holds an answer against what was asked and the items listed: nothing that may not be in it (`sound`), and everything that
 * has to be (`complete`).
 *
 * The target may be live. Before a difference counts, everything is listed once more: only an item that was there before
 * and after has to be in the answer, and only one that was there neither before nor after may not be.
 */
export const violationIn: (
  lab: Lab,
  answer: Answer,
  parameters: Parameters,
  side: Side
) => Effect.Effect<Violation | undefined, NotAsked> = Effect.fnUntraced(function*(lab, answer, parameters, side) {
  const due = lab.survey.items.filter((item) => lab.must(parameters, item))
  const { items } = answer
  if (items === undefined) {
    return due.length === 0 && isRefusal(answer)
      ? undefined
      : violation(lab, answer, due.length === 0 ? "no item" : `200 with ${named(ids(lab, due))}`)
  }
  // An item whose values in the list of all are others, and don't fit: dressed up, or changed meanwhile.
  const excluded = (known: Item | undefined): boolean => known !== undefined && !lab.may(parameters, known)
  if (side !== "complete") {
    const wrong = items.filter((item) => !lab.may(parameters, item))
    if (wrong.length > 0) {
      return violation(lab, answer, "only items that are asked for", `also ${named(ids(lab, wrong))}`)
    }
    const dressed = ids(lab, items).filter((id) => excluded(lab.listed(id)))
    if (dressed.length > 0) {
      const after = yield* relist(lab)
      const still = dressed.filter((id) => excluded(after.get(id)))
      if (still.length > 0) {
        return violation(
          lab,
          answer,
          "only items that are asked for",
          `also ${named(still)}, whose values in the list of all are others`
        )
      }
    }
  }
  if (side !== "sound") {
    const got = new Set(ids(lab, items))
    const missing = ids(lab, due).filter((id) => !got.has(id))
    const unlisted = [...got].filter((id) => lab.listed(id) === undefined)
    if (missing.length > 0 || unlisted.length > 0) {
      const after = yield* relist(lab)
      const lost = missing.filter((id) => {
        const known = after.get(id)
        return known !== undefined && lab.must(parameters, known)
      })
      if (lost.length > 0) return violation(lab, answer, `also ${named(lost)}`)
      const hidden = unlisted.filter((id) => !after.has(id))
      if (hidden.length > 0) {
        return violation(
          lab,
          answer,
          "only items that the list of all has too",
          `also ${named(hidden)}, which the list of all leaves out`
        )
      }
    }
  }
  return undefined
})

/** What two answers differ in: ids that only one of them has, or their statuses where one is no list. */
export const differing = (scene: Scene, a: Answer, b: Answer): ReadonlyArray<string> => {
  if (a.items === undefined || b.items === undefined) return a.status === b.status ? [] : [a.seen, b.seen]
  const [left, right] = [new Set(ids(scene, a.items)), new Set(ids(scene, b.items))]
  return [...[...left].filter((id) => !right.has(id)), ...[...right].filter((id) => !left.has(id))]
}

/** Lists everything once more. */
export const relist = (scene: Scene): Effect.Effect<ReadonlyMap<string, Item>, NotAsked> =>
  Effect.map(
    scene.probe.ask(scene.asks.list({})),
    ({ items = [] }) => new Map(items.map((item) => [idOf(scene, item), item]))
  )

/** Asks a question and holds the answer against it. */
export const judge: (
  lab: Lab,
  ask: Ask.Ask,
  side: Side,
  canFail: boolean
) => Effect.Effect<Verdict, NotAsked> = Effect.fnUntraced(function*(lab, ask, side, canFail) {
  const found = yield* violationIn(lab, yield* lab.probe.ask(ask), ask.parameters ?? {}, side)
  return found !== undefined ? broken(found) : canFail ? held : toothless
})
