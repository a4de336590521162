/**
 * The recorded operation in the form that the checks use. Everything that has a shape (generated data, wrong types, the
 * schema that answers are held against) is derived from it, so a new field in the recorded document needs no code.
 *
 * @module
 */
import type { InstanceType, Schema } from "@cfworker/json-schema"
import type { SpecDocument, SpecSchema } from "./SpecDocument.ts"
import { specDocument } from "./SpecDocument.ts"

/** `POST /client_sessions/list`, with every reference resolved. */
export interface Operation {
  /** The request body's properties: the filters. */
  readonly filters: { readonly [name: string]: SpecSchema }
  /** One client session. */
  readonly session: SpecSchema
  /** The body of a 200. */
  readonly response: SpecSchema
}

/** The path of the one operation. */
export const path = "/client_sessions/list"

/** Reads the operation out of a document of the recorded contract's form; throws on a reference that leads nowhere. */
export const operation = (document: SpecDocument): Operation => {
  const schemas: { readonly [name: string]: SpecSchema } = document.components.schemas
  const resolve = ({ $ref, ...schema }: SpecSchema): SpecSchema => {
    if ($ref !== undefined) {
      const found = schemas[$ref.replace("#/components/schemas/", "")]
      if (found === undefined) throw new Error(`${$ref} is not in the document`)
      return resolve(found)
    }
    return {
      ...schema,
      ...(schema.items && { items: resolve(schema.items) }),
      ...(schema.properties && {
        properties: Object.fromEntries(Object.entries(schema.properties).map(([name, field]) => [name, resolve(field)]))
      })
    }
  }
  const { requestBody, responses } = document.paths[path].post
  const response = resolve(responses[200].content["application/json"].schema)
  return {
    filters: resolve(requestBody.content["application/json"].schema).properties ?? {},
    session: response.properties?.["client_sessions"]?.items ?? {},
    response
  }
}

/** The recorded operation. */
export const contract: Operation = operation(specDocument)

const jsonTypes: ReadonlyArray<InstanceType> = ["array", "boolean", "integer", "number", "object", "string"]

/**
 * The same schema in the words of JSON Schema, which has no `nullable`.
 *
 * A field that is required and deprecated at once is not required here: the one that there is, `user_identity_ids`, is
 * missing in every example that the recorded page gives.
 */
export const toJsonSchema = (schema: SpecSchema): Schema => {
  const type = jsonTypes.find((type) => type === schema.type)
  return {
    ...(type !== undefined && { type: schema.nullable === true ? [type, "null"] : type }),
    ...(schema.format !== undefined && { format: schema.format }),
    ...(schema.items && { items: toJsonSchema(schema.items) }),
    ...(schema.required && {
      required: schema.required.filter((name) => schema.properties?.[name]?.deprecated !== true)
    }),
    ...(schema.properties && {
      properties: Object.fromEntries(
        Object.entries(schema.properties).map(([name, field]) => [name, toJsonSchema(field)])
      )
    })
  }
}
