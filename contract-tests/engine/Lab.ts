/**
 * What a check has to work with: the means to ask, what was found, how the target reads the open points, and the one
 * comparison that most laws come down to.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import type { Filter } from "../operation/Filter.ts"
import * as Filters from "../operation/Filter.ts"
import type { Item, Parameters, Scalar, Value } from "../operation/Item.ts"
import * as Items from "../operation/Item.ts"
import type { NearMissOf } from "../operation/NearMisses.ts"
import * as NearMisses from "../operation/NearMisses.ts"
import type { Method } from "../operation/Operation.ts"
import * as Operations from "../operation/Operation.ts"
import * as Ask from "./Ask.ts"
import { nullTexts } from "./OpenPoints.ts"
import type { Readings } from "./Point.ts"
import * as Points from "./Point.ts"
import type { Answer, NoAnswer } from "./Probe.ts"
import type { Verdict, Violation } from "./Property.ts"
import { broken, held, toothless } from "./Property.ts"
import type { Scene } from "./Scene.ts"
import { idOf, ids, isRefusal } from "./Scene.ts"
import * as Surveys from "./Survey.ts"
import type { Text } from "./Text.ts"
import { text, Told } from "./Text.ts"
import * as Values from "./Values.ts"
import type { Watch } from "./Watch.ts"

const { noConstraint, oneIgnored } = Points

/** What a check has to work with. */
export interface Lab extends Scene {
  readonly readings: Readings
  /** The readings that the target is held to, where any are. */
  readonly expected: Readings
  /** Whether the target takes `null`, in whatever way, for the filters that may have it. */
  readonly takesNull: boolean
  /** The methods by which the target does the same, its own first. */
  readonly methods: ReadonlyArray<Method>
  /** Whether an item may be in the answer to a question, by what is known of the target's readings. */
  readonly may: (parameters: Parameters, item: Item, method?: Method) => boolean
  /** Whether it has to be, however the points that weren't recognised are read. */
  readonly must: (parameters: Parameters, item: Item) => boolean
  /** The same for each way to read those points: a target takes one of them. */
  readonly musts: (parameters: Parameters) => ReadonlyArray<(item: Item) => boolean>
  /** What is seen of every answer. */
  readonly watch: Watch
  /** The items listed, by their ids. */
  readonly listed: ReadonlyMap<string, Item>
  /** The ids of those that were seen to change or go since: nothing follows from what is found of them. */
  readonly changing: Set<string>
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

const asSameTime = ({ fields }: Filter, value: Value): ((item: Item) => boolean) | undefined => {
  const time = typeof value === "string" ? Items.instant(value) : undefined
  return time === undefined
    ? undefined
    : (item) => fields.some((field) => Items.instant(Items.textAt(item, field) ?? "") === time)
}

/** How the parameters of an operation select items, under some readings. */
export const selection = (
  operation: Operations.Operation,
  readings: Readings
): Pick<Lab, "may" | "must" | "musts"> => {
  const meanings = Points.meaningsOf(operation, readings)
  const filters = new Map(Operations.selecting(operation))
  const emptyIsNone = readings["empty_string"] === noConstraint
  const isNone = (value: Value): boolean =>
    emptyIsNone && (Array.isArray(value) ? value.length > 0 && value.every((one) => one === "") : value === "")
  // A query has no null: what spells it may ask for the items without a value.
  const known = Object.entries(nullTexts).filter(([reading]) => reading === readings["null_in_query"])
  const spellsNull = new Set<unknown>((known.length > 0 ? known : Object.entries(nullTexts)).map(([, text]) => text))
  const lists = readings["lists_in_query"]
  const partsAtCommas = lists === undefined || !Points.isKnown(lists) || lists.includes("commas")
  const parted = (value: Value): Value =>
    Array.isArray(value) ? value.flatMap((one) => typeof one === "string" ? one.split(",") : [one]) : value
  const contradictory = Points.contradictions(operation).filter(({ point }) => readings[point] === oneIgnored)
  type Test = (item: Item) => boolean
  const holdsFor = (parameters: Parameters, one: (filter: Filter, name: string, value: Value) => Test): Test => {
    const tests = Object.entries(parameters).flatMap(([name, value]) => {
      const filter = filters.get(name)
      return filter === undefined || isNone(value) ? [] : [one(filter, name, value)]
    })
    return (item) => tests.every((test) => test(item))
  }
  const mayHold = (isGet: boolean) => (filter: Filter, name: string, value: Value): Test => {
    const parts = isGet && filter.takes === "list" && partsAtCommas ? parted(value) : value
    const values = new Set([
      value,
      ...(Array.isArray(parts) && Array.isArray(value) && parts.length > value.length ? [parts] : []),
      ...(isGet && filter.nullable && spellsNull.has(value) ? [null] : []),
      ...alike(value, isGet)
    ])
    const ways = (meanings[name] ?? []).flatMap((meaning) => [...values].map((value) => ({ meaning, value })))
    const others = [filter.text ? asSameTime(filter, value) : undefined, Filters.asOtherUuid(filter, value)]
      .filter((test) => test !== undefined)
    return (item) =>
      ways.some(({ meaning, value }) => filter.matches(value, item, meaning)) || others.some((test) => test(item))
  }
  const makeMay = (parameters: Parameters, isGet: boolean): Test => {
    const holds = holdsFor(parameters, mayHold(isGet))
    const others = contradictory.flatMap(({ names: [flag, other] }): ReadonlyArray<Test> => {
      if (parameters[flag] !== true || !(other in parameters)) return []
      const { [flag]: _, ...withoutFlag } = parameters
      const { [other]: __, ...withoutOther } = parameters
      return [makeMay(withoutFlag, isGet), makeMay(withoutOther, isGet)]
    })
    return (item) => holds(item) || others.some((test) => test(item))
  }
  // What a question means is worked out once, for all the items that are held against it.
  const remembered = (make: (parameters: Parameters) => Test) => {
    const known = new WeakMap<Parameters, Test>()
    return (parameters: Parameters): Test => {
      const test = known.get(parameters) ?? make(parameters)
      known.set(parameters, test)
      return test
    }
  }
  const mays = {
    GET: remembered((parameters) => makeMay(parameters, true)),
    POST: remembered((parameters) => makeMay(parameters, false))
  }
  const mustHold = remembered((parameters) =>
    holdsFor(
      parameters,
      (filter, name, value) => (item) => (meanings[name] ?? []).every((meaning) => filter.matches(value, item, meaning))
    )
  )
  const may: Lab["may"] = (parameters, item, method = operation.by === "body" ? "POST" : "GET") =>
    mays[method](parameters)(item)
  const must: Lab["must"] = (parameters, item) => mustHold(parameters)(item)
  return {
    may,
    must,
    musts: (parameters) => {
      const ways = Object.entries(parameters).reduce<ReadonlyArray<(item: Item) => boolean>>((ways, [name, value]) => {
        const filter = filters.get(name)
        if (filter === undefined || (value === "" && emptyIsNone)) return ways
        // What an empty text asks for is the target's to say: it may be refused.
        if (value === "" || (Array.isArray(value) && value.includes(""))) return [() => false]
        return ways.flatMap((way) =>
          (meanings[name] ?? []).map((meaning) => (item: Item) => way(item) && filter.matches(value, item, meaning))
        )
      }, [() => true])
      return ways.length > maxWays ? [(item) => must(parameters, item)] : ways
    }
  }
}

const maxWays = 16

/** Sets up a lab. */
export const make = (
  scene: Scene,
  readings: Readings,
  expected: Readings,
  mayOmit: (item: Item) => boolean,
  watch: Watch
): Lab => {
  const { operation, survey: { index, items } } = scene
  const reading = readings["null_filter"] ?? readings["null_in_query"] ?? Points.notObserved
  const takesNull = reading !== "400" && reading !== Points.notObserved
  const { may, must, musts } = selection(operation, readings)
  const [, nullText = ""] = Object.entries(nullTexts).find(([name]) => name === readings["null_in_query"]) ?? []
  return {
    ...scene,
    asks: Ask.make(operation, nullText),
    singles: Surveys.singlesOf(operation, index, may, takesNull),
    readings,
    expected,
    takesNull,
    methods: operation.by === "query"
      ? ["GET"]
      : operation.by === "both" || readings["get"] === "the same operation"
      ? ["POST", "GET"]
      : ["POST"],
    may,
    must,
    musts,
    watch,
    listed: new Map(items.map((item) => [idOf(scene, item), item])),
    changing: new Set(),
    mayOmit
  }
}

const maxNamed = 5

/** Some ids, for a report. */
export const named = (ids: Iterable<string>): Told<string> => {
  const all = [...ids]
  const shown = all.slice(0, maxNamed).map((id) => id.length > 64 ? `${id.slice(0, 63)}…` : id).join(", ")
  return new Told(
    all.length === 0 ? "none" : all.length > maxNamed ? `${shown} and ${all.length - maxNamed} more` : shown,
    all.length === 0 ? "none" : all.length === 1 ? "an item" : `${all.length} items`
  )
}

/** What an answer showed, with the ids in it. */
export const seen = (scene: Scene, answer: Answer): Told<string> =>
  answer.items === undefined || answer.items.length === 0
    ? new Told(answer.seen, answer.seen)
    : new Told(`${answer.seen}: ${named(ids(scene, answer.items)).shown}`, answer.seen)

/** One item, for a report. */
export const toldItem = (id: string): Told<string> => new Told(`item ${id}`, "an item")

/** The filters of a question, for a report. */
export const toldParameters = ({ operation }: Scene, { parameters = {}, ...ask }: Ask.Ask): Told<unknown> =>
  new Told(parameters, Values.hideParameters(operation, parameters, ask[Ask.nearMiss]))

/** The same, as JSON. */
export const asJson = (scene: Scene, parameters: Parameters): Told<string> => {
  const { hidden, shown } = toldParameters(scene, scene.asks.list(parameters))
  return new Told(JSON.stringify(shown), JSON.stringify(hidden))
}

/** A request in a report: the filters alone where that says it all. */
const told = (scene: Scene, ask: Ask.Ask): Told<unknown> => {
  const { asks: { authorizations, list }, operation } = scene
  const describe = (ask: Ask.Ask) => Ask.describe(ask, authorizations)
  return ask.parameters !== undefined &&
      JSON.stringify(describe(list(ask.parameters))) === JSON.stringify(describe(ask))
    ? toldParameters(scene, ask)
    : new Told(describe(ask), describe(Values.hideAsk(operation, ask)))
}

const violation = (scene: Scene, answer: Answer, expected: Text, what?: Text, missed?: NearMissOf): Violation => {
  const { ask } = answer
  const nearMiss = ask[Ask.nearMiss] ?? missed
  return {
    counterexample: told(scene, ask),
    ...(nearMiss !== undefined && { nearMiss }),
    expected,
    seen: what ?? seen(scene, answer),
    ask
  }
}

/** A verdict that blames one answer. */
export const blame = (scene: Scene, answer: Answer, expected: Text, what?: Text): Verdict =>
  broken(violation(scene, answer, expected, what))

/** What was nearly missed: the value of an item that was found, though another is asked for. */
const missedBy = (
  { operation: { filters } }: Scene,
  { parameters = {} }: Ask.Ask,
  found: ReadonlyArray<Item>
): NearMissOf | undefined => {
  for (const [name, value] of Object.entries(parameters)) {
    for (const item of found.slice(0, maxNamed)) {
      for (const own of filters[name]?.values(item) ?? []) {
        const missed = NearMisses.between(own, value)
        if (missed !== undefined) return missed
      }
    }
  }
}

/** The sides of a comparison: nothing in the answer that may not be, everything that has to be, or both. */
export type Side = "sound" | "complete" | "both"

/** What is wrong with an answer, by the list of all before and after it; `undefined` where nothing is. */
export const problemIn = (
  lab: Lab,
  answer: Answer,
  side: Side,
  before: ReadonlyMap<string, Item>,
  after: ReadonlyMap<string, Item>
): Violation | undefined => {
  const { method, parameters = {} } = answer.ask
  const may = (item: Item | undefined): boolean =>
    item === undefined || lab.may(parameters, item, method === "GET" ? "GET" : "POST")
  // Of the items that were listed, only those that a filter may find are worth a look.
  const isListed = before === lab.listed && after === lab.listed
  const all = (isListed ? ids(lab, lab.survey.index.candidates(parameters)) : [...before.keys()])
    .filter((id) => !lab.changing.has(id))
  const { items } = answer
  const got = new Set(ids(lab, items ?? []))
  // Under each way to read it that the answer may be of, what has to be there; and where the least of it is missing.
  const ways = lab.musts(parameters)
  const possible = ways.filter((must) => (items ?? []).every(must))
  const [due = [], missing = []] = (possible.length > 0 ? possible : ways).map((must) => {
    const due = all.filter((id) => [before.get(id), after.get(id)].every((item) => item !== undefined && must(item)))
    return [due, due.filter((id) => !got.has(id))] as const
  }).sort(([, one], [, other]) => one.length - other.length)[0] ?? []
  if (items === undefined) {
    return due.length > 0
      ? violation(lab, answer, text`200 with ${named(due)}`)
      : isRefusal(answer)
      ? undefined
      : violation(lab, answer, "no item")
  }
  if (side !== "complete") {
    const wrong = items.filter((item) => !may(item))
    if (wrong.length > 0) {
      const also = text`also ${named(ids(lab, wrong))}`
      return violation(lab, answer, "only items that are asked for", also, missedBy(lab, answer.ask, wrong))
    }
    const dressed = ids(lab, items).filter((id) => !may(before.get(id)) && !may(after.get(id)) && !lab.changing.has(id))
    if (dressed.length > 0) {
      return violation(
        lab,
        answer,
        "only items that are asked for",
        text`also ${named(dressed)}, whose values in the list of all are others`
      )
    }
  }
  return side !== "sound" && missing.length > 0 ? violation(lab, answer, text`also ${named(missing)}`) : undefined
}

// How often a difference has to be seen, each time between two lists of all: an item may change, and change back.
const rounds = 2

/**
 * Holds an answer against what was asked and the items listed: nothing that may not be in it (`sound`), and everything that
 * has to be (`complete`).
 *
 * The target may be live. Before a difference counts, it is asked again between two lists of everything: only an item that was
 * there before and after has to be in the answer, only one whose values were others before and after may not be, and only one
 * that is found before and after the list has to be in that.
 */
const violationIn: (
  lab: Lab,
  answer: Answer,
  side: Side
) => Effect.Effect<Violation | undefined, NoAnswer> = Effect.fnUntraced(function*(lab, answer, side) {
  const { method, parameters = {} } = answer.ask
  let found = problemIn(lab, answer, side, lab.listed, lab.listed)
  // What contradicts itself needs no list.
  const isEvident = side !== "complete" &&
    answer.items?.some((item) => !lab.may(parameters, item, method === "GET" ? "GET" : "POST")) === true
  let before = found === undefined || isEvident ? undefined : yield* relist(lab)
  for (let round = 0; before !== undefined && found !== undefined && round < rounds; round++) {
    const again = yield* lab.probe.again(answer.ask)
    const after = yield* relist(lab)
    found = problemIn(lab, again, side, before, after)
    before = after
  }
  if (found !== undefined || side === "sound" || ids(lab, answer.items ?? []).every((id) => lab.listed.has(id))) {
    return found
  }
  const hidden = yield* beyond(lab, answer.ask, lab.asks.list({}))
  return hidden.length === 0
    ? undefined
    : violation(
      lab,
      answer,
      "only items that the list of all has too",
      text`also ${named(hidden)}, which the list of all leaves out`
    )
})

// Over several pages, an item that goes moves the next one to the page before. It is lost only if it is never found.
const pagedTries = 3

/**
 * The items that one question finds and another doesn't, though it has to. Asked again in turn where there are any: only what the
 * first finds before and after the second is asked counts.
 */
export const beyond: (
  lab: Lab,
  inner: Ask.Ask,
  outer: Ask.Ask
) => Effect.Effect<ReadonlyArray<string>, NoAnswer> = Effect.fnUntraced(function*({ operation, probe }, inner, outer) {
  const scene = { operation }
  const idsOf = ({ items = [] }: Answer): ReadonlySet<string> => new Set(ids(scene, items))
  const without = (some: Iterable<string>, { items }: Answer): ReadonlyArray<string> => {
    const found = new Set(ids(scene, items ?? []))
    return items === undefined ? [] : [...some].filter((id) => !found.has(id))
  }
  if (without(idsOf(yield* probe.ask(inner)), yield* probe.ask(outer)).length === 0) return []
  let suspects: Iterable<string> = idsOf(yield* probe.again(inner))
  for (let tries = 0; tries < (operation.pages === undefined ? 1 : pagedTries); tries++) {
    suspects = without(suspects, yield* probe.again(outer))
  }
  const after = idsOf(yield* probe.again(inner))
  return [...suspects].filter((id) => after.has(id))
})

/** The items in which two questions differ that have to find the same; none where one of them is refused. */
export const apart = (lab: Lab, a: Ask.Ask, b: Ask.Ask): Effect.Effect<ReadonlyArray<string>, NoAnswer> =>
  Effect.flatMap(beyond(lab, a, b), (more) => more.length > 0 ? Effect.succeed(more) : beyond(lab, b, a))

/** Whether two items are the same, but for what changes by itself. */
export const isSame = ({ survey: { volatile } }: Scene, item: Item, other: Item | undefined): boolean =>
  other !== undefined && Surveys.differingFields(item, other).every((field) => volatile.has(field))

/** Lists everything once more, and takes note of what has changed since the first list. */
export const relist = (
  lab: Lab,
  rest?: Partial<Ask.Ask>
): Effect.Effect<ReadonlyMap<string, Item>, NoAnswer> =>
  Effect.map(lab.probe.again(lab.asks.list({}, rest)), ({ items = [] }) => {
    const found = new Map(items.map((item) => [idOf(lab, item), item]))
    if (rest === undefined) {
      for (const [id, item] of lab.listed) if (!isSame(lab, item, found.get(id))) lab.changing.add(id)
    }
    return found
  })

/** Asks a question and holds the answer against it. */
export const judge: (
  lab: Lab,
  ask: Ask.Ask,
  side: Side,
  canFail: boolean
) => Effect.Effect<Verdict, NoAnswer> = Effect.fnUntraced(function*(lab, ask, side, canFail) {
  const found = yield* violationIn(lab, yield* lab.probe.ask(ask), side)
  return found !== undefined ? broken(found) : canFail ? held : toothless
})
