/**
 * Holds values against JSON Schemas, formats included. What the validator doesn't know is told, and never taken for right.
 *
 * ```ts
 * import { Schema } from "@seam-effect/contract-tests/openapi"
 *
 * const { unchecked, validate } = Schema.validator({ type: "string", format: "uuid" })
 * console.log(validate("cst1").map(({ keyword }) => keyword)) // [ "format" ]
 * console.log(unchecked) // []
 * ```
 *
 * @module
 */
import * as CfWorker from "@cfworker/json-schema"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"

/** A JSON Schema. */
export type JsonSchema = { readonly [keyword: string]: unknown }

/** What is wrong with a value. The value itself may be anything, and is not in it. */
export interface SchemaProblem {
  /** Where in the value, as a JSON pointer after `#`. */
  readonly instance: string
  /** The keyword that it breaks. */
  readonly keyword: string
  /** Where in the schema that keyword stands. */
  readonly schema: string
}

/** A keyword that nothing is checked by: an unknown one, one with a content that it can't have, an unknown format. */
export interface Unchecked {
  /** Where in the schema it stands. */
  readonly schema: string
  /** The keyword; for a format `format: NAME`. */
  readonly keyword: string
}

/** Holds values against one schema. */
export interface Validator {
  /** What is wrong with a value, the innermost problem first; nothing where it is right. */
  readonly validate: (value: unknown) => ReadonlyArray<SchemaProblem>
  /** What the schema says that isn't checked. */
  readonly unchecked: ReadonlyArray<Unchecked>
}

/** Keywords that hold schemas: one, a list of them, or some by name. `$defs` is none: no reference is followed. */
export const applicators: ReadonlyMap<string, "one" | "list" | "named"> = new Map([
  ...[
    "additionalProperties",
    "contains",
    "else",
    "if",
    "items",
    "not",
    "propertyNames",
    "then",
    "unevaluatedItems",
    "unevaluatedProperties"
  ].map((keyword) => [keyword, "one"] as const),
  ...["allOf", "anyOf", "oneOf", "prefixItems"].map((keyword) => [keyword, "list"] as const),
  ...["dependentSchemas", "patternProperties", "properties"].map((keyword) => [keyword, "named"] as const)
])

const isCount = (content: unknown): boolean => Number.isInteger(content) && Number(content) >= 0

const isTexts = (content: unknown): boolean => Array.isArray(content) && content.every(Predicate.isString)

const isPattern = (content: unknown): boolean =>
  typeof content === "string" && Result.isSuccess(Result.try(() => new RegExp(content, "u")))

const types = ["array", "boolean", "integer", "null", "number", "object", "string"]

/** The other keywords that decide which values are right, and what they can hold. */
const decides: { readonly [keyword: string]: (content: unknown) => boolean } = {
  const: (content) => content !== undefined,
  dependentRequired: (content) => Predicate.isObject(content) && Object.values(content).every(isTexts),
  enum: Array.isArray,
  exclusiveMaximum: Number.isFinite,
  exclusiveMinimum: Number.isFinite,
  maxContains: isCount,
  maxItems: isCount,
  maxLength: isCount,
  maxProperties: isCount,
  maximum: Number.isFinite,
  minContains: isCount,
  minItems: isCount,
  minLength: isCount,
  minProperties: isCount,
  minimum: Number.isFinite,
  multipleOf: (content) => Number.isFinite(content) && Number(content) > 0,
  pattern: isPattern,
  required: isTexts,
  type: (content) => {
    const named: ReadonlyArray<unknown> = Array.isArray(content) ? content : [content]
    return named.every((type) => types.some((known) => known === type))
  },
  uniqueItems: Predicate.isBoolean
}

/** Keywords that say nothing of which values are right. */
const notes = new Set([
  "$comment",
  "$defs",
  "$id",
  "$schema",
  "default",
  "definitions",
  "deprecated",
  "description",
  "example",
  "examples",
  "externalDocs",
  "readOnly",
  "title",
  "writeOnly",
  "xml"
])

/** Formats of OpenAPI that say no more than the type does. */
const asTheType = ["binary", "double", "password"]

/** Formats of OpenAPI for numbers, by the greatest and the least of them that JavaScript can hold. */
const ranges: { readonly [format: string]: JsonSchema } = {
  float: { minimum: -3.4028234663852886e38, maximum: 3.4028234663852886e38 },
  int32: { minimum: -(2 ** 31), maximum: 2 ** 31 - 1 },
  int64: { minimum: -(2 ** 63), maximum: 2 ** 63 }
}

/** A copy of a schema with those keywords alone that are checked; the others are added to `unchecked`. */
const checkable = (schema: unknown, place: string, unchecked: Array<Unchecked>): JsonSchema | boolean => {
  if (!Predicate.isObject(schema)) return schema !== false
  const kept: Array<readonly [string, unknown]> = []
  const alsoHolds: Array<JsonSchema> = []
  for (const [keyword, content] of Object.entries(schema)) {
    const at = `${place}/${keyword}`
    const inside = (inner: unknown, step?: string | number): JsonSchema | boolean =>
      checkable(inner, step === undefined ? at : `${at}/${step}`, unchecked)
    const isSchema = (inner: unknown): boolean => Predicate.isObject(inner) || typeof inner === "boolean"
    const way = applicators.get(keyword)
    if (way === "one" && isSchema(content)) kept.push([keyword, inside(content)])
    else if (way === "list" && Array.isArray(content) && content.every(isSchema)) {
      kept.push([keyword, content.map((inner, index) => inside(inner, index))])
    } else if (
      way === "named" && Predicate.isObject(content) && Object.values(content).every(isSchema) &&
      (keyword !== "patternProperties" || Object.keys(content).every(isPattern))
    ) {
      kept.push([
        keyword,
        Object.fromEntries(Object.entries(content).map(([name, inner]) => [name, inside(inner, name)]))
      ])
    } else if (keyword === "format" && typeof content === "string") {
      const range = Object.hasOwn(ranges, content) ? ranges[content] : undefined
      if (range !== undefined) alsoHolds.push(range)
      else if (Object.hasOwn(CfWorker.format, content)) kept.push([keyword, content])
      else if (!asTheType.includes(content)) unchecked.push({ schema: at, keyword: `format: ${content}` })
    } else if (Object.hasOwn(decides, keyword) && decides[keyword]?.(content) === true) kept.push([keyword, content])
    else if (!notes.has(keyword) && !keyword.startsWith("x-")) unchecked.push({ schema: at, keyword })
  }
  const only: JsonSchema = Object.fromEntries(kept)
  return alsoHolds.length === 0 ? only : { ...only, allOf: [...list(only["allOf"]), ...alsoHolds] }
}

const list = (value: unknown): ReadonlyArray<unknown> => Array.isArray(value) ? value : []

/**
 * Makes what holds values against a schema, by the rules of JSON Schema 2020-12.
 *
 * Never throws, whatever the schema holds: a `$ref` isn't followed, and is among what is unchecked. The values are JSON;
 * `undefined`, for no value at all, is never right.
 */
export const validator = (schema: JsonSchema): Validator => {
  const unchecked: Array<Unchecked> = []
  const kept = checkable(schema, "#", unchecked)
  const validator = new CfWorker.Validator(kept === false ? { not: {} } : kept === true ? {} : kept, "2020-12", false)
  return {
    unchecked,
    validate: (value) => {
      if (value === undefined) return [{ instance: "#", keyword: "type", schema: "#" }]
      const { errors, valid } = validator.validate(value)
      return valid ? [] : errors.map(({ instanceLocation, keyword, keywordLocation }): SchemaProblem => ({
        instance: instanceLocation,
        keyword,
        schema: keywordLocation
      })).reverse()
    }
  }
}
