/**
 * Reads `POST /client_sessions/list` out of an OpenAPI 3 document, as a flat list of parts.
 *
 * Two documents that say the same in different ways (`$ref` or inline, `allOf`, `nullable` or a list of types, another
 * order) give the same parts; what is left can be compared one by one. Nothing else of the document is looked at.
 *
 * @module
 */
import * as JsonPointer from "effect/JsonPointer"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import type { Json, Kind, Part, Reading, SchemaReader, UnusableDocument } from "./SpecPart.ts"
import { canonical, isNote, list, maxDepth, member, object, resolve, schemaReader, unusable } from "./SpecPart.ts"

/** The path of the operation. */
export const path = "/client_sessions/list"

/** The parts of an operation by their place, sorted. */
export type Operation = ReadonlyMap<string, Part>

/** Goes down a document without recursion, so that neither depth nor an alias that contains itself can break it. */
const checkDepth = (document: unknown): Reading<void> => {
  const reached = new Map<object, number>()
  const open: Array<readonly [unknown, number]> = [[document, 0]]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [value, depth] = next
    if (!Predicate.isObjectOrArray(value) || (reached.get(value) ?? -1) >= depth) continue
    if (depth > maxDepth) return unusable("too large", `The document is nested more than ${maxDepth} levels deep.`)
    reached.set(value, depth)
    for (const child of Object.values(value)) open.push([child, depth + 1])
  }
  return Result.succeed(undefined)
}

const nothing: Pick<Part, "required" | "deprecated" | "types" | "format" | "limits" | "notes"> = {
  required: false,
  deprecated: false,
  types: [],
  format: undefined,
  limits: new Map(),
  notes: new Map()
}

/** Everything in an object but the keys given, split into what decides something and what does not. */
const others = (value: unknown, but: ReadonlyArray<string>): Pick<Part, "limits" | "notes"> => {
  const rest = Object.entries(object(value)).filter(([key]) => !but.includes(key))
  const texts = (note: boolean): ReadonlyMap<string, string> =>
    new Map(rest.filter(([key]) => isNote(key) === note).map(([key, content]) => [key, canonical(content)]))
  return { limits: texts(false), notes: texts(true) }
}

const kindOfStatus = (status: string): Kind =>
  /^[123]/.test(status) ? "other success" : /^(400|401|429|5..)$/.test(status) ? "known failure" : "other failure"

const kindOfResponsePart = (name: string): Kind =>
  /^client_sessions\[\]/.test(name) ? "session field" : "envelope field"

const essence = (mediaType: string): string => (mediaType.split(";")[0] ?? "").trim().toLowerCase()

/** Which of the media types is for JSON: itself, or the range that it falls in. */
const jsonOf = (content: Json): string | undefined =>
  ["application/json", "application/*", "*/*"].flatMap((range) =>
    Object.keys(content).filter((mediaType) => essence(mediaType) === range)
  )[0]

const readOperation = (document: unknown): Reading<ReadonlyArray<Part>> =>
  Result.gen(function*() {
    if (!Predicate.isObject(document)) return yield* unusable("not OpenAPI 3", "The document is not an object.")
    if (typeof document.swagger === "string") {
      return yield* unusable("not OpenAPI 3", "This is Swagger 2.0: convert it to OpenAPI 3 first.")
    }
    if (typeof document.openapi !== "string" || !/^3\.\d/.test(document.openapi)) {
      return yield* unusable("not OpenAPI 3", "The document has no `openapi: 3.…` at its top.")
    }
    const deref = (value: unknown): Reading<unknown> =>
      Result.map(resolve(document, { value, via: [] }), (located) => located.value)

    const item = yield* deref(member(document.paths, path))
    const operation = member(item, "post")
    if (!Predicate.isObject(operation)) {
      const methods = ["get", "put", "patch", "delete"].filter((method) => member(item, method) !== undefined)
      return yield* unusable(
        "no such operation",
        methods.length === 0
          ? `The document has no ${path}.`
          : `The document has ${path}, but with ${methods.join(", ").toUpperCase()} only, not POST.`
      )
    }
    const schemas = schemaReader(document)
    const parts: Array<Part> = [{
      ...nothing,
      place: "",
      kind: "operation",
      name: `POST ${path}`,
      deprecated: operation.deprecated === true,
      ...others(operation, ["deprecated", "parameters", "requestBody", "responses", "security", "servers"])
    }]

    // The nearest list counts; without any, OpenAPI says that the server is where the document is.
    const servers = [operation.servers, member(item, "servers"), document.servers].find(Array.isArray) ?? []
    for (const server of servers) {
      const url = String(member(server, "url")).replace(/\/$/, "")
      parts.push({
        ...nothing,
        place: `/servers/${JsonPointer.escapeToken(url)}`,
        kind: "server",
        name: url,
        ...others(server, ["url"])
      })
    }

    for (const requirement of list(operation.security ?? document.security)) {
      const names = Object.keys(object(requirement)).sort()
      const definitions: Array<readonly [string, unknown]> = []
      const formats: Array<string> = []
      for (const name of names) {
        const definition = yield* deref(member(member(document.components, "securitySchemes"), name))
        if (!Predicate.isObject(definition)) {
          return yield* unusable("broken reference", `The document does not define the security scheme ${name}.`)
        }
        const { bearerFormat, ...decisive } = Object.fromEntries(
          Object.entries(definition).filter(([key]) => !isNote(key))
        )
        definitions.push([name, { ...decisive, scopes: member(requirement, name) }])
        if (typeof bearerFormat === "string") formats.push(bearerFormat)
      }
      const name = names.length === 0 ? "no credential" : names.join(" with ")
      parts.push({
        ...nothing,
        place: `/security/${JsonPointer.escapeToken(name)}`,
        kind: "credential",
        name,
        format: formats.length === 0 ? undefined : formats.join(", "),
        limits: new Map(definitions.map(([name, definition]) => [name, canonical(definition)]))
      })
    }

    // Those of the operation come later and override those of the path.
    for (const raw of [...list(member(item, "parameters")), ...list(operation.parameters)]) {
      const parameter = yield* deref(raw)
      const where = `${member(parameter, "in")} parameter ${member(parameter, "name")}`
      const schema = member(parameter, "schema") ??
        Object.values(object(member(parameter, "content"))).map((content) => member(content, "schema"))[0]
      const [self] = yield* schemas.parts([schema ?? true], {
        place: `/parameters/${member(parameter, "in")}/${JsonPointer.escapeToken(String(member(parameter, "name")))}`,
        name: where,
        required: member(parameter, "required") === true,
        deprecated: member(parameter, "deprecated") === true
      }, () => "parameter")
      if (self !== undefined) parts.push(self)
    }

    const body = yield* deref(operation.requestBody)
    parts.push(
      ...yield* contents(schemas, body, "/requestBody", member(body, "required") === true, (name) =>
        name === "" ? "request body" : "filter")
    )

    const responses = object(operation.responses)
    const success = ["200", "2XX", "2xx"].find((status) =>
      member(responses, status) !== undefined
    )
    for (const [status, raw] of Object.entries(responses)) {
      if (status.startsWith("x-")) {
        continue
      }
      const response = yield* deref(raw)
      const said = others(response, ["content", "headers", "links"])
      if (status !== success) {
        const content = canonical(yield* schemas.inline(member(response, "content") ?? null))
        parts.push({
          ...nothing,
          place: `/responses/${JsonPointer.escapeToken(status)}`,
          kind: kindOfStatus(status),
          name: status === "default" ? "every other status" : `status ${status}`,
          ...said,
          limits: new Map([...said.limits, ["content", content]])
        })
        continue
      }
      parts.push({ ...nothing, place: "/responses/200", kind: "response", name: "status 200", ...said })
      for (const [header, definition] of Object.entries(object(member(response, "headers")))) {
        const content = canonical(yield* schemas.inline(definition))
        parts.push({
          ...nothing,
          place: `/responses/200/headers/${JsonPointer.escapeToken(header.toLowerCase())}`,
          kind: "response header",
          name: `header ${header.toLowerCase()}`,
          limits: new Map([["content", content]])
        })
      }
      parts.push(...yield* contents(schemas, response, "/responses/200", true, kindOfResponsePart))
    }
    return parts
  })

/** The parts of a body: its schema as JSON, and the bare names of its other media types. */
const contents = (
  schemas: SchemaReader,
  body: unknown,
  place: string,
  required: boolean,
  kindOf: (name: string) => Kind
): Reading<ReadonlyArray<Part>> =>
  Result.gen(function*() {
    const content = object(member(body, "content"))
    const json = jsonOf(content)
    const parts: Array<Part> = []
    for (const [mediaType, media] of Object.entries(content)) {
      if (mediaType === json) {
        const schema = member(media, "schema") ?? true
        const at = `${place}/content/application~1json/schema`
        parts.push(...yield* schemas.parts([schema], { place: at, name: "", required }, kindOf))
      } else {
        const name = essence(mediaType)
        const at = `${place}/content/${JsonPointer.escapeToken(name)}`
        parts.push({ ...nothing, place: at, kind: "other media type", name })
      }
    }
    return parts
  })

/**
 * Reads the operation from a document that is already parsed.
 *
 * Fails with {@link UnusableDocument}; never throws, whatever the document holds.
 */
export const read = (document: unknown): Result.Result<Operation, UnusableDocument> =>
  checkDepth(document).pipe(
    Result.flatMap(() => readOperation(document)),
    Result.map((parts) =>
      new Map(parts.map((part) => [part.place, part] as const).sort(([a], [b]) => (a < b ? -1 : 1)))
    )
  )
