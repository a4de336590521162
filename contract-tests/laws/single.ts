/**
 * The laws of one filter: what its answer may hold, has to hold, and how it fits the list of all.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import fc from "fast-check"
import type { Ask } from "../engine/Ask.ts"
import type { Lab } from "../engine/Lab.ts"
import { blame, judge, named, relist, violationIn } from "../engine/Lab.ts"
import type { Property } from "../engine/Property.ts"
import { broken, drawn, each, generated, held, toothless } from "../engine/Property.ts"
import { idOf, ids } from "../engine/Scene.ts"
import type { Single } from "../engine/Survey.ts"
import * as Surveys from "../engine/Survey.ts"
import type { Filter } from "../operation/Filter.ts"
import type { Parameters, Value } from "../operation/Item.ts"
import * as Operations from "../operation/Operation.ts"
import * as Cases from "./cases.ts"

/** Every item in an answer is one that is asked for. */
export const soundness = (lab: Lab): ReadonlyArray<Property> => {
  const { asks, operation, survey: { items } } = lab
  const telling = ({ matching }: Single) => matching.size < items.length
  const refusedOrSound = (ask: Ask, canFail: boolean) =>
    Effect.map(lab.probe.ask(ask), (answer) => {
      const wrong = answer.items?.filter((item) => !lab.may(ask.parameters ?? {}, item)) ?? []
      return wrong.length > 0
        ? blame(lab, answer, "a refusal, or only items that are asked for", `also ${named(ids(lab, wrong))}`)
        : canFail
        ? held
        : toothless
    })
  const law = "Every item in the answer to a filter is one that the filter asks for."
  const empty = Cases.filtersOf(lab).filter(([, filter]) =>
    Cases.isText(filter, items) && !(filter.nullable && operation.by === "query")
  )
  return [
    drawn(
      "existing",
      law,
      Cases.singles(lab),
      (single) => judge(lab, asks.list(single.parameters), "sound", telling(single))
    ),
    drawn(
      "near-misses",
      "A value that only looks like an existing one finds none of its items.",
      Cases.nearMisses(lab),
      (parameters) => judge(lab, asks.list(parameters), "sound", items.some((item) => !lab.may(parameters, item)))
    ),
    each(
      "empty-string",
      "An empty string, alone or in a list, is no reason to list items that the filter doesn't ask for.",
      empty.map(([name, { takes }]): Parameters => ({ [name]: takes === "list" ? [""] : "" })),
      (parameters) => judge(lab, asks.list(parameters), "sound", items.length > 0)
    ),
    each(
      "empty-list",
      "An empty list asks for nothing or for everything, and never for some.",
      Cases.filtersOf(lab).filter(([, { takes }]) => takes === "list" && operation.by !== "query")
        .map(([name]): Parameters => ({ [name]: [] })),
      (parameters) => judge(lab, asks.list(parameters), "both", items.length > 0)
    ),
    ...(operation.by === "query" ? [] : [
      drawn(
        "wrong-types",
        "A value of another type is refused, or finds nothing but what it is equal to as text: it is never left out.",
        wrongTypes(lab),
        ({ body, parameters }) => refusedOrSound(asks.post(body, { parameters }), items.length > 0)
      ),
      drawn(
        "other-media-type",
        "A filter sent under another media type is refused or applied, never left out.",
        Cases.singles(lab).slice(0, 20).flatMap(({ value }) =>
          ["text/plain", "application/x-www-form-urlencoded", undefined].map((contentType) => ({
            stratum: `${contentType}`,
            value: { single: value, contentType }
          }))
        ),
        ({ contentType, single }) => {
          const { contentType: _, ...bare } = asks.list(single.parameters)
          const ask = contentType === undefined
            ? { ...bare, body: new TextEncoder().encode(bare.body?.toString()) }
            : { ...bare, contentType }
          return refusedOrSound(ask, telling(single))
        }
      )
    ]),
    ...(lab.overGet
      ? [
        drawn(
          "over-get",
          "GET applies the filter in its query.",
          Cases.singles(lab).filter(({ value }) => value.value !== null && Cases.fitsQuery(lab, value)),
          (single) => judge(lab, asks.get(single.parameters), "sound", telling(single))
        ),
        each(
          "null-over-get",
          "An empty value in a query is no reason to list items that have one.",
          Cases.filtersOf(lab).filter(([, { nullable }]) => nullable).map(([name]): Parameters => ({ [name]: null })),
          (parameters) => refusedOrSound(asks.get(parameters), items.some((item) => !lab.may(parameters, item)))
        )
      ]
      : [])
  ]
}

/** Values of another JSON type than the filter's, each with what the body would have to find at most. */
const wrongTypes = (lab: Lab): ReadonlyArray<{
  readonly stratum: string
  readonly value: { readonly body: string; readonly parameters: Parameters }
}> =>
  Cases.filtersOf(lab).flatMap(([name, filter]) => {
    const [single] = lab.singles.filter((single) => single.name === name && single.value !== null)
    const wrong: ReadonlyArray<unknown> = filter.takes === "flag" ? ["true", 1, {}] : [{}, { "$ne": "" }, [["x"]]]
    return single === undefined ? [] : wrong.map((value) => ({
      stratum: `${name}, ${typeof value}`,
      value: {
        body: JSON.stringify({ ...Operations.complete(lab.operation, single.parameters), [name]: value }),
        // A flag that is taken for true is another matter: `negative_data_rejection` is about that.
        parameters: filter.takes === "flag" ? { [name]: true } : { [name]: unlikely }
      }
    }))
  })

const unlikely: Value = "\u0000contract check"

/** Every item that is asked for is in the answer. */
export const completeness = (lab: Lab): ReadonlyArray<Property> => {
  const { asks, survey: { items } } = lab
  const law = "Every listed item that the filter asks for is in its answer, and every item in it is listed."
  return [
    drawn(
      "existing",
      law,
      Cases.singles(lab),
      (single) => judge(lab, asks.list(single.parameters), "complete", single.matching.size > 0)
    ),
    each(
      "false",
      "A flag of false leaves out no item that it asks for.",
      Cases.filtersOf(lab).filter(([, { takes }]) => takes === "flag").map(([name]): Parameters => ({ [name]: false })),
      (parameters) => judge(lab, asks.list(parameters), "complete", items.some((item) => lab.must(parameters, item)))
    ),
    ...(lab.overGet
      ? [
        drawn(
          "over-get",
          law,
          Cases.singles(lab).filter(({ value }) => value.value !== null && Cases.fitsQuery(lab, value)),
          (single) => judge(lab, asks.get(single.parameters), "complete", single.matching.size > 0)
        )
      ]
      : [])
  ]
}

/** No filter, `{}`, and nothing at all ask for the same. */
export const emptyFilter = (lab: Lab): ReadonlyArray<Property> => {
  const { asks, operation, survey: { items } } = lab
  const all = (ask: Ask) => judge(lab, ask, "complete", items.length > 0)
  const everything = JSON.stringify(JSON.parse(asks.list({}).body?.toString() ?? "{}"), undefined, 1)
  return [
    drawn(
      "covers",
      "The list of all has every item that a filter finds.",
      // An id that was listed can't find an item that was not.
      Cases.singles(lab).filter(({ value }) => !operation.filters[value.name]?.fields.includes(operation.id)),
      Effect.fnUntraced(function*(single: Single) {
        const answer = yield* lab.probe.ask(asks.list(single.parameters))
        const hidden = ids(lab, answer.items ?? []).filter((id) => lab.listed(id) === undefined)
        if (hidden.length === 0) return answer.items?.length ? held : toothless
        const after = yield* relist(lab)
        const still = hidden.filter((id) => !after.has(id))
        return still.length === 0
          ? held
          : blame(lab, answer, "items that {} lists too", `${named(still)}, which {} leaves out`)
      })
    ),
    each(
      "repeated",
      "The question for everything lists everything, however it is written.",
      operation.by === "query"
        ? [asks.list({})]
        : [everything, everything.replace(/\s/g, ""), ` ${everything}\n`].map((body) =>
          asks.post(body, { parameters: {} })
        ),
      all
    ),
    ...(lab.overGet ? [each("over-get", "GET without a filter lists everything.", [asks.get({})], all)] : [])
  ]
}

// Together in one case, so that a value's items can be held against those of other values.
const cellsPerCase = 8
const maxCells = 200

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
  Operations.selecting(operation).some(([, { kind }]) => partitioning.includes(kind))

/** Whether there is a filter whose values are compared as a whole. */
export const hasText = (operation: Operations.Operation): boolean =>
  Operations.selecting(operation).some(([, filter]) => isWhole(filter))

const isWhole = ({ kind, text }: Filter): boolean => text && kind !== "prefix"

const partitions = (lab: Lab): ReadonlyArray<Partition> =>
  Cases.filtersOf(lab).flatMap(([name, filter]): ReadonlyArray<Partition> => {
    if (!partitioning.includes(filter.kind)) return []
    const own = lab.singles.filter((single) => single.name === name)
    // The items without a value: asked for by `null`, or by a flag over the same field.
    const flag = lab.singles.find((single) => {
      const other = lab.operation.filters[single.name]
      return other?.kind === "isNull" && single.value === true && other.fields.join() === filter.fields.join()
    })
    const cells = [...(flag === undefined ? [] : [flag]), ...own]
    const sole = filter.kind === "equals" && filter.exact
    const covered = new Set(cells.length <= maxCells ? cells.flatMap(({ matching }) => [...matching]) : [])
    return cells.length < 2 ? [] : [{ name, cells, disjoint: sole, whole: covered.size === lab.survey.items.length }]
  })

/** Those without a value and those of each value are disjoint where there is one value, and make up the whole. */
export const partition = (lab: Lab): ReadonlyArray<Property> =>
  partitions(lab).flatMap(({ cells, disjoint, name, whole }) => {
    const places = fc.uniqueArray(fc.nat(cells.length - 1), { minLength: 1, maxLength: cellsPerCase })
    const law = disjoint
      ? "The items without a value and those of each value are disjoint, and together they are all there are."
      : "The items without a value and those of each value are together all there are."
    const check = Effect.fnUntraced(function*(indexes: ReadonlyArray<number>) {
      const home = new Map<string, Single>()
      for (const index of indexes) {
        const cell = cells[index]
        if (cell === undefined) continue
        const answer = yield* lab.probe.ask(lab.asks.list(cell.parameters))
        for (const id of ids(lab, answer.items ?? [])) {
          const other = home.get(id)
          const apart = other !== undefined && ![...other.matching].some((place) => cell.matching.has(place))
          if (disjoint && other !== undefined && other !== cell && apart) {
            return blame(lab, answer, `no item of ${JSON.stringify(other.parameters)}`, `also ${id}`)
          }
          home.set(id, cell)
        }
        const violation = yield* violationIn(lab, answer, cell.parameters, "both")
        if (violation !== undefined) return broken(violation)
      }
      return home.size > 0 ? held : toothless
    })
    const cover = Effect.fnUntraced(function*() {
      const home = new Set<string>()
      for (const { parameters } of cells) {
        const answer = yield* lab.probe.ask(lab.asks.list(parameters))
        for (const id of ids(lab, answer.items ?? [])) home.add(id)
      }
      const missing = ids(lab, lab.survey.items).filter((id) => !home.has(id))
      if (missing.length === 0) return lab.survey.items.length > 0 ? held : toothless
      const after = yield* relist(lab)
      const still = missing.filter((id) => after.has(id))
      const [first] = still
      if (first === undefined) return held
      const place = lab.survey.items.findIndex((item) => idOf(lab, item) === first)
      const cell = cells.find(({ matching }) => matching.has(place))
      const answer = yield* lab.probe.ask(lab.asks.list(cell?.parameters ?? {}))
      return blame(lab, answer, `every item of the list of all, ${named(still)} among them`)
    })
    return [
      generated(`${encodeURIComponent(name)}-cells`, law, places, check),
      // With very many values the cells are sampled, and the whole can't be put together from them.
      ...(whole && cells.length <= maxCells ? [each(`${encodeURIComponent(name)}-whole`, law, [{}], cover)] : [])
    ]
  })

const unknown = (filter: Filter, known: ReadonlyArray<Single>, type: string | undefined): fc.Arbitrary<Value> => {
  const taken = new Set(known.map(({ value }) => JSON.stringify(value)))
  const one = type === "number"
    ? fc.integer({ min: 1, max: 2 ** 31 - 1 })
    : fc.oneof(fc.uuid(), fc.stringMatching(/^[a-z]{1,12}$/), fc.string({ unit: "binary", minLength: 1 }))
      .filter((value) => value.isWellFormed())
  return one.map((value): Value => filter.takes === "list" ? [value] : value)
    .filter((value) => !taken.has(JSON.stringify(value)))
}

/** A value that nothing has finds nothing. */
export const unknownValue = (lab: Lab): ReadonlyArray<Property> =>
  Cases.filtersOf(lab).flatMap(([name, filter]): ReadonlyArray<Property> => {
    const type = Cases.typeOf(filter, lab.survey.items)
    if (!isWhole(filter) || type === "boolean") return []
    const known = lab.singles.filter((single) => single.name === name)
    return [generated(
      encodeURIComponent(name),
      "A value that no item has finds no item: the answer is an empty list, or says that there is no such thing.",
      unknown(filter, known, type).filter((value) =>
        lab.operation.by !== "query" || Surveys.fitsQuery(value, lab.operation.lists)
      ),
      (value) => {
        const parameters = { [name]: value }
        return Effect.map(lab.probe.ask(lab.asks.list(parameters)), (answer) => {
          const wrong = (answer.items ?? []).some((item) => !lab.may(parameters, item))
          const failed = answer.items === undefined && (answer.status < 400 || answer.status >= 500)
          return wrong || failed
            ? blame(lab, answer, "an empty list, 400 or 404")
            : lab.survey.items.length > 0
            ? held
            : toothless
        })
      }
    )]
  })
