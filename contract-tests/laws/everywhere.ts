/**
 * The laws of every answer, whatever was asked: no item twice, the same item as in every other answer, the schema, the tenant, and
 * a flag of success that says so. Each has questions of its own; besides, the answers to all others are looked at.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import type { Lab } from "../engine/Lab.ts"
import { blame, named, relist, toldItem } from "../engine/Lab.ts"
import type { Answer, NoAnswer } from "../engine/Probe.ts"
import type { Outcome, Property } from "../engine/Property.ts"
import { drawn, held, keyOf, toothless } from "../engine/Property.ts"
import type { Scene } from "../engine/Scene.ts"
import { idOf, ids } from "../engine/Scene.ts"
import * as Sets from "../engine/Sets.ts"
import * as Surveys from "../engine/Survey.ts"
import type { Text } from "../engine/Text.ts"
import { text, Told } from "../engine/Text.ts"
import type { Invariant, Sight } from "../engine/Watch.ts"
import * as Schema from "../openapi/Schema.ts"
import type { Item } from "../operation/Item.ts"
import * as Items from "../operation/Item.ts"
import type { Operation } from "../operation/Operation.ts"
import * as Cases from "./cases.ts"

const fine: Sight = {}
const wrong = (expected: Text, seen: Text): Sight => ({ problem: { expected, seen } })

/** The ids that stand in an answer more than once. */
const twice = (scene: Pick<Scene, "operation">, { items = [] }: Answer): ReadonlySet<string> => {
  const found = new Set<string>()
  const again = new Set<string>()
  for (const id of ids(scene, items)) (found.has(id) ? again : found).add(id)
  return again
}

const noDuplicates = (scene: Scene): Invariant => ({
  name: "no_duplicates",
  law: "No item is in an answer twice.",
  see: (answer) => {
    if (answer.items === undefined || answer.items.length === 0) return undefined
    const again = twice(scene, answer)
    return again.size > 0 ? wrong("each item once", text`${answer.seen}; twice: ${named(again)}`) : fine
  }
})

/** The schema of the items in a list, and that of all around them; `undefined` where they can't be told apart. */
const parted = (
  schema: Schema.JsonSchema,
  path: string
): { readonly around: Schema.JsonSchema; readonly item: Schema.JsonSchema } | undefined => {
  if (path === "") {
    const { items, ...around } = schema
    const isAlone = !("prefixItems" in schema) && !("unevaluatedItems" in schema)
    return Items.isItem(items) && isAlone ? { around, item: items } : undefined
  }
  const [name = "", ...rest] = path.split(".")
  const { properties } = schema
  const inner = Items.at(properties, name)
  const found = Items.isItem(inner) ? parted(inner, rest.join(".")) : undefined
  return found &&
    { ...found, around: { ...schema, properties: { ...Items.isItem(properties) && properties, [name]: found.around } } }
}

/** What holds an answer against a schema. An item that is in many answers is looked at once. */
const makeValidate = (
  schema: Schema.JsonSchema,
  path: string
): (answer: Answer) => Schema.SchemaProblem | undefined => {
  const whole = Schema.validator(schema)
  const parts = parted(schema, path)
  if (parts === undefined) return ({ json }) => whole.validate(json)[0]
  const [around, one] = [Schema.validator(parts.around), Schema.validator(parts.item)]
  const known = new WeakMap<Item, Schema.SchemaProblem | "right">()
  const problemOf = (item: Item): Schema.SchemaProblem | undefined => {
    const found = known.get(item) ?? one.validate(item)[0] ?? "right"
    known.set(item, found)
    return found === "right" ? undefined : found
  }
  return ({ items, json }) => {
    const wrong = items?.find((item) => problemOf(item) !== undefined)
    if (items !== undefined && wrong === undefined && around.validate(json).length === 0) return undefined
    // Where the item stands in the body is told, unless it is on a later page.
    return whole.validate(json)[0] ?? (wrong && problemOf(wrong))
  }
}

const schema = ({ operation: { document, items } }: Scene): ReadonlyArray<Invariant> => {
  if (document === undefined) return []
  const validate = makeValidate(document.response, items)
  return [{
    name: "response_schema_conformance",
    law: "The body of a 200 is what the document says.",
    see: (answer) => {
      if (answer.status !== 200) return undefined
      const problem = validate(answer)
      return problem === undefined
        ? fine
        : wrong(
          "a body by the document",
          text`${new Told(problem.instance, "it")} breaks "${problem.keyword}" of ${problem.schema}`
        )
    }
  }]
}

/** What tells the items of a tenant from those of another. */
const tenants = (scene: Scene): Invariant => {
  const { operation: { credentials, tenant }, probe: { target }, survey: { items, others } } = scene
  const known = { own: new Set(ids(scene, items)), other: new Set(ids(scene, others)) }
  const headed = credentials?.tenantHeader && target.credential?.headers[credentials.tenantHeader]
  const homeOf = ([first]: ReadonlyArray<Item>): unknown =>
    tenant === undefined || first === undefined ? undefined : Items.at(first, tenant)
  const homes = { own: headed ?? homeOf(items), other: homeOf(others) }
  return {
    name: "no_cross_tenant_leak",
    law: "A credential never sees an item of another tenant.",
    see: ({ ask: { authorization: { whose } }, items }) => {
      const [home, foreign] = [homes[whose], known[whose === "own" ? "other" : "own"]]
      if (items === undefined || items.length === 0 || (home === undefined && foreign.size === 0)) return undefined
      const stray = items.filter((item) =>
        (tenant !== undefined && home !== undefined && `${Items.at(item, tenant)}` !== `${home}`) ||
        foreign.has(idOf(scene, item))
      )
      return stray.length === 0
        ? fine
        : wrong(
          home === undefined
            ? "only the credential's own items"
            : text`only items of ${new Told(`${home}`, "the credential's tenant")}`,
          text`also ${named(ids(scene, stray))}`
        )
    }
  }
}

/** The first item that isn't what it is in some list, with the field that differs. */
const changed = (
  { operation, survey: { volatile } }: Scene,
  items: Iterable<Item>,
  listed: (id: string) => Item | undefined
): { readonly id: string; readonly field: string } | undefined => {
  for (const item of items) {
    const id = idOf({ operation }, item)
    const known = listed(id)
    const field = known && Surveys.differingFields(known, item).find((field) => !volatile.has(field))
    if (field !== undefined) return { id, field }
  }
}

const sameItem = (scene: Scene): Invariant => {
  const { survey: { items, others } } = scene
  const byId = (all: ReadonlyArray<Item>) => new Map(all.map((item) => [idOf(scene, item), item]))
  const known = { own: byId(items), other: byId(others) }
  return {
    name: "item_consistency",
    law: "An item is the same, field for field, in every answer that has it.",
    see: ({ ask: { authorization: { whose } }, items }) => {
      if (!items?.some((item) => known[whose].has(idOf(scene, item)))) return undefined
      const found = changed(scene, items, (id) => known[whose].get(id))
      return found === undefined
        ? fine
        : wrong(text`${found.field} of ${toldItem(found.id)} as it is in the list of all`, `another ${found.field}`)
    }
  }
}

const flags = ["ok", "success"]

const flagOf = (body: unknown): string | undefined => flags.find((name) => typeof Items.at(body, name) === "boolean")

const flag: Invariant = {
  name: "success_flag",
  law: "An answer with items says that it is a success.",
  see: ({ items, json }) => {
    const name = items === undefined ? undefined : flagOf(json)
    return name === undefined
      ? undefined
      : Items.at(json, name) === true
      ? fine
      : wrong(`${name}: true`, `${name}: false`)
  }
}

/** What holds for every answer of a target. */
export const invariants = (scene: Scene): ReadonlyArray<Invariant> => [
  noDuplicates(scene),
  sameItem(scene),
  tenants(scene),
  flag,
  ...schema(scene)
]

/** Why nothing can be said of a flag of success. */
export const withoutFlag = ({ survey: { answer } }: Lab): string | undefined =>
  flagOf(answer.json) === undefined ? `the answers have no flag of success (${flags.join(" or ")})` : undefined

/** Whether there is anything to tell tenants apart by. */
export const hasTenants = ({ credentials, tenant }: Operation): boolean =>
  tenant !== undefined || credentials !== undefined

const tries = 3

/** Whether what an answer showed is the target's fault, and not a change of its data meanwhile. */
const confirmed: { readonly [name: string]: (lab: Lab, answer: Answer) => Effect.Effect<boolean, NoAnswer> } = {
  // Between two pages, an item that comes moves the last one to the next page.
  no_duplicates: Effect.fnUntraced(function*(lab, answer) {
    let again = twice(lab, answer)
    for (let count = 0; lab.operation.pages !== undefined && count < tries; count++) {
      again = Sets.common(again, twice(lab, yield* lab.probe.again(answer.ask)))
    }
    return again.size > 0
  }),
  item_consistency: Effect.fnUntraced(function*(lab, answer) {
    const authorization = answer.ask.authorization.whose === "own"
      ? {}
      : { authorization: lab.asks.authorizations.other }
    const before = yield* relist(lab, authorization)
    const items = (yield* lab.probe.again(answer.ask)).items ?? []
    const after = yield* relist(lab, authorization)
    return items.some((item) => {
      const id = idOf(lab, item)
      const [first, last] = [before.get(id), after.get(id)]
      return first !== undefined && last !== undefined && changed(lab, [first], () => last) === undefined &&
        changed(lab, [item], () => last) !== undefined
    })
  })
}

const isConfirmed = (name: string, lab: Lab, answer: Answer): Effect.Effect<boolean, NoAnswer> =>
  confirmed[name]?.(lab, answer) ?? Effect.succeed(true)

/** The law of an invariant: over questions of its own, and over what was seen of all others. */
export const everywhere = (name: string) => (lab: Lab): ReadonlyArray<Property> => {
  const invariant = lab.watch.invariant(name)
  if (invariant === undefined) return []
  const { law, see } = invariant
  return [
    drawn(
      "asked",
      law,
      Cases.questions(lab),
      Effect.fnUntraced(function*(ask) {
        const answer = yield* lab.probe.ask(ask)
        const sight = see(answer)
        if (sight?.problem === undefined) return sight === undefined ? toothless : held
        return (yield* isConfirmed(name, lab, answer))
          ? blame(lab, answer, sight.problem.expected, sight.problem.seen)
          : held
      })
    ),
    {
      id: "everywhere",
      law,
      run: Effect.fnUntraced(function*({ accepts }): Effect.fn.Return<Outcome> {
        const { breaches, judged } = lab.watch.seen(name)
        const outcome: Outcome = { cases: judged, bites: judged, cells: { covered: 0, exist: 0 } }
        for (const { answer, expected, origin, seen } of breaches) {
          const found = yield* isConfirmed(name, lab, answer).pipe(Effect.result)
          if (found._tag === "Failure") return { ...outcome, unanswered: found.failure }
          const { violation } = blame(lab, answer, expected, seen)
          if (found.success && violation !== undefined && accepts?.(violation) !== true) {
            const failed = { key: origin?.key ?? keyOf(answer.ask), ...(origin !== undefined && { origin }) }
            return { ...outcome, violation, failed }
          }
        }
        return outcome
      })
    }
  ]
}
