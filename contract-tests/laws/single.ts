/**
 * The laws of one filter: what its answer may hold, has to hold, and how it fits the list of all.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import fc from "fast-check"
import type { Ask } from "../engine/Ask.ts"
import type { Lab } from "../engine/Lab.ts"
import { asJson, beyond, blame, judge, named, relist } from "../engine/Lab.ts"
import * as Points from "../engine/Point.ts"
import type { Case, Property } from "../engine/Property.ts"
import { drawn, each, generated, held, toothless } from "../engine/Property.ts"
import { ids, isRefusal } from "../engine/Scene.ts"
import * as Sets from "../engine/Sets.ts"
import type { Single } from "../engine/Survey.ts"
import * as Surveys from "../engine/Survey.ts"
import { text, Told } from "../engine/Text.ts"
import type { Filter } from "../operation/Filter.ts"
import type { Parameters, Value } from "../operation/Item.ts"
import type { Method } from "../operation/Operation.ts"
import * as Operations from "../operation/Operation.ts"
import * as Cases from "./cases.ts"

// So many values by each method, at least.
const perMethod = 100

/** The questions of one filter, by every method. */
const singles = (lab: Lab): ReadonlyArray<Case<Ask>> =>
  Cases.byMethod(
    lab,
    Cases.singles(lab).map(({ stratum, value }) => ({ stratum, value: value.parameters }))
  )

const all = (lab: Lab, parameters: ReadonlyArray<Parameters>): ReadonlyArray<Case<Ask>> =>
  Cases.byMethod(lab, parameters.map((value) => ({ stratum: Object.keys(value).join(), value })))

/** Every item in an answer is one that is asked for. */
export const soundness = (lab: Lab): ReadonlyArray<Property> => {
  const { asks, methods, operation, survey: { items } } = lab
  const refusedOrSound = (ask: Ask, canFail: boolean) =>
    Effect.map(lab.probe.ask(ask), (answer) => {
      const wrong = answer.items?.filter((item) => !lab.may(ask.parameters ?? {}, item)) ?? []
      return wrong.length > 0
        ? blame(lab, answer, "a refusal, or only items that are asked for", text`also ${named(ids(lab, wrong))}`)
        : canFail
        ? held
        : toothless
    })
  const sound = (ask: Ask) => judge(lab, ask, "sound", Cases.isTelling(lab, ask))
  const law = "Every item in the answer to a filter is one that the filter asks for."
  const filters = Cases.filtersOf(lab)
  const empty = filters.filter(([, filter]) =>
    Cases.isText(filter, items) && !(filter.nullable && operation.by === "query")
  )
  const lists = filters.filter(([, { takes }]) => takes === "list")
  return [
    drawn("existing", law, singles(lab), sound, perMethod * lab.methods.length),
    drawn(
      "near-misses",
      "A value that only looks like an existing one finds none of its items.",
      Cases.nearMisses(lab),
      sound
    ),
    drawn(
      "from-elsewhere",
      "A value that an item has in a field that the filter doesn't look at finds nothing by it.",
      Cases.fromElsewhere(lab),
      sound
    ),
    drawn(
      "empty-string",
      "An empty string is no reason to list some of the items that the filter doesn't ask for; in a list, any of them.",
      all(lab, [
        ...empty.map(([name, { takes }]): Parameters => ({ [name]: takes === "list" ? [""] : "" })),
        ...empty.filter(([, { takes }]) => takes === "list").flatMap(([name]) =>
          [unlikely, ...lab.singles.flatMap((single) => single.name === name ? single.value ?? [] : []).slice(0, 1)]
            .filter((one) => one !== true && one !== false)
            .map((one): Parameters => ({ [name]: [one, ""] }))
        )
        // In a query, an empty value of a filter that takes null may be one: see below.
      ]).filter(({ value: { method, parameters = {} } }) =>
        method === "POST" || Object.keys(parameters).every((name) => operation.filters[name]?.nullable !== true)
      ),
      (ask) =>
        judge(lab, ask, lab.readings["empty_string"] === Points.noConstraint ? "both" : "sound", items.length > 0)
    ),
    each(
      "empty-list",
      "An empty list asks for nothing or for everything, and never for some.",
      operation.by === "query" ? [] : lists.map(([name]) => asks.list({ [name]: [] })),
      (ask) => judge(lab, ask, "both", items.length > 0)
    ),
    drawn(
      "wrong-types",
      "A value of another type is refused, or finds nothing but what it is equal to as text: it is never left out.",
      wrongTypes(lab),
      (ask) => refusedOrSound(ask, items.length > 0)
    ),
    ...(operation.by === "query" ? [] : [
      drawn(
        "other-media-type",
        "A filter sent under another media type is refused or applied, never left out.",
        Cases.singles(lab).slice(0, 20).flatMap(({ value }) =>
          ["text/plain", "application/x-www-form-urlencoded", undefined].map((contentType) => {
            const { contentType: _, ...bare } = asks.list(value.parameters)
            return {
              stratum: `${contentType}`,
              value: contentType === undefined
                ? { ...bare, body: new TextEncoder().encode(bare.body?.toString()) }
                : { ...bare, contentType }
            }
          })
        ),
        (ask) => refusedOrSound(ask, Cases.isTelling(lab, ask))
      )
    ]),
    ...(methods.length > 1
      ? [
        each(
          "null-over-get",
          "An empty value in a query is no reason to list items that have one.",
          filters.filter(([, { nullable }]) => nullable && lab.readings["empty_string"] !== Points.noConstraint)
            .map(([name]) => asks.get({ [name]: null })),
          (ask) => refusedOrSound(ask, Cases.isTelling(lab, ask))
        )
      ]
      : [])
  ]
}

const unlikely = "\u0001contract check"

/** Values of another type than the filter's, each with what it would have to find at most. */
const wrongTypes = (lab: Lab): ReadonlyArray<Case<Ask>> =>
  Cases.filtersOf(lab).flatMap(([name, filter]): ReadonlyArray<Case<Ask>> => {
    const [single] = lab.singles.filter((single) => single.name === name && single.value !== null)
    if (single === undefined) return []
    // A flag that is taken for true is another matter: `negative_data_rejection` is about that.
    const parameters: Parameters = { [name]: filter.takes === "flag" ? true : unlikely }
    const beside = Operations.complete(lab.operation, single.parameters)
    const wrong: ReadonlyArray<unknown> = filter.takes === "flag" ? ["true", 1, {}] : [{}, { "$ne": "" }, [["x"]]]
    const inBody = lab.methods.includes("POST")
      ? wrong.map((value) => ({
        stratum: `${name}, ${typeof value}`,
        value: lab.asks.post(JSON.stringify({ ...beside, [name]: value }), { parameters })
      }))
      : []
    // In a query everything is text. A word for a flag is refused by who refuses it in a body.
    const words = filter.takes === "flag"
      ? lab.methods.length > 1 ? ["banana"] : []
      : Cases.typeOf(filter, lab.survey.items) === "number"
      ? ["banana", "1e", "NaN"]
      : []
    const inQuery = lab.methods.includes("GET")
      ? words.map((value) => ({
        stratum: `${name}, ${value} in a query`,
        value: { ...lab.asks.get({ [name]: value }), parameters }
      }))
      : []
    return [...inBody, ...inQuery]
  })

/** Whether there is an item that a question has to find. */
const canFind = (lab: Lab, parameters: Parameters = {}): boolean =>
  lab.survey.index.candidates(parameters).some((item) => lab.must(parameters, item))

/** Every item that is asked for is in the answer. */
export const completeness = (lab: Lab): ReadonlyArray<Property> => {
  const law = "Every listed item that the filter asks for is in its answer, and every item in it is listed."
  const complete = (ask: Ask) => judge(lab, ask, "complete", canFind(lab, ask.parameters))
  return [
    drawn("existing", law, singles(lab), complete, perMethod * lab.methods.length),
    drawn(
      "false",
      "A flag of false leaves out no item that it asks for.",
      all(lab, Cases.filtersOf(lab).filter(([, { takes }]) => takes === "flag").map(([name]) => ({ [name]: false }))),
      complete
    )
  ]
}

/** No filter, `{}`, and nothing at all ask for the same. */
export const emptyFilter = (lab: Lab): ReadonlyArray<Property> => {
  const { asks, methods, operation, survey: { items } } = lab
  const everything = JSON.stringify(JSON.parse(asks.list({}).body?.toString() ?? "{}"), undefined, 1)
  const fields = (parameters: Parameters = {}): ReadonlyArray<string> =>
    Object.keys(parameters).flatMap((name) => operation.filters[name]?.fields ?? [])
  return [
    drawn(
      "covers",
      "The list of all has every item that a filter finds.",
      // An id that was listed can't find an item that was not.
      singles(lab).filter(({ value }) => !fields(value.parameters).includes(operation.id)),
      Effect.fnUntraced(function*(ask) {
        const answer = yield* lab.probe.ask(ask)
        if (ids(lab, answer.items ?? []).every((id) => lab.listed.has(id))) {
          return answer.items?.length ? held : toothless
        }
        const hidden = yield* beyond(lab, ask, asks.list({}))
        return hidden.length === 0
          ? held
          : blame(lab, answer, "items that {} lists too", text`${named(hidden)}, which {} leaves out`)
      }),
      perMethod * lab.methods.length
    ),
    each(
      "repeated",
      "The question for everything lists everything, however it is written.",
      methods.flatMap((method) =>
        method === "GET"
          ? [asks.get({})]
          : [everything, everything.replace(/\s/g, ""), ` ${everything}\n`].map((body) =>
            asks.post(body, { parameters: {} })
          )
      ),
      (ask) => judge(lab, ask, "complete", items.length > 0)
    )
  ]
}

// So many values of a filter are asked for. With more than that they are a sample, and don't make up the whole.
const maxCells = 60

/** Of a filter over one field that holds one value: those of each value, and those without one. */
interface Partition {
  readonly name: string
  readonly cells: ReadonlyArray<Single>
  /** Whether the cells are disjoint: the field holds one value. */
  readonly disjoint: boolean
  /** Whether they make up the whole: the items without a value can be asked for, or there are none. */
  readonly whole: boolean
}

const partitioning = ["equals", "member", "anyOf"]

/** Whether there is a filter whose values part the items. */
export const hasPartition = (operation: Operations.Operation): boolean =>
  Operations.selecting(operation).some(([, { kind }]) => partitioning.includes(kind)) || rangesOf(operation).length > 0

/** Whether there is a filter whose values are compared as a whole. */
export const hasText = (operation: Operations.Operation): boolean =>
  Operations.selecting(operation).some(([, filter]) => isWhole(filter))

const isWhole = ({ kind, text }: Filter): boolean => text && kind !== "prefix"

const partitions = (lab: Lab): ReadonlyArray<Partition> =>
  Cases.filtersOf(lab).flatMap(([name, filter]): ReadonlyArray<Partition> => {
    if (!partitioning.includes(filter.kind)) return []
    const values = lab.singles.filter((single) => single.name === name && single.value !== null)
    // The items without a value: asked for by `null`, or by a flag over the same field.
    const without = lab.singles.find((single) => {
      const other = lab.operation.filters[single.name]
      return (single.name === name && single.value === null) ||
        (other?.kind === "isNull" && single.value === true && other.fields.join() === filter.fields.join())
    })
    const cells = [...(without === undefined ? [] : [without]), ...Surveys.spread(values, maxCells)]
    const covered = new Set(cells.flatMap(({ matching }) => [...matching]))
    return cells.length < 2 ? [] : [{
      name,
      cells,
      disjoint: filter.kind === "equals",
      whole: covered.size === lab.survey.items.length
    }]
  })

/** What two questions both find, though nothing can be both. Asked again where there is anything: it may have changed. */
const shared = Effect.fnUntraced(function*(lab: Lab, one: Ask, other: Ask) {
  const found = Effect.fnUntraced(function*(ask: Ask, again: boolean) {
    const answer = yield* again ? lab.probe.again(ask) : lab.probe.ask(ask)
    return new Set(ids(lab, answer.items ?? []))
  })
  if (Sets.common(yield* found(one, false), yield* found(other, false)).size === 0) return []
  const [before, between, after] = [yield* found(one, true), yield* found(other, true), yield* found(one, true)]
  yield* relist(lab)
  return [...Sets.common(Sets.common(before, between), after)].filter((id) => !lab.changing.has(id))
})

/** What none of some questions finds, though there is nothing else. */
const leftOut = Effect.fnUntraced(function*(lab: Lab, asks: ReadonlyArray<Ask>, due: ReadonlyArray<string>) {
  const missing = Effect.fnUntraced(function*(due: ReadonlyArray<string>, again: boolean) {
    const found = new Set<string>()
    for (const ask of asks) {
      const answer = yield* again ? lab.probe.again(ask) : lab.probe.ask(ask)
      for (const id of ids(lab, answer.items ?? [])) found.add(id)
    }
    return due.filter((id) => !found.has(id))
  })
  const first = yield* missing(due, false)
  if (first.length === 0) return []
  const before = yield* relist(lab)
  const still = yield* missing(first.filter((id) => before.has(id)), true)
  const after = yield* relist(lab)
  return still.filter((id) => after.has(id) && !lab.changing.has(id))
})

/** Those without a value and those of each value are disjoint where there is one value, and make up the whole. */
export const partition = (lab: Lab): ReadonlyArray<Property> => [
  ...partitions(lab).flatMap(({ cells, disjoint, name, whole }) => {
    const law = disjoint
      ? "The items without a value and those of each value are disjoint, and together they are all there are."
      : "The items without a value and those of each value are together all there are."
    const asksBy = (method: Method): ReadonlyArray<Ask> =>
      Cases.byMethod({ ...lab, methods: [method] }, cells.map(({ parameters }) => ({ stratum: "", value: parameters })))
        .map(({ value }) => value)
    return [
      ...(disjoint
        ? [drawn(
          `${encodeURIComponent(name)}-cells`,
          law,
          Cases.byMethod(lab, cells.map(({ kind, parameters }) => ({ stratum: kind, value: parameters }))),
          Effect.fnUntraced(function*(ask) {
            const own = cells.find(({ parameters }) => parameters === ask.parameters)
            const others = cells.filter(({ matching }) => own !== undefined && Sets.isDisjoint(matching, own.matching))
            let compared = 0
            for (const other of others) {
              const both = yield* shared(lab, ask, lab.asks.list(other.parameters)).pipe(
                // With few requests left, some of the others say something too.
                Effect.catchTag("NoAnswer", (error) => compared > 0 ? Effect.succeed(undefined) : Effect.fail(error))
              )
              if (both === undefined) break
              compared++
              if (both.length > 0) {
                const answer = yield* lab.probe.ask(ask)
                return blame(lab, answer, text`no item of ${asJson(lab, other.parameters)}`, text`also ${named(both)}`)
              }
            }
            return (yield* lab.probe.ask(ask)).items?.length && others.length > 0 ? held : toothless
          })
        )]
        : []),
      ...(whole
        ? [drawn(
          `${encodeURIComponent(name)}-whole`,
          law,
          lab.methods.filter((method) => asksBy(method).length === cells.length)
            .map((method) => ({ stratum: method, value: method })),
          Effect.fnUntraced(function*(method) {
            const asks = asksBy(method)
            const [first] = yield* leftOut(lab, asks, ids(lab, lab.survey.items))
            if (first === undefined) return lab.survey.items.length > 0 ? held : toothless
            const place = lab.survey.items.findIndex((item) => Operations.idOf(lab.operation, item) === first)
            const at = cells.findIndex(({ matching }) => matching.has(place))
            const answer = yield* lab.probe.ask(asks[at] ?? lab.asks.list({}))
            return blame(lab, answer, text`every item of the list of all, ${new Told(first, "one")} among them`)
          })
        )]
        : [])
    ]
  }),
  ...rangesOf(lab.operation).map((names) => ranges(lab, names))
]

/** The filters of what comes before and after in the same field. */
const rangesOf = (operation: Operations.Operation): ReadonlyArray<readonly [before: string, after: string]> => {
  const filters = Operations.selecting(operation)
  return filters.flatMap(([before, { fields, kind }]) =>
    kind !== "before"
      ? []
      : filters.filter(([, filter]) => filter.kind === "after" && filter.fields.join() === fields.join())
        .map(([after]) => [before, after] as const)
  )
}

const maxBoundaries = 100

/** What comes before a boundary and what comes after it have nothing in common but what lies on it, and nothing lies elsewhere. */
const ranges = (lab: Lab, [before, after]: readonly [string, string]): Property => {
  const { may, must, survey: { index, items } } = lab
  return drawn(
    `${encodeURIComponent(before)}-${encodeURIComponent(after)}`,
    "What lies before a boundary and what lies after it have nothing in common, and together they are all there is beside it.",
    lab.singles.filter(({ name }) => name === before)
      .flatMap(({ kind, value }) =>
        lab.methods.map((method) => ({ stratum: `${kind}, ${method}`, value: { value, method } }))
      ),
    Effect.fnUntraced(function*({ method, value }) {
      const [earlier, later] = [{ [before]: value }, { [after]: value }]
      const asks = [lab.asks.by(method, earlier), lab.asks.by(method, later)] as const
      const due = items.filter((item) => must(earlier, item) || must(later, item))
      const lost = yield* leftOut(lab, asks, ids(lab, due))
      const answer = yield* lab.probe.ask(asks[0])
      if (lost.length > 0) return blame(lab, answer, text`${named(lost)} before or after it`)
      // What lies on it may be in both, where both include it.
      const on = new Set(
        ids(lab, index.candidates({ ...earlier, ...later }).filter((item) => may(earlier, item) && may(later, item)))
      )
      const both = (yield* shared(lab, ...asks)).filter((id) => lab.listed.has(id) && !on.has(id))
      return both.length > 0
        ? blame(lab, answer, "no item that lies after it too", text`also ${named(both)}`)
        : due.length > 0
        ? held
        : toothless
    }),
    // What lies before it and what lies after it is nearly everything.
    Surveys.affordable(lab.survey, maxBoundaries)
  )
}

const numbers = fc.integer({ min: 1, max: 2 ** 31 - 1 })
const texts = fc.oneof(fc.uuid(), fc.stringMatching(/^[a-z]{1,12}$/), fc.string({ unit: "binary", minLength: 1 }))
  .filter((value) => value.isWellFormed())

const unknown = (filter: Filter, known: ReadonlyArray<Single>, type: string | undefined): fc.Arbitrary<Value> => {
  const taken = new Set(known.map(({ value }) => JSON.stringify(value)))
  const one = type === "number" ? numbers : texts
  return one.map((value): Value => filter.takes === "list" ? [value] : value)
    .filter((value) => !taken.has(JSON.stringify(value)))
}

/** Why no value is unknown. */
export const withoutText = (lab: Lab): string | undefined =>
  unknownValue(lab).length > 0 ? undefined : "no item has a value of a filter that compares values"

// So many unknown values of a filter; how they are written matters little, that nothing has them does.
const unknownRuns = 20

/** A value that nothing has finds nothing. */
export const unknownValue = (lab: Lab): ReadonlyArray<Property> =>
  Cases.filtersOf(lab).flatMap(([name, filter]): ReadonlyArray<Property> => {
    const type = Cases.typeOf(filter, lab.survey.items)
    if (!isWhole(filter) || type === "boolean") return []
    const known = lab.singles.filter((single) => single.name === name)
    const values = unknown(filter, known, type).filter((value) =>
      lab.operation.by !== "query" || Surveys.fitsQuery(value, lab.operation.lists)
    ).map((value): Parameters => ({ [name]: value }))
    return [generated(
      encodeURIComponent(name),
      "A value that no item has finds no item: the answer is an empty list, or says that there is no such thing.",
      Cases.anyMethod(lab, values),
      (ask) =>
        Effect.map(lab.probe.ask(ask), (answer) => {
          const wrong = (answer.items ?? []).some((item) => !lab.may(ask.parameters ?? {}, item))
          return wrong || (answer.items === undefined && !isRefusal(answer))
            ? blame(lab, answer, "an empty list, 400 or 404")
            : lab.survey.items.length > 0
            ? held
            : toothless
        }),
      unknownRuns
    )]
  })
