/**
 * Reads one list operation out of an OpenAPI 3 document: as a flat list of parts, and as JSON Schemas.
 *
 * Two documents that say the same in different ways (`$ref` or inline, `allOf`, `nullable` or a list of types, another
 * order) give the same parts; what is left can be compared one by one. Nothing else of the document is looked at.
 *
 * @module
 */
import * as JsonPointer from "effect/JsonPointer"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import type { Json, Part, PartKind, Reading, SchemaReader } from "./Part.ts"
import {
  canonical,
  isNote,
  list,
  maxLength,
  member,
  object,
  resolve,
  schemaReader,
  unusable,
  UnusableDocument
} from "./Part.ts"
import type { JsonSchema } from "./Schema.ts"
import * as Text from "./Text.ts"

/** Which operation of a document. */
export interface Where {
  /** Its path, such as `/todos`. */
  readonly path: string
  /** Where the items are in the body of an answer, as a path; `""` where the body is the list itself. */
  readonly items: string
  /** Its method. `"POST"` by default. */
  readonly method?: "GET" | "POST"
  /**
   * Fields of the answer that need not be there though the document requires them, such as `todos[].owner`: where its own
   * examples lack them.
   */
  readonly optional?: ReadonlyArray<string>
}

/** An example call with its answer, as a document's `x-codeSamples` shows it. */
export interface CodeSample {
  /** The language: `javascript`, `bash`, … */
  readonly lang: string
  /** The tool: `cURL`, … */
  readonly label: string
  /** The text, with the answer in comments. */
  readonly source: string
}

/** An operation, as a document describes it. */
export interface OpenApiOperation {
  /** Which one it is. */
  readonly where: Where
  /** The name of its items among the parts, such as `todos[]`. */
  readonly itemsName: string
  /** Everything that the document says of it, by place, sorted. */
  readonly parts: ReadonlyMap<string, Part>
  /** The methods that the document has for the path, in capitals. */
  readonly methods: ReadonlyArray<string>
  /** The statuses that it declares, such as `200` and `default`. */
  readonly statuses: ReadonlyArray<string>
  /** What may be asked with: the fields of the body, or the parameters of the query. */
  readonly parameters: { readonly [name: string]: JsonSchema }
  /** The body of a 200. */
  readonly response: JsonSchema
  /** One item. */
  readonly item: JsonSchema
  /** Its examples. */
  readonly samples: ReadonlyArray<CodeSample>
}

const nothing: Pick<Part, "required" | "deprecated" | "types" | "format" | "limits" | "notes" | "schema"> = {
  required: false,
  deprecated: false,
  types: [],
  format: undefined,
  limits: new Map(),
  notes: new Map(),
  schema: {}
}

/** Everything in an object but the keys given, split into what decides something and what does not. */
const others = (value: unknown, but: ReadonlyArray<string>): Pick<Part, "limits" | "notes"> => {
  const rest = Object.entries(object(value)).filter(([key]) => !but.includes(key))
  const texts = (note: boolean): ReadonlyMap<string, string> =>
    new Map(rest.filter(([key]) => isNote(key) === note).map(([key, content]) => [key, canonical(content)]))
  return { limits: texts(false), notes: texts(true) }
}

const kindOfStatus = (status: string): PartKind =>
  /^[123]/.test(status) ? "other success" : /^(400|401|429|5..)$/.test(status) ? "known failure" : "other failure"

const itemsNameOf = ({ items }: Where): string => `${items}[]`

const kindOfResponsePart = (where: Where) => (name: string): PartKind =>
  name.startsWith(itemsNameOf(where)) ? "item field" : "envelope field"

const essence = (mediaType: string): string => (mediaType.split(";")[0] ?? "").trim().toLowerCase()

/** Which of the media types is for JSON: itself, or the range that it falls in. */
const jsonOf = (content: Json): string | undefined =>
  ["application/json", "application/*", "*/*"].flatMap((range) =>
    Object.keys(content).filter((mediaType) => essence(mediaType) === range)
  )[0]

const readParts = (document: unknown, where: Where): Reading<ReadonlyArray<Part>> =>
  Result.gen(function*() {
    const { method = "POST", path } = where
    if (!Predicate.isObject(document)) return yield* unusable("not OpenAPI 3", "The document is not an object.")
    if (document.swagger !== undefined) {
      return yield* unusable("not OpenAPI 3", "This is Swagger 2.0: convert it to OpenAPI 3 first.")
    }
    // YAML reads `3.1` as a number, and `3.0` as 3.
    if (!/^3(\.\d.*)?$/.test(String(document.openapi))) {
      return yield* unusable("not OpenAPI 3", "The document has no `openapi: 3.…` at its top.")
    }
    const deref = (value: unknown): Reading<unknown> =>
      Result.map(resolve(document, { value, via: [] }), (located) => located.value)

    const item = yield* deref(member(document.paths, path))
    const operation = member(item, method.toLowerCase())
    if (!Predicate.isObject(operation)) {
      const methods = methodsOf(item)
      return yield* unusable(
        "no such operation",
        methods.length === 0
          ? `The document has no ${path}.`
          : `The document has ${path}, but with ${methods.join(", ")} only, not ${method}.`
      )
    }
    const schemas = schemaReader(document, where.optional)
    const parts: Array<Part> = [{
      ...nothing,
      place: "",
      kind: "operation",
      name: `${method} ${path}`,
      deprecated: operation.deprecated === true,
      ...others(operation, ["deprecated", "parameters", "requestBody", "responses", "security", "servers"])
    }]

    // The nearest list counts; without any, OpenAPI says that the server is where the document is.
    const servers = [operation.servers, member(item, "servers"), document.servers].find(Array.isArray) ?? []
    for (const server of servers) {
      const url = addressOf(server).replace(/\/$/, "")
      const { limits, notes } = others(server, ["url", "variables"])
      const variables = member(server, "variables")
      parts.push({
        ...nothing,
        place: `/servers/${JsonPointer.escapeToken(url)}`,
        kind: "server",
        name: url,
        limits,
        notes: variables === undefined ? notes : new Map([...notes, ["variables", canonical(variables)]])
      })
    }

    for (const requirement of list(operation.security ?? document.security)) {
      const names = Object.keys(object(requirement)).sort()
      const definitions: Array<string> = []
      const formats: Array<string> = []
      for (const name of names) {
        const definition = yield* deref(member(member(document.components, "securitySchemes"), name))
        if (!Predicate.isObject(definition)) {
          return yield* unusable("broken reference", `The document does not define the security scheme ${name}.`)
        }
        const { bearerFormat, ...decisive } = Object.fromEntries(
          Object.entries(definition).filter(([key]) => !isNote(key))
        )
        definitions.push(canonical({ ...decisive, scopes: [...list(member(requirement, name))].sort() }))
        if (typeof bearerFormat === "string") formats.push(bearerFormat)
      }
      const name = names.length === 0 ? "no credential" : names.join(" with ")
      parts.push({
        ...nothing,
        place: `/security/${JsonPointer.escapeToken(name)}`,
        kind: "credential",
        name,
        format: formats.length === 0 ? undefined : formats.sort().join(", "),
        limits: new Map([["scheme", definitions.sort().join(" with ")]])
      })
    }

    parts.push(
      ...yield* parametersOf(document, schemas, item, operation, "", (location, name) =>
        location === "query" && method === "GET"
          ? "filter"
          : location === "header" && sentAnyway.test(name)
          ? "ignored parameter"
          : "parameter")
    )

    const get = member(item, "get")
    if (method === "POST" && Predicate.isObject(get)) {
      parts.push({
        ...nothing,
        place: "/methods/get",
        kind: "other method",
        name: `GET ${path}`,
        deprecated: get.deprecated === true
      })
      const others = yield* parametersOf(document, schemas, item, get, "/methods/get", (location) =>
        location === "query" ? "filter by another method" : undefined)
      parts.push(...others)
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
      parts.push(...yield* contents(schemas, response, "/responses/200", true, kindOfResponsePart(where)))
    }
    return parts
  })

/** The address that a server has unless told otherwise. A variable without a default stays as it is written. */
const addressOf = (server: unknown): string =>
  String(member(server, "url")).replaceAll(/\{([^{}]*)\}/g, (variable, name: string) => {
    const value = member(member(member(server, "variables"), name), "default")
    return Predicate.isString(value) || Predicate.isNumber(value) ? String(value) : variable
  })

/** Headers that OpenAPI describes elsewhere and ignores as parameters, and those that every HTTP client sends. */
const sentAnyway = /^(accept|accept-encoding|authorization|connection|content-length|content-type|host|user-agent)$/i

/** How the values of a parameter are written, where that isn't the usual way. */
const writing = (parameter: unknown): ReadonlyMap<string, string> => {
  const usual = ["query", "cookie"].includes(String(member(parameter, "in"))) ? "form" : "simple"
  const style = member(parameter, "style") ?? usual
  const explode = member(parameter, "explode") ?? style === "form"
  return style === usual && explode === (style === "form")
    ? new Map()
    : new Map([["style", `${canonical(style)}${explode === true ? ", exploded" : ""}`]])
}

/** The parts of the parameters that have a kind. */
const parametersOf = (
  document: unknown,
  schemas: SchemaReader,
  item: unknown,
  operation: unknown,
  place: string,
  kindOf: (location: string, name: string) => PartKind | undefined
): Reading<ReadonlyArray<Part>> =>
  Result.gen(function*() {
    const found: Array<Part> = []
    // Those of the operation come later and override those of the path.
    for (const raw of [...list(member(item, "parameters")), ...list(member(operation, "parameters"))]) {
      const parameter = (yield* resolve(document, { value: raw, via: [] })).value
      if (!Predicate.isObject(parameter)) return yield* unusable("not OpenAPI 3", "A parameter is not an object.")
      const name = String(member(parameter, "name"))
      const location = String(member(parameter, "in"))
      const kind = kindOf(location, name)
      if (kind === undefined) continue
      const isFilter = kind === "filter" || kind === "filter by another method"
      const schema = member(parameter, "schema") ??
        Object.values(object(member(parameter, "content"))).map((content) => member(content, "schema"))[0]
      const [self, ...inside] = yield* schemas.parts([schema ?? true], {
        // The names of headers have no case.
        place: `${place}/parameters/${location}/${
          JsonPointer.escapeToken(location === "header" ? name.toLowerCase() : name)
        }`,
        name: isFilter ? name : `${location} parameter ${name}`,
        required: member(parameter, "required") === true,
        deprecated: member(parameter, "deprecated") === true
      }, () => kind)
      if (self === undefined) continue
      const { notes } = others(parameter, ["name", "in", "required", "deprecated", "schema", "content"])
      found.push(
        {
          ...self,
          limits: new Map([...self.limits, ...writing(parameter)]),
          notes: new Map([...self.notes, ...notes])
        },
        ...inside
      )
    }
    return found
  })

/** The parts of a body: its schema as JSON, and the bare names of its other media types. */
const contents = (
  schemas: SchemaReader,
  body: unknown,
  place: string,
  required: boolean,
  kindOf: (name: string) => PartKind
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

const methodsOf = (item: unknown): ReadonlyArray<string> =>
  ["get", "post", "put", "patch", "delete"].filter((method) => member(item, method) !== undefined)
    .map((method) => method.toUpperCase())

const responseRoot = "/responses/200/content/application~1json/schema"
const bodyRoot = "/requestBody/content/application~1json/schema"
const queryRoot = "/parameters/query/"

/**
 * Reads the operation from a document that is already parsed.
 *
 * Fails with {@link UnusableDocument}; never throws, whatever the document holds.
 */
export const read = (document: unknown, where: Where): Result.Result<OpenApiOperation, UnusableDocument> =>
  Text.checkSize(document).pipe(
    Result.flatMap(() => readParts(document, where)),
    Result.map((found): OpenApiOperation => {
      const parts = new Map(found.map((part) => [part.place, part] as const).sort(([a], [b]) => (a < b ? -1 : 1)))
      const { items, method = "POST", path } = where
      const item = Result.getOrElse(
        resolve(document, { value: member(member(document, "paths"), path), via: [] }),
        () => ({ value: undefined })
      ).value
      const root = method === "GET" ? queryRoot : `${bodyRoot}/properties/`
      const itemPlace = [responseRoot, ...items.split(".").filter((name) => name !== "")]
        .reduce((place, name) => `${place}/properties/${JsonPointer.escapeToken(name)}`)
      return {
        where,
        itemsName: itemsNameOf(where),
        parts,
        methods: methodsOf(item),
        statuses: Object.keys(object(member(member(item, method.toLowerCase()), "responses"))),
        parameters: Object.fromEntries(
          [...parts.values()].filter(({ place }) => place.startsWith(root) && !place.slice(root.length).includes("/"))
            .map(({ place, schema }) => [JsonPointer.unescapeToken(place.slice(root.length)), schema])
        ),
        response: parts.get(responseRoot)?.schema ?? {},
        item: parts.get(`${itemPlace}/items`)?.schema ?? {},
        samples: list(member(member(item, method.toLowerCase()), "x-codeSamples")).map((sample) => ({
          lang: String(member(sample, "lang")),
          label: String(member(sample, "label")),
          source: String(member(sample, "source"))
        }))
      }
    })
  )

export { maxLength } from "./Part.ts"

/** Whether a text is just something else, such as an example, and not a document with a fault. */
const isNoDocument = ({ reason }: UnusableDocument): boolean => reason === "unreadable" || reason === "not OpenAPI 3"

/**
 * Reads the operation from a text: JSON, YAML, or a documentation page with such a block. Bytes may be UTF-8 or UTF-16.
 *
 * Of several blocks in a page the first that can be used counts. Fails with `UnusableDocument`; never throws.
 */
export const parse = (input: string | Uint8Array, where: Where): Result.Result<OpenApiOperation, UnusableDocument> => {
  const text = typeof input === "string" ? Result.succeed(input) : Text.decode(input)
  if (Result.isFailure(text)) return Result.fail(text.failure)
  if (text.success.length > maxLength) {
    return unusable("too large", `The document has ${text.success.length} characters: at most ${maxLength} are read.`)
  }
  const failures: Array<UnusableDocument> = []
  for (const source of Text.sources(text.success)) {
    if (failures.length > Text.maxBlocks) {
      return unusable("too large", `The page has more than ${Text.maxBlocks} blocks that may be a document.`)
    }
    const result = Result.flatMap(Text.parse(source), (document) => read(document, where))
    if (Result.isSuccess(result)) return result
    failures.push(result.failure)
  }
  // Where there are blocks, the text around them is no document.
  return Result.fail(
    failures.find((failure) => !isNoDocument(failure)) ?? failures[1] ?? failures[0] ??
      new UnusableDocument({ reason: "unreadable", message: "The document is empty." })
  )
}
