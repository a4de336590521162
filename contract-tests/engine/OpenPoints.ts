/**
 * The points that a declaration leaves open: of its filters, and of the operation as a whole.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import type { Filter, Meaning } from "../operation/Filter.ts"
import * as Filters from "../operation/Filter.ts"
import type { Item, Parameters, Value } from "../operation/Item.ts"
import * as Items from "../operation/Item.ts"
import type { Operation } from "../operation/Operation.ts"
import * as Operations from "../operation/Operation.ts"
import type { Ask } from "./Ask.ts"
import type { Point } from "./Point.ts"
import * as Points from "./Point.ts"
import type { Answer } from "./Probe.ts"
import { agree, agreed, finding, finds } from "./Recognition.ts"
import type { Scene } from "./Scene.ts"
import { idOf, ids, isRefusal } from "./Scene.ts"
import * as Sets from "./Sets.ts"
import type { Single } from "./Survey.ts"
import * as Surveys from "./Survey.ts"

// How many different questions are put for one point. Two that disagree make it "something else".
const maxQuestions = 3

// Among so many questions that find several items there are some that overlap.
const maxShared = 200

/** An id that nobody has: a UUID that was never made by anything. */
const unknownId = "00000000-0000-4000-8000-00c0ffee0000"

const { notObserved, somethingElse } = Points

/** A text in the other case. */
export const swapCase = (text: string): string => text === text.toUpperCase() ? text.toLowerCase() : text.toUpperCase()

const changedCase = (value: Value): Value | undefined => {
  const change = (one: unknown): string | undefined => {
    const swapped = typeof one === "string" ? swapCase(one) : undefined
    return typeof one === "string" && swapped !== one && swapped?.toLowerCase() === one.toLowerCase()
      ? swapped
      : undefined
  }
  if (!Array.isArray(value)) return change(value)
  const swapped = change(value[0])
  return swapped === undefined ? undefined : [swapped]
}

/** A question whose answer tells the readings of a point apart. */
interface Telling {
  readonly value: Value
  /** The places of the items that each reading would find. */
  readonly predicted: ReadonlyArray<{ readonly reading: string; readonly places: ReadonlySet<number> }>
  /** The items that not all of them would find. */
  readonly telling: ReadonlyArray<{ readonly id: string; readonly index: number }>
}

/** An open point of a filter: what the readings would find is worked out by the filter itself. */
const pointOf = (name: string, filter: Filter, point: string, readings: ReadonlyArray<string>): Point => ({
  name: Points.nameOf(name, point),
  readings,
  recognise: (scene) => {
    const { operation, singles, survey: { index: all, items } } = scene
    const assumed: Meaning = Object.fromEntries(Object.entries(filter.points).map(([other, [first]]) => [other, first]))
    const found = (value: Value, reading: string): ReadonlySet<number> =>
      new Set(
        all.places({ [name]: value }).filter((place) =>
          filter.matches(value, items[place] ?? {}, { ...assumed, [point]: reading })
        )
      )
    const own = Surveys.spread(singles.filter((single) => single.name === name), maxShared).map((
      { value }
    ) => value)
    const values: ReadonlyArray<Value> = filter.takes === "flag"
      ? [false, true]
      : filter.takes === "list" && point !== Filters.idsCompared
      ? [[]]
      : point === Filters.idsCompared
      ? own.flatMap((value) => {
        const swapped = Filters.isUuid(Array.isArray(value) ? value[0] : value) ? changedCase(value) : undefined
        return swapped === undefined ? [] : [swapped]
      })
      : own
    // No more is worked out than is asked: with many items and values that takes time.
    const questions: Array<Telling> = []
    for (const value of values) {
      if (questions.length === maxQuestions) break
      if (operation.by === "query" && !Surveys.fitsQuery(value, operation.lists)) continue
      const predicted = readings.map((reading) => ({ reading, places: found(value, reading) }))
      // Only what the readings differ in can tell them apart, and nothing else is looked at.
      const telling = [...new Set(predicted.flatMap(({ places }) => [...places]))].sort((a, b) => a - b)
        .filter((place) => predicted.some(({ places }) => !places.has(place)))
        .map((place) => ({ id: idOf(scene, items[place] ?? {}), index: place }))
      if (telling.length > 0) questions.push({ value, predicted, telling })
    }
    return agree(scene, questions.map(({ value }) => scene.asks.list({ [name]: value })), (answer, at) => {
      const question = questions[at]
      if (question === undefined || (answer.items === undefined && !isRefusal(answer))) return somethingElse
      const listed = new Set(ids(scene, answer.items ?? []))
      return question.predicted.find(({ places }) =>
        question.telling.every(({ id, index }) => listed.has(id) === places.has(index))
      )?.reading ?? somethingElse
    })
  }
})

const filtersTogether: Point = {
  name: "filters_together",
  readings: ["all must hold", "any may hold", "the first one wins"],
  recognise: (scene) => {
    const { asks, operation, singles, survey: { items } } = scene
    const keyOf = (name: string, value: Value): string => `${name} ${JSON.stringify(value)}`
    const known = new Map(singles.map((single) => [keyOf(single.name, single.value), single]))
    const pairs = new Map<Single, { readonly first: Single; readonly second: Single }>()
    // Both find the one item, and each finds some that the other doesn't.
    for (const item of Surveys.spread(items, maxShared)) {
      const own = Operations.selecting(operation).filter(([, { takes }]) => takes !== "flag")
        .flatMap(([name, filter]) => filter.values(item).flatMap((value) => known.get(keyOf(name, value)) ?? []))
      for (const first of own) {
        if (pairs.size === maxQuestions) break
        const second = own.find(({ matching, name }) =>
          name !== first.name && !Sets.isWithin(matching, first.matching) && !Sets.isWithin(first.matching, matching)
        )
        if (second !== undefined && !pairs.has(first)) pairs.set(first, { first, second })
      }
    }
    const asked = [...pairs.values()]
    const at = (places: Iterable<number>): ReadonlyArray<Item> => Array.from(places, (index) => items[index] ?? {})
    return agree(
      scene,
      asked.map(({ first, second }) => asks.list({ ...first.parameters, ...second.parameters })),
      (answer, index) => {
        const pair = asked[index]
        if (pair === undefined) return somethingElse
        const { first, second } = pair
        const both = [...first.matching].filter((place) => second.matching.has(place))
        return finds(scene, answer, at(both))
          ? "all must hold"
          : finds(scene, answer, at([...first.matching, ...second.matching]))
          ? "any may hold"
          : finds(scene, answer, at(first.matching))
          ? "the first one wins"
          : somethingElse
      }
    )
  }
}

const textual = (operation: Operation): ReadonlyArray<readonly [name: string, filter: Filter]> =>
  Operations.selecting(operation).filter(([, filter]) => filter.text)

/** A value of a filter's kind that nothing has. */
const unknownValue = (filter: Filter, singles: ReadonlyArray<Single>, name: string): Value => {
  const known = singles.find((single) => single.name === name)?.value
  const one = typeof (Array.isArray(known) ? known[0] : known) === "number" ? 987_654_321_000 : unknownId
  return filter.takes === "list" ? [one] : one
}

const unknownFound: Point = {
  name: "unknown_id",
  readings: ["an empty list", "400", "404"],
  recognise: (scene) => {
    const { asks, operation, singles } = scene
    const filters = textual(operation)
    const [first] = [...filters.filter(([, { fields }]) => fields.includes(operation.id)), ...filters]
    const questions = first === undefined ? [] : [asks.list({ [first[0]]: unknownValue(first[1], singles, first[0]) })]
    return agree(scene, questions, finding)
  }
}

const textCompared = (name: string): Point => ({
  name: `${name}.compared`,
  readings: ["exactly", "case-folded"],
  recognise: (scene) => {
    const { asks, singles, survey: { items } } = scene
    const own = singles.filter((single) => single.name === name)
    const known = new Set(own.map(({ value }) => JSON.stringify(value)))
    const swapped = own.flatMap((single) => {
      const other = changedCase(single.value)
      return other === undefined || known.has(JSON.stringify(other)) ? [] : [{ value: other, single }]
    }).slice(0, maxQuestions)
    return agree(scene, swapped.map(({ value }) => asks.list({ [name]: value })), (answer, at) => {
      const found = new Set(ids(scene, answer.items ?? []))
      const meant = ids(scene, items.filter((_, place) => swapped[at]?.single.matching.has(place)))
      return found.size > 0 && found.size < items.length && meant.every((id) => found.has(id))
        ? "case-folded"
        : finding(answer) === somethingElse
        ? somethingElse
        : "exactly"
    })
  }
})

const isOrdered = (order: ReadonlyArray<string>, items: ReadonlyArray<Item>): boolean =>
  items.every((item, index) => {
    const next = items[index + 1]
    return next === undefined || compareBy(order, item, next) <= 0
  })

const orderOf = (operation: Operation): ReadonlyArray<Point> =>
  operation.order.length === 0 ? [] : [{
    name: "order",
    readings: [orderText(operation), "unspecified"],
    recognise: ({ survey: { answer: { items = [] }, repeated } }) =>
      Effect.succeed(
        items.length < 2
          ? notObserved
          : isOrdered(operation.order, items) && isOrdered(operation.order, repeated.items ?? [])
          ? orderText(operation)
          : "unspecified"
      )
  }]

const orderRepeated: Point = {
  name: "order_repeated",
  readings: [Points.sameAgain, "another each time"],
  recognise: (scene) => {
    const { survey: { answer, repeated } } = scene
    const [first, second] = [ids(scene, answer.items ?? []), ids(scene, repeated.items ?? [])]
    const common = Sets.common(first, new Set(second))
    const within = (all: ReadonlyArray<string>): string => JSON.stringify(all.filter((id) => common.has(id)))
    return Effect.succeed(
      common.size < 2 ? notObserved : within(first) === within(second) ? Points.sameAgain : "another each time"
    )
  }
}

const changingFields: Point = {
  name: "volatile_fields",
  readings: ["none"],
  recognise: ({ operation, survey }) =>
    Effect.succeed(
      survey.items.length === 0
        ? notObserved
        : [...survey.volatile].filter((field) => !operation.volatile.includes(field)).join(", ") || "none"
    )
}

/** Two filters that contradict each other, asked together. */
const contradiction = ({ names: [flag, other], point }: Points.Contradiction): Point => ({
  name: point,
  readings: ["an empty list", "400", Points.oneIgnored],
  recognise: (scene) => {
    const of = scene.singles.filter(({ name, value }) => name === other && value !== null).slice(0, maxQuestions)
    const questions = of.map(({ parameters }) => scene.asks.list({ ...parameters, [flag]: true }))
    return agree(scene, questions, (answer) => {
      const found = finding(answer)
      return found === "404" || answer.items === undefined && found !== "400" ?
        somethingElse
        : found === somethingElse
        ? Points.oneIgnored
        : found
    })
  }
})

const forms = ["repeated", "commas", "brackets"] as const

const listsInQuery = (operation: Operation): Point => {
  const others = forms.filter((form) => form !== operation.lists)
  const named = (taken: ReadonlyArray<string>): string => forms.filter((form) => taken.includes(form)).join(", ")
  return {
    name: "lists_in_query",
    readings: [[], ...others.map((other) => [other]), others].map((taken) => named([operation.lists, ...taken])),
    recognise: Effect.fnUntraced(function*(scene: Scene) {
      const { asks, probe, singles, survey: { items } } = scene
      const lists = singles.filter((single) =>
        Array.isArray(single.value) && single.value.length === 2 && Surveys.fitsQuery(single.value, "commas")
      )
      const first = [...new Set(lists.map(({ name }) => name))].flatMap((name) =>
        lists.find((list) => list.name === name && list.matching.size > 0 && list.matching.size < items.length) ?? []
      )
      if (first.length === 0) return notObserved
      const taken: Array<string> = []
      for (const form of [operation.lists, ...others]) {
        for (const { matching, parameters } of first) {
          const answer = yield* probe.ask(asks.inForm(form, parameters))
          if (finds(scene, answer, items.filter((_, at) => matching.has(at)))) taken.push(form)
        }
      }
      return taken.includes(operation.lists) ? named(taken) : somethingElse
    })
  }
}

/** An order in words. */
const orderText = ({ order }: Pick<Operation, "order">): string =>
  order.map((field) => field.startsWith("-") ? `${field.slice(1)} descending` : field).join(", then ")

const compareValues = (a: unknown, b: unknown): number => {
  if (typeof a === "number" && typeof b === "number") return a - b
  const [left, right] = [`${a ?? ""}`, `${b ?? ""}`]
  const [first, second] = [Items.instant(left), Items.instant(right)]
  return first !== undefined && second !== undefined
    ? first < second ? -1 : first > second ? 1 : 0
    : left < right
    ? -1
    : left > right
    ? 1
    : 0
}

const compareBy = (order: ReadonlyArray<string>, a: Item, b: Item): number => {
  for (const field of order) {
    const path = field.replace(/^-/, "")
    const compared = compareValues(Items.at(a, path), Items.at(b, path))
    if (compared !== 0) return field.startsWith("-") ? -compared : compared
  }
  return 0
}

const unknownParameter: Point = {
  name: "unknown_parameter",
  readings: ["ignored", "400"],
  recognise: (scene) =>
    agree(
      scene,
      [scene.asks.list({ contract_check_parameter: "x" }), scene.asks.list({ contract_check_parameter: false })],
      (answer) => answer.status === 400 ? "400" : finds(scene, answer, scene.survey.items) ? "ignored" : somethingElse
    )
}

const holdsText = (filter: Filter, items: ReadonlyArray<Item>): boolean =>
  items.some((item) => filter.values(item).flat().some((value) => typeof value === "string"))

const emptyString: Point = {
  name: "empty_string",
  readings: ["400", Points.noConstraint, "matches nothing"],
  recognise: (scene) => {
    const { asks, operation, survey: { items } } = scene
    const values = textual(operation).flatMap(([name, filter]): ReadonlyArray<Parameters> =>
      // In a query, an empty value of a filter that takes null may be one.
      filter.takes === "list" || (operation.by === "query" && filter.nullable) || !holdsText(filter, items)
        ? []
        : [{ [name]: "" }]
    )
    return agree(scene, values.map((parameters) => asks.list(parameters)), (answer) => {
      const found = finding(answer)
      return found === "400"
        ? "400"
        : items.length === 0
        ? notObserved
        : found !== somethingElse
        ? "matches nothing"
        : finds(scene, answer, items)
        ? Points.noConstraint
        : somethingElse
    })
  }
}

const nullable = (operation: Operation): ReadonlyArray<readonly [name: string, filter: Filter]> =>
  Operations.selecting(operation).filter(([, filter]) => filter.nullable)

/** Whether an answer to `null` holds the items without a value, whichever way the other points are read. */
const findsThoseWithout = (scene: Scene, answer: Answer, [name, filter]: readonly [string, Filter]): boolean =>
  (Points.meaningsOf(scene.operation, {})[name] ?? []).some((meaning) =>
    finds(scene, answer, scene.survey.items.filter((item) => filter.matches(null, item, meaning)))
  )

const nullFilter: Point = {
  name: "null_filter",
  readings: ["not associated", "400"],
  recognise: (scene) => {
    const { asks, operation, survey: { items } } = scene
    const filters = nullable(operation)
    return agree(scene, filters.map(([name]) => asks.list({ [name]: null })), (answer, index) => {
      const filter = filters[index]
      if (answer.status === 400) return "400"
      if (answer.items === undefined || filter === undefined) return somethingElse
      return items.length === 0
        ? notObserved
        : findsThoseWithout(scene, answer, filter)
        ? "not associated"
        : somethingElse
    })
  }
}

/** The two ways to write `null` in a query. */
export const nullTexts = { "an empty value": "", "the word null": "null" } as const

const nullInQuery: Point = {
  name: "null_in_query",
  readings: Object.keys(nullTexts),
  recognise: Effect.fnUntraced(function*(scene: Scene) {
    const [filter] = nullable(scene.operation)
    if (filter === undefined || scene.survey.items.length === 0) return notObserved
    for (const [reading, text] of Object.entries(nullTexts)) {
      const ask: Ask = { ...scene.asks.get({}), parameters: { [filter[0]]: null } }
      const answer = yield* scene.probe.ask({ ...ask, query: [...ask.query ?? [], [filter[0], text]] })
      if (findsThoseWithout(scene, answer, filter)) return reading
    }
    return somethingElse
  })
}

const otherTenants: Point = {
  name: "other_tenants",
  readings: ["never", "listed"],
  recognise: (scene) => {
    const { operation: { tenant }, survey: { items, others } } = scene
    const foreign = new Set(ids(scene, others))
    const [home] = tenant === undefined ? [] : items.map((item) => Items.at(item, tenant))
    return Effect.succeed(
      items.some((item) => (tenant !== undefined && Items.at(item, tenant) !== home) || foreign.has(idOf(scene, item)))
        ? "listed"
        : others.length > 0 && items.length > 0
        ? "never"
        : notObserved
    )
  }
}

const get: Point = {
  name: "get",
  readings: ["the same operation", "not supported"],
  recognise: (scene) =>
    agree(scene, [scene.asks.get({})], (answer) =>
      answer.items !== undefined
        ? "the same operation"
        : answer.status >= 400 && (answer.status < 500 || answer.status === 501)
        ? "not supported"
        : somethingElse)
}

const lowerCaseScheme: Point = {
  name: "lower_case_scheme",
  readings: ["refused", "accepted"],
  recognise: (scene) => {
    const { lowerCase } = scene.asks.authorizations
    const questions = lowerCase === undefined ? [] : [scene.asks.list({}, { authorization: lowerCase })]
    return agree(
      scene,
      questions,
      (answer) => answer.items !== undefined ? "accepted" : isRefusal(answer) ? "refused" : somethingElse
    )
  }
}

/** The open points that follow from a declaration. */
export const pointsOf = (operation: Operation): ReadonlyArray<Point> => {
  const filters = Operations.selecting(operation)
  const texts = textual(operation)
  const nulls = nullable(operation)
  const open = filters.flatMap(([name, filter]) =>
    Object.entries(filter.points).map(([point, readings]) => pointOf(name, filter, point, readings))
  )
  const points = [
    ...(nulls.length > 0 && operation.by === "query" ? [nullInQuery] : []),
    ...(filters.length > 1 ? [filtersTogether] : []),
    ...(texts.length > 0 ? [unknownFound] : []),
    ...open,
    ...Points.contradictions(operation).map(contradiction),
    ...texts.filter(([, filter]) => filter.exact).map(([name]) => textCompared(name)),
    ...orderOf(operation),
    orderRepeated,
    changingFields,
    ...(operation.by !== "body" && filters.some(([, { takes }]) => takes === "list") ? [listsInQuery(operation)] : []),
    unknownParameter,
    ...(texts.length > 0 ? [emptyString] : []),
    ...(nulls.length > 0 && operation.by !== "query" ? [nullFilter] : []),
    ...(operation.tenant !== undefined || operation.credentials?.otherVariable !== undefined ? [otherTenants] : []),
    ...(operation.by === "body" ? [get] : []),
    ...(operation.credentials !== undefined ? [lowerCaseScheme] : [])
  ]
  // What is one point for several filters is what all of them agree on.
  return points.flatMap((point, at) => {
    const same = points.filter(({ name }) => name === point.name)
    return points.findIndex(({ name }) => name === point.name) < at ? [] : [{
      ...point,
      recognise: (scene: Scene) =>
        Effect.map(Effect.forEach(same, ({ recognise }) => recognise(scene)), (readings) => agreed(readings))
    }]
  })
}
