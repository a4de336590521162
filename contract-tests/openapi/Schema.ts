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
import type { JsonSchema } from "./OpenApi.ts"

/** What is wrong with a value. The value itself may be anything, and is not in it. */
export interface SchemaProblem {
  /** Where in the value, as a JSON pointer after `#`. */
  readonly instance: string
  /** The keyword that it breaks. */
  readonly keyword: string
  /** Where in the schema that keyword stands. */
  readonly schema: string
}

/** A keyword, or a format, that nothing is checked by. */
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

/** Keywords that hold schemas, by how. */
const holdsOne = [
  "additionalItems",
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
]
const holdsList = ["allOf", "anyOf", "oneOf", "prefixItems"]
const holdsNamed = ["$defs", "definitions", "dependentSchemas", "patternProperties", "properties"]

const plain = [
  "const",
  "dependentRequired",
  "enum",
  "exclusiveMaximum",
  "exclusiveMinimum",
  "maxContains",
  "maxItems",
  "maxLength",
  "maxProperties",
  "maximum",
  "minContains",
  "minItems",
  "minLength",
  "minProperties",
  "minimum",
  "multipleOf",
  "pattern",
  "required",
  "type",
  "uniqueItems"
]

/** Keywords that say nothing of which values are right. */
const notes = [
  "$comment",
  "$id",
  "$schema",
  "default",
  "deprecated",
  "description",
  "example",
  "examples",
  "externalDocs",
  "readOnly",
  "title",
  "writeOnly",
  "xml"
]

const checked = new Set([...holdsOne, ...holdsList, ...holdsNamed, ...plain, ...notes])

/** Formats of OpenAPI that say no more than the type does, or what a number of JavaScript can't tell. */
const widths = new Set(["float", "double", "int32", "int64", "password", "binary"])

const uncheckedIn = (schema: unknown, place: string): ReadonlyArray<Unchecked> => {
  if (!Predicate.isObject(schema)) return []
  return Object.entries(schema).flatMap(([keyword, content]): ReadonlyArray<Unchecked> => {
    const at = `${place}/${keyword}`
    if (keyword === "format") {
      return typeof content === "string" && (Object.hasOwn(CfWorker.format, content) || widths.has(content))
        ? []
        : [{ schema: at, keyword: `format: ${String(content)}` }]
    }
    if (keyword.startsWith("x-")) return []
    if (!checked.has(keyword)) return [{ schema: at, keyword }]
    if (holdsNamed.includes(keyword) && Predicate.isObject(content)) {
      return Object.entries(content).flatMap(([name, inner]) => uncheckedIn(inner, `${at}/${name}`))
    }
    if (holdsList.includes(keyword) && Array.isArray(content)) {
      return content.flatMap((inner, index) => uncheckedIn(inner, `${at}/${index}`))
    }
    return holdsOne.includes(keyword) ? uncheckedIn(content, at) : []
  })
}

/** Makes what holds values against a schema, by the rules of JSON Schema 2020-12. */
export const validator = (schema: JsonSchema): Validator => {
  const validator = new CfWorker.Validator(schema, "2020-12", false)
  return {
    unchecked: uncheckedIn(schema, "#"),
    validate: (value) => {
      const { errors, valid } = validator.validate(value)
      return valid ? [] : errors.map(({ instanceLocation, keyword, keywordLocation }): SchemaProblem => ({
        instance: instanceLocation,
        keyword,
        schema: keywordLocation
      })).reverse()
    }
  }
}
