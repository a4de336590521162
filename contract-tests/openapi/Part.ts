/**
 * Reads schemas of OpenAPI 3.0 and 3.1 as parts: flat, with references resolved, and the same for every way to say the same.
 * The same walk makes the JSON Schema of each part.
 *
 * @module
 */
import * as Data from "effect/Data"
import * as JsonPointer from "effect/JsonPointer"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import type { ErrorFields, TaggedErrorClass } from "../engine/TaggedError.ts"
import type { JsonSchema } from "./Schema.ts"
import { applicators } from "./Schema.ts"

/**
 * What kind of thing a part is:
 *
 * - `known failure`: a status for which the client has an error of its own: 400, 401, 429 and 5xx
 * - `other success`: any other status below 400, since the client takes only 200 and follows no redirect
 * - `filter`: a field of the request body, or a parameter of the query where the operation is a GET
 * - `ignored parameter`: a header that OpenAPI describes elsewhere, or that every HTTP client sends
 * - `other method`: GET beside the operation's own POST
 * - `filter by another method`: a parameter of that one's query
 * - `envelope field`: a field of the response body, outside the items
 * - `item field`: a field of an item, or the item itself
 */
export type PartKind =
  | "operation"
  | "server"
  | "credential"
  | "parameter"
  | "ignored parameter"
  | "other method"
  | "filter by another method"
  | "request body"
  | "filter"
  | "response"
  | "envelope field"
  | "item field"
  | "other media type"
  | "response header"
  | "other success"
  | "known failure"
  | "other failure"

/** One part of the operation and everything that the document says about it. */
export interface Part {
  /** Where, as a JSON pointer from the operation, with references resolved. */
  readonly place: string
  /** What kind of thing it is. */
  readonly kind: PartKind
  /** What a person would call it, such as `todos[].title`. */
  readonly name: string
  /** Whether it must be there. `true` for the elements of an array. */
  readonly required: boolean
  /** Whether the document advises against it. */
  readonly deprecated: boolean
  /** The JSON types that it may have, sorted; all of them if the document doesn't say. */
  readonly types: ReadonlyArray<string>
  /** `format` of a schema, `bearerFormat` of a credential. */
  readonly format: string | undefined
  /** Whatever else decides which values are right: keyword to canonical JSON. */
  readonly limits: ReadonlyMap<string, string>
  /** Whatever decides nothing, such as descriptions: keyword to canonical JSON. */
  readonly notes: ReadonlyMap<string, string>
  /** What its values are held against, with all that is in them; `{}` where it has no values. */
  readonly schema: JsonSchema
}

/**
 * Why no operation can be read from an input:
 *
 * - `too large`: longer than the limit, nested too deeply, or expanding to too many parts
 * - `unreadable`: neither JSON, nor YAML, nor a page with such a block
 * - `not OpenAPI 3`: readable, but no document of OpenAPI 3
 * - `no such operation`: the document lacks the operation
 * - `broken reference`: a `$ref` or a security scheme that leads nowhere, or out of the document
 * - `cyclic reference`: a `$ref` that only leads back to itself
 */
export type UnusableReason =
  | "too large"
  | "unreadable"
  | "not OpenAPI 3"
  | "no such operation"
  | "broken reference"
  | "cyclic reference"

const UnusableDocumentBase: TaggedErrorClass<"UnusableDocument", UnusableDocument> = Data.TaggedError(
  "UnusableDocument"
)<ErrorFields<UnusableDocument>>

/** An input from which the operation can't be read. */
export class UnusableDocument extends UnusableDocumentBase {
  /** Why, in a word. */
  declare readonly reason: UnusableReason
  /** What is wrong, and where, in a sentence. */
  declare readonly message: string
}

/** What was read, or why it can't be. */
export type Reading<A> = Result.Result<A, UnusableDocument>

/** Fails with {@link UnusableDocument}. */
export const unusable = (reason: UnusableReason, message: string): Result.Result<never, UnusableDocument> =>
  Result.fail(new UnusableDocument({ reason, message }))

/** How many levels a document may be nested. */
export const maxDepth = 200

/** How many schemas the operation may expand to. */
export const maxSchemas = 10_000

/** How many characters a document may have, and what the operation's schemas say when they are written out. */
export const maxLength = 16_000_000

/** An object of a document. */
export type Json = { readonly [key: PropertyKey]: unknown }

/** JSON text that does not depend on the order of keys. */
export const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, nested: unknown) =>
    Predicate.isObject(nested)
      ? Object.fromEntries(Object.entries(nested).sort(([a], [b]) => (a < b ? -1 : 1)))
      : nested)

/** A member of an object of the document: its own, never an inherited one such as `constructor`. */
export const member = (value: unknown, key: string): unknown =>
  Predicate.isObjectOrArray(value) && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined

/** The value, if it is an object; else one without members. */
export const object = (value: unknown): Json => Predicate.isObject(value) ? value : {}

/** The value, if it is an array; else an empty one. */
export const list = (value: unknown): ReadonlyArray<unknown> => Array.isArray(value) ? value : []

const strings = (value: unknown): ReadonlyArray<string> => list(value).filter(Predicate.isString)

/** A place in a document. */
export interface Located {
  /** What is there. */
  readonly value: unknown
  /** The references that led there. */
  readonly via: ReadonlyArray<string>
}

/** Follows `$ref`, however many in a row. */
export const resolve = (document: unknown, located: Located): Reading<Located> => {
  let { value, via } = located
  for (let ref = member(value, "$ref"); typeof ref === "string"; ref = member(value, "$ref")) {
    const fragment = ref
    if (via.includes(fragment)) {
      return unusable("cyclic reference", `The reference ${fragment} leads back to itself.`)
    }
    const pointer = JsonPointer.parseUriFragment(fragment)
    if (pointer === undefined) {
      return unusable("broken reference", `The reference ${fragment} leads out of the document: bundle it first.`)
    }
    value = pointer.reduce(member, document)
    if (value === undefined) return unusable("broken reference", `The reference ${fragment} leads nowhere.`)
    via = [...via, fragment]
  }
  return Result.succeed({ value, via })
}

const anyType: ReadonlyArray<string> = ["array", "boolean", "null", "number", "object", "string"]

/** Keywords that constrain nothing. */
const noteKeywords = new Set([
  "$comment",
  "description",
  "discriminator",
  "example",
  "examples",
  "externalDocs",
  "operationId",
  "summary",
  "tags",
  "title",
  "xml"
])

/** Whether a keyword constrains nothing: `description`, `x-…`, and such. */
export const isNote = (keyword: string): boolean => noteKeywords.has(keyword) || keyword.startsWith("x-")

/** Whether every value of the JSON type `narrow` is one of the JSON type `wide`. */
const isWithin = (narrow: string, wide: string): boolean =>
  narrow === wide || (narrow === "integer" && wide === "number")

/** Whether every value of the types `narrow` is one of the types `wide`. */
export const typesWithin = (narrow: ReadonlyArray<string>, wide: ReadonlyArray<string>): boolean =>
  narrow.every((type) => wide.some((other) => isWithin(type, other)))

const intersect = (a: ReadonlyArray<string>, b: ReadonlyArray<string>): ReadonlyArray<string> => [
  ...new Set([...a.filter((type) => typesWithin([type], b)), ...b.filter((type) => typesWithin([type], a))])
]

/** The types of values that are of one of several kinds: every integer is a number. */
const unite = (types: ReadonlyArray<string>): ReadonlyArray<string> =>
  [...new Set(types)].filter((type) => type !== "integer" || !types.includes("number"))

const typeOf = (value: unknown): string => value === null ? "null" : Array.isArray(value) ? "array" : typeof value

/** The types that one schema object names, or can only mean: fields make an object, elements an array. */
const typesOf = (schema: Json): ReadonlyArray<string> | undefined => {
  const named = typeof schema.type === "string" ? [schema.type] : strings(schema.type)
  const nullable = schema.nullable === true ? ["null"] : []
  if (named.length > 0) return [...named, ...nullable]
  if (Array.isArray(schema.enum)) return [...new Set([...schema.enum.map(typeOf), ...nullable])]
  if (Object.hasOwn(schema, "const")) return [typeOf(schema.const)]
  if (Object.hasOwn(schema, "properties")) return ["object", ...nullable]
  if (Object.hasOwn(schema, "items")) return ["array", ...nullable]
  return undefined
}

/** A schema after `$ref`, `allOf` and the ways to say "or null" are worked in. */
interface Merged {
  types: ReadonlyArray<string>
  format: string | undefined
  deprecated: boolean
  readonly limits: Map<string, string>
  readonly notes: Map<string, string>
  /** By name: the schemas that must all hold for the field. */
  readonly properties: Map<string, Array<unknown>>
  readonly required: Set<string>
  readonly items: Array<unknown>
  /** The fields that it has apart from alternatives. */
  readonly direct: Set<string>
  /** The fields that only some of several alternatives have: the others say nothing of them. */
  readonly inSome: Set<string>
  /** What several alternatives require, where each requires something else. */
  readonly requiredInSome: Set<string>
  /** The values that `enum` and `const` leave, as JSON. */
  values: ReadonlySet<string> | undefined
  /** The references followed. */
  readonly via: Set<string>
  /** What decides which values are right, besides types, fields and elements. */
  constraints: JsonSchema
}

/** The types that a keyword is about, where it isn't about all. */
const aboutType: { readonly [keyword: string]: ReadonlyArray<string> } = {
  format: ["string", "number", "integer"],
  maxLength: ["string"],
  minLength: ["string"],
  pattern: ["string"],
  exclusiveMaximum: ["number", "integer"],
  exclusiveMinimum: ["number", "integer"],
  maximum: ["number", "integer"],
  minimum: ["number", "integer"],
  multipleOf: ["number", "integer"],
  maxItems: ["array"],
  minItems: ["array"],
  uniqueItems: ["array"],
  additionalProperties: ["object"],
  maxProperties: ["object"],
  minProperties: ["object"]
}

/** What alternatives say with one keyword: nothing, where one that it is about says nothing. */
const saidByAll = (
  keyword: string,
  alternatives: ReadonlyArray<Merged>,
  textOf: (alternative: Merged) => string | undefined
): string | undefined => {
  const about = Object.hasOwn(aboutType, keyword) ? aboutType[keyword] : undefined
  const texts = alternatives
    .filter(({ types }) => about === undefined || types.some((type) => about.includes(type)))
    .map(textOf)
  return texts.length === 0 || texts.includes(undefined) ? undefined : [...new Set(texts)].sort().join(" or ")
}

/** What one of several schemas that must all hold says, besides types, fields and elements. */
interface Constraint {
  readonly schema: { [keyword: string]: unknown }
  /** Whether OpenAPI 3.0's `nullable` stands beside it. */
  readonly orNull: boolean
}

/** Keywords that hold for `null` too, where it is one of the types. */
const refusesNull = ["$ref", "allOf", "anyOf", "const", "enum", "if", "not", "oneOf"]

const withNull = (schema: JsonSchema): JsonSchema =>
  refusesNull.some((keyword) => Object.hasOwn(schema, keyword)) ? { anyOf: [{ type: "null" }, schema] } : schema

/** One schema for several that must all hold: side by side as long as no keyword is said in two ways. */
const conjunction = (constraints: ReadonlyArray<Constraint>, orNull: boolean, fields: Iterable<string>): JsonSchema => {
  const beside: { [keyword: string]: unknown } = {}
  const others = new Map<string, JsonSchema>()
  for (const constraint of constraints) {
    const schema = constraint.orNull && !orNull ? withNull(constraint.schema) : constraint.schema
    const entries = Object.entries(schema)
    if (entries.every(([keyword, content]) => canonical(beside[keyword] ?? content) === canonical(content))) {
      Object.assign(beside, schema)
    } else {
      // Apart from the fields, `additionalProperties` would be about all of them.
      others.set(canonical(schema), {
        ...schema,
        ...("additionalProperties" in schema || "unevaluatedProperties" in schema) &&
          { properties: Object.fromEntries([...fields].map((name) => [name, true])) }
      })
    }
  }
  const { allOf, ...rest } = { ...beside, allOf: [...others.values()] }
  const all = allOf.length === 0 ? rest : { ...rest, allOf }
  return orNull ? withNull(all) : all
}

/** Keywords that stand for nothing once every reference is resolved. */
const anchors = new Set(["$anchor", "$defs", "$dynamicAnchor", "$id", "$schema", "$vocabulary", "definitions"])

const handled = new Set([
  "$ref",
  "allOf",
  "anyOf",
  "const",
  "deprecated",
  "enum",
  "exclusiveMaximum",
  "exclusiveMinimum",
  "format",
  "items",
  "maximum",
  "minimum",
  "nullable",
  "oneOf",
  "properties",
  "required",
  "type"
])

/** OpenAPI 3.0 marks a bound as exclusive beside it, 3.1 says it in a keyword of its own. The latter is kept. */
const bounds = (schema: Json): ReadonlyArray<readonly [string, unknown]> =>
  ([["minimum", "exclusiveMinimum"], ["maximum", "exclusiveMaximum"]] as const).flatMap(([plain, exclusive]) =>
    schema[exclusive] === true
      ? [[exclusive, schema[plain]] as const]
      : [[plain, schema[plain]] as const, [exclusive, schema[exclusive]] as const]
  ).filter(([, value]) => typeof value === "number")

/** How deep the reading is in the schemas of a document, and the references that it is inside of. */
interface Above {
  readonly depth: number
  readonly refs: ReadonlySet<string>
  /** What is wanted of the schemas in here, if not both: what they say, part by part, or what values are held against. */
  readonly only?: "parts" | "schema"
}

const top: Above = { depth: 0, refs: new Set() }

const below = (above: Above, refs: Iterable<string> = []): Above => ({
  ...above,
  depth: above.depth + 1,
  refs: new Set([...above.refs, ...refs])
})

/** Reads the schemas of one document. */
export interface SchemaReader {
  /** The parts of a schema: itself, then its fields and elements. `kindOf` tells the kind of a part from its name. */
  readonly parts: (
    schemas: ReadonlyArray<unknown>,
    self: Pick<Part, "place" | "name" | "required"> & { readonly deprecated?: boolean },
    kindOf: (name: string) => PartKind
  ) => Reading<ReadonlyArray<Part>>
  /** A value with its references replaced by what they lead to, and without notes: for what is compared as a whole. */
  readonly inline: (value: unknown) => Reading<unknown>
}

/**
 * A reader for a document. All that it reads counts towards {@link maxSchemas}. The fields named in `optional` are required
 * by no schema that it makes, whatever the document says.
 */
export const schemaReader = (document: unknown, optional: ReadonlyArray<string> = []): SchemaReader => {
  let schemas = 0
  let characters = 0
  const enter = (above: Above): Reading<void> =>
    ++schemas > maxSchemas || above.depth > maxDepth
      ? unusable("too large", `The operation's schemas expand to more than ${maxSchemas}, or ${maxDepth} levels.`)
      : Result.succeed(undefined)

  const spend = (length: number): Reading<void> => {
    characters += length
    return characters > maxLength
      ? unusable("too large", `The operation's schemas expand to more than ${maxLength} characters.`)
      : Result.succeed(undefined)
  }

  const said = (content: unknown): Reading<string> => {
    const text = canonical(content) ?? ""
    return Result.map(spend(text.length), () => text)
  }

  const inline = (value: unknown, above: Above, names = false): Reading<unknown> =>
    Result.gen(function*() {
      yield* enter(above)
      if (Array.isArray(value)) {
        const elements: Array<unknown> = []
        for (const element of value) elements.push(yield* inline(element, below(above)))
        return elements
      }
      if (!Predicate.isObject(value)) return value
      const ref = value.$ref
      if (!names && typeof ref === "string") {
        if (above.refs.has(ref)) return value
        const target = yield* resolve(document, { value, via: [] })
        return yield* inline(target.value, below(above, target.via))
      }
      const entries: Array<readonly [string, unknown]> = []
      for (const [key, content] of Object.entries(value)) {
        if (!names && isNote(key)) continue
        entries.push([key, yield* inline(content, below(above), !names && key === "properties")])
      }
      return Object.fromEntries(entries)
    })

  const merge = (all: ReadonlyArray<unknown>, above: Above): Reading<Merged> =>
    Result.gen(function*() {
      const merged: Merged = {
        types: anyType,
        format: undefined,
        deprecated: false,
        limits: new Map(),
        notes: new Map(),
        properties: new Map(),
        required: new Set(),
        direct: new Set(),
        inSome: new Set(),
        requiredInSome: new Set(),
        values: undefined,
        items: [],
        via: new Set(),
        constraints: {}
      }
      const constraints: Array<Constraint> = []
      const unions: Array<ReadonlyArray<Merged>> = []
      // The author's own "or null" beside `allOf` or `$ref` is meant, though OpenAPI 3.0 reads it otherwise.
      let orNull = all.some((schema) => member(schema, "nullable") === true)
      const limits = new Map<string, Set<string>>()
      const limit = (keyword: string, value: string): void => {
        limits.set(keyword, (limits.get(keyword) ?? new Set()).add(value))
      }
      const only = (values: Iterable<string>): void => {
        const known = merged.values
        merged.values = new Set([...values].filter((value) => known === undefined || known.has(value)))
      }
      const open: Array<Located> = all.map((value) => ({ value, via: [] }))
      for (let next = open.shift(); next !== undefined; next = open.shift()) {
        const { value, via } = next
        yield* enter(above)
        if (value === true) continue
        if (value === false) {
          limit("false", "true")
          constraints.push({ schema: { not: {} }, orNull: false })
          continue
        }
        if (!Predicate.isObject(value)) {
          return yield* unusable("not OpenAPI 3", "A schema of the operation is not an object.")
        }
        // Each reference to the schema looks at these once more, which takes longer than a character does.
        yield* spend(8 * (Object.keys(value).length + list(value.type).length + list(value.required).length))
        const schema: Constraint["schema"] = {}
        constraints.push({ schema, orNull: value.nullable === true })
        const inside = below(above, via)
        const ref = value.$ref
        if (typeof ref === "string") {
          if (above.refs.has(ref)) {
            limit("$ref", ref)
            schema["$ref"] = ref
          } else {
            const target = yield* resolve(document, { value: { $ref: ref }, via })
            for (const reference of target.via) merged.via.add(reference)
            if (all.includes(value)) orNull ||= member(target.value, "nullable") === true
            open.push(target)
          }
        }
        for (const part of list(value.allOf)) open.push({ value: part, via })
        const types = typesOf(value) ?? anyType
        merged.types = intersect(merged.types, types)
        if (!typesWithin(types, anyType)) schema["type"] = value.type
        if (typeof value.format === "string") {
          merged.format ??= value.format
          schema["format"] = value.format
        }
        if (value.deprecated === true) merged.deprecated = true
        for (const name of strings(value.required)) merged.required.add(name)
        for (const [name, property] of Object.entries(object(value.properties))) {
          merged.properties.set(name, [...(merged.properties.get(name) ?? []), property])
        }
        if (Object.hasOwn(value, "items")) merged.items.push(value.items)
        for (const [keyword, bound] of bounds(value)) {
          limit(keyword, String(bound))
          schema[keyword] = bound
        }
        if (Array.isArray(value.enum)) {
          const values: Array<string> = []
          for (const one of value.enum) values.push(yield* said(one))
          only(values)
          schema["enum"] = value.enum
        }
        if (Object.hasOwn(value, "const")) {
          only([yield* said(value.const)])
          schema["const"] = value.const
        }
        for (const keyword of ["oneOf", "anyOf"]) {
          if (!Object.hasOwn(value, keyword)) continue
          const all = list(value[keyword])
          const some = all.filter((alternative) => typesOf(object(alternative))?.join() !== "null")
          orNull ||= some.length < all.length
          if (some.length === 1) open.push({ value: some[0], via })
          else {
            schema[keyword] = yield* applied(keyword, some, inside)
            if (above.only === "schema") continue
            const alternatives: Array<Merged> = []
            for (const alternative of some) alternatives.push(yield* merge([alternative], { ...inside, only: "parts" }))
            unions.push(alternatives)
          }
        }
        for (const [keyword, content] of Object.entries(value)) {
          if (handled.has(keyword)) continue
          if (isNote(keyword)) {
            if (!merged.notes.has(keyword)) merged.notes.set(keyword, yield* said(content))
            // It decides nothing beside the alternatives, but no validator here looks at it.
            if (keyword === "discriminator") schema[keyword] = content
          } else if (keyword !== "additionalProperties" || content !== true) {
            if (above.only !== "schema") limit(keyword, yield* said(yield* inline(content, below(above))))
            if (!anchors.has(keyword)) schema[keyword] = yield* applied(keyword, content, inside)
          }
        }
      }
      for (const name of merged.properties.keys()) merged.direct.add(name)
      for (const alternatives of unions) {
        merged.types = intersect(merged.types, unite(alternatives.flatMap(({ types }) => types)))
        merged.format ??= saidByAll("format", alternatives, ({ format }) => format)
        for (const keyword of new Set(alternatives.flatMap(({ limits }) => [...limits.keys()]))) {
          const text = saidByAll(keyword, alternatives, ({ limits }) => limits.get(keyword))
          if (text !== undefined && keyword !== "enum") limit(keyword, text)
        }
        const values = alternatives.flatMap(({ values }) => values === undefined ? [] : [values])
        if (values.length === alternatives.length) only(values.flatMap((some) => [...some]))
        merged.deprecated ||= alternatives.length > 0 && alternatives.every(({ deprecated }) => deprecated)
        for (const reference of alternatives.flatMap(({ via }) => [...via])) merged.via.add(reference)

        const objects = alternatives.filter(({ types }) => types.includes("object"))
        const isInAll = (name: string): boolean => objects.every(({ required }) => required.has(name))
        const needed = objects.map(({ required }) =>
          [...required].filter((name) => !isInAll(name)).sort().join(" with ")
        )
        if (new Set(needed).size > 1) {
          merged.requiredInSome.add([...new Set(needed)].sort().map((names) => names || "none").join(" or "))
        }
        for (const name of objects[0]?.required ?? []) if (isInAll(name)) merged.required.add(name)
        for (const name of new Set(objects.flatMap(({ properties }) => [...properties.keys()]))) {
          const isEverywhere = objects.every(({ inSome, properties }) => properties.has(name) && !inSome.has(name))
          const known = merged.properties.get(name)
          if (!isEverywhere && known !== undefined) continue
          if (!isEverywhere) merged.inSome.add(name)
          const field = yield* anyOf(
            objects.flatMap(({ properties }) => properties.has(name) ? [properties.get(name)] : [])
          )
          merged.properties.set(name, [...known ?? [], field])
        }
        const arrays = alternatives.filter(({ types }) => types.includes("array"))
        if (arrays.length > 0 && arrays.every(({ items }) => items.length > 0)) {
          merged.items.push(yield* anyOf(arrays.map(({ items }) => items)))
        }
      }
      const canBeNull = orNull || merged.types.includes("null")
      if (merged.values !== undefined) {
        limit("enum", canonical([...merged.values].filter((value) => !canBeNull || value !== "null").sort()))
      }
      for (const [keyword, texts] of limits) merged.limits.set(keyword, [...texts].sort().join(" and "))
      merged.constraints = conjunction(constraints, orNull, merged.properties.keys())
      merged.types = [...new Set(orNull ? [...merged.types, "null"] : merged.types)].sort()
      return merged
    })

  /** One schema for some of which any may hold, each given as schemas that must all hold. */
  const anyOf = (some: ReadonlyArray<ReadonlyArray<unknown> | undefined>): Reading<unknown> =>
    Result.gen(function*() {
      const distinct = new Map<string, unknown>()
      for (const all of some) {
        const schema = all?.length === 1 ? all[0] : { allOf: all }
        distinct.set(yield* said(schema), schema)
      }
      const schemas = [...distinct.values()]
      return schemas.length === 1 ? schemas[0] : { anyOf: schemas }
    })

  /** The content of a keyword, with the schemas in it made plain. */
  const applied = (keyword: string, content: unknown, above: Above): Reading<unknown> =>
    Result.gen(function*() {
      if (above.only === "parts") return undefined
      const one = (value: unknown): Reading<unknown> =>
        Predicate.isObject(value)
          ? Result.map(
            parts([value], { place: "", name: "", required: true }, () => "filter", { ...above, only: "schema" }),
            ([self]) => self?.schema
          )
          : Result.succeed(value)
      const way = applicators.get(keyword)
      if (way === "list" && Array.isArray(content)) {
        const schemas: Array<unknown> = []
        for (const value of content) schemas.push(yield* one(value))
        return schemas
      }
      if (way === "named" && Predicate.isObject(content)) {
        const schemas: Array<readonly [string, unknown]> = []
        for (const [name, value] of Object.entries(content)) schemas.push([name, yield* one(value)])
        return Object.fromEntries(schemas)
      }
      return way === "one" ? yield* one(content) : content
    })

  const parts = (
    all: ReadonlyArray<unknown>,
    self: Parameters<SchemaReader["parts"]>[1],
    kindOf: (name: string) => PartKind,
    above: Above
  ): Reading<ReadonlyArray<Part>> =>
    Result.gen(function*() {
      const { constraints, deprecated, direct, items, properties, required, requiredInSome, via, ...says } =
        yield* merge(
          all,
          above
        )
      const { name, place } = self
      const kind = kindOf(name)
      // In an answer, that a field is optional says it all. A request without either of two fields is refused.
      if (kind === "request body" && requiredInSome.size > 0) {
        says.limits.set("required", [...requiredInSome].sort().join(" and "))
      }
      const schema: { [keyword: string]: unknown } = {
        ...says.types.length < anyType.length && { type: says.types.length === 1 ? says.types[0] : says.types },
        ...constraints
      }
      const found: Array<Part> = [{
        place,
        kind,
        name: name === "" ? "the body" : name,
        required: self.required,
        deprecated: deprecated || self.deprecated === true,
        types: says.types,
        format: says.format,
        limits: says.limits,
        notes: says.notes,
        schema
      }]
      const inside = below(above, via)
      // Those are held against the alternatives.
      const isOfUnion = (property: string): boolean => properties.has(property) && !direct.has(property)
      const fields: Array<readonly [string, Part | undefined]> = []
      for (const property of new Set([...properties.keys(), ...required])) {
        const field = yield* parts(
          properties.get(property) ?? [true],
          {
            place: `${place}/properties/${JsonPointer.escapeToken(property)}`,
            name: name === "" ? property : `${name}.${property}`,
            required: required.has(property)
          },
          kindOf,
          isOfUnion(property) ? { ...inside, only: "parts" } : inside
        )
        fields.push([property, field[0]])
        found.push(...field)
      }
      if (fields.length > 0) {
        schema["properties"] = Object.fromEntries(
          fields.filter(([property]) => !isOfUnion(property)).map(([property, field]) => [property, field?.schema])
        )
        schema["required"] = [...required].filter((property) =>
          !fields.some(([key, field]) => key === property && field !== undefined && optional.includes(field.name))
        )
      }
      if (items.length > 0) {
        const elements = yield* parts(
          items,
          { place: `${place}/items`, name: `${name}[]`, required: true },
          kindOf,
          inside
        )
        schema["items"] = elements[0]?.schema
        found.push(...elements)
      }
      return found
    })

  return {
    parts: (all, self, kindOf) => parts(all, self, kindOf, top),
    inline: (value) => inline(value, top)
  }
}

/** A text of somebody's document for a line: short, and with nothing in it that could drive a terminal. */
export const show = (text: string, max = 60): string => {
  const clean = text.slice(0, max).replace(/\p{C}/gu, "?")
  return text.length > max ? `${clean}…` : clean
}
