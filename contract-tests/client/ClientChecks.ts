/**
 * Holds a client against a document, field by field and by its behaviour.
 *
 * What a client accepts, refuses, shows and sends is asked of the client itself, never read in its source: so the checks
 * judge any implementation, in any style. Each field of the document is left out, set to `null`, given every other JSON
 * type, values that break its format and values at its edges. Deliberate deviations are listed with their reasons; one
 * that the client no longer has is a failure too.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import * as Exit from "effect/Exit"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import type { CheckInfo } from "../engine/Check.ts"
import type { CheckFailure, CheckResult } from "../engine/Report.ts"
import type { OpenApiOperation } from "../openapi/OpenApi.ts"
import type { Part } from "../openapi/Part.ts"
import { typesWithin } from "../openapi/Part.ts"
import * as Schema from "../openapi/Schema.ts"
import type { JsonSchema } from "../openapi/Schema.ts"
import type { Aspect, Deviation, Side } from "./Deviation.ts"

/** The client that is judged. */
export interface ClientUnderTest {
  /** The items in the body of a 200, as a program gets to see them; fails if the client refuses the body. */
  readonly decode: (body: unknown) => Effect.Effect<ReadonlyArray<unknown>, unknown>
  /**
   * What is sent for a filter: the JSON body, or the parameters of the query by name. Fails if the client refuses the
   * filter.
   */
  readonly encode: (filter: unknown) => Effect.Effect<unknown, unknown>
  /**
   * The fields that the client marks as deprecated, such as `todos[].owner`. Left out: the checks
   * about that are skipped.
   */
  readonly deprecated?: ReadonlyArray<string>
}

interface ClientCheck {
  readonly name: string
  readonly sentence: string
  readonly side: Side
  readonly aspect: Aspect | "examples" | "undeclared"
}

const checks: ReadonlyArray<ClientCheck> = [
  {
    name: "spec_response_names",
    sentence: "Every field that the contract declares for an item reaches the program, under its name.",
    side: "response",
    aspect: "name"
  },
  {
    name: "spec_response_required",
    sentence: "An answer without a field is refused exactly if the contract requires the field.",
    side: "response",
    aspect: "required"
  },
  {
    name: "spec_response_nullable",
    sentence: "A null is accepted exactly where the contract says nullable.",
    side: "response",
    aspect: "nullable"
  },
  {
    name: "spec_response_types",
    sentence: "A field of another JSON type than the contract's is refused.",
    side: "response",
    aspect: "type"
  },
  {
    name: "spec_response_formats",
    sentence: "Text and numbers are accepted exactly if they have the contract's format.",
    side: "response",
    aspect: "format"
  },
  {
    name: "spec_response_limits",
    sentence: "Empty, long, negative or unusual values are accepted exactly where the contract's limits allow them.",
    side: "response",
    aspect: "limits"
  },
  {
    name: "spec_response_values",
    sentence: "The program sees the value that was on the wire.",
    side: "response",
    aspect: "value"
  },
  {
    name: "spec_response_deprecated",
    sentence: "The fields of an item marked as deprecated are those of the contract.",
    side: "response",
    aspect: "deprecated"
  },
  {
    name: "spec_response_undeclared",
    sentence: "A field that the contract does not declare is ignored: no error, and not shown.",
    side: "response",
    aspect: "undeclared"
  },
  {
    name: "spec_response_examples",
    sentence: "The document's own example answers are accepted.",
    side: "response",
    aspect: "examples"
  },
  {
    name: "spec_request_names",
    sentence: "Every filter that the contract declares is sent under its name.",
    side: "request",
    aspect: "name"
  },
  {
    name: "spec_request_required",
    sentence: "A filter may be left out exactly if the contract doesn't require it.",
    side: "request",
    aspect: "required"
  },
  {
    name: "spec_request_nullable",
    sentence: "A null filter is refused, unless the contract says nullable.",
    side: "request",
    aspect: "nullable"
  },
  {
    name: "spec_request_types",
    sentence: "A filter of another JSON type than the contract's is refused, before it is sent.",
    side: "request",
    aspect: "type"
  },
  {
    name: "spec_request_formats",
    sentence: "A filter is accepted exactly if it has the contract's format.",
    side: "request",
    aspect: "format"
  },
  {
    name: "spec_request_limits",
    sentence: "Empty, long or unusual filter values are accepted exactly where the contract's limits allow them.",
    side: "request",
    aspect: "limits"
  },
  {
    name: "spec_request_values",
    sentence: "The filter that is sent has the value that was given, and nothing else.",
    side: "request",
    aspect: "value"
  },
  {
    name: "spec_request_deprecated",
    sentence: "The filters marked as deprecated are those of the contract.",
    side: "request",
    aspect: "deprecated"
  },
  {
    name: "spec_request_undeclared",
    sentence: "A filter that the contract does not declare is never sent.",
    side: "request",
    aspect: "undeclared"
  }
]

const deviationsNeeded = {
  name: "spec_deviations_needed",
  sentence: "Every deviation that is listed is one that the client has."
}

/** The checks of a client, in their order. */
export const catalogue: ReadonlyArray<CheckInfo> = [...checks, deviationsNeeded].map(({ name, sentence }) => ({
  name,
  kind: "spec",
  sentence
}))

/** One question to the client: what must be seen, and how to see it. */
interface Trial {
  readonly side: Side
  readonly aspect: ClientCheck["aspect"]
  readonly field: string
  /** What is done to the field, as in "is left out". */
  readonly what: string
  /** The value that is given, if one is. */
  readonly given?: unknown
  readonly expected: string
  readonly seen: Effect.Effect<string>
}

const taken = "accepted"
const refused = "refused"
const another = "another value"

// --- Values ----------------------------------------------------------------------------------------------------------

const uuid = "a083ce0f-8b03-4081-ac9a-1ad2ce6aaabc"
const dateTime = "2025-06-15T16:54:17.946309Z"

/** A value of each JSON type. */
const ofType: { readonly [type: string]: unknown } = {
  array: [],
  boolean: true,
  integer: 1,
  number: 0.5,
  object: {},
  string: "text"
}

/** The limits whose values are tried on both sides. Any other is told as unknown. */
const limits = [
  "const",
  "enum",
  "exclusiveMaximum",
  "exclusiveMinimum",
  "maxLength",
  "maximum",
  "minLength",
  "minimum",
  "multipleOf",
  "pattern"
]

/** The longest text that is made for a limit. */
const maxText = 20_000

/** Values on the limits that a schema sets, and on both sides of them. */
const onLimits = (schema: JsonSchema): ReadonlyArray<unknown> =>
  Object.entries(schema).flatMap(([keyword, content]): ReadonlyArray<unknown> => {
    if (keyword === "enum" && Array.isArray(content)) return content
    if (keyword === "const") return [content]
    if (keyword === "allOf" || keyword === "anyOf") {
      return Array.isArray(content) ? content.filter(Predicate.isObject).flatMap(onLimits) : []
    }
    if (typeof content !== "number") return []
    return /Length$/.test(keyword)
      ? [content - 1, content, content + 1].filter((length) => length >= 0 && length <= maxText).map((length) =>
        "x".repeat(length)
      )
      : /^(?:exclusive)?m(?:in|ax)imum$|^multipleOf$/i.test(keyword)
      ? [content - 1, content, content + 1]
      : []
  })

/** Whether a value is right for a part, by its schema. */
const allows = (part: Part): (value: unknown) => boolean => {
  const { validate } = Schema.validator(part.schema)
  return (value) => validate(value).length === 0
}

/** Values by format: right ones at the edges, wrong ones nearby. A document's other formats are told as unknown. */
const formats: {
  readonly [format: string]: { readonly right: ReadonlyArray<unknown>; readonly wrong: ReadonlyArray<unknown> }
} = {
  "uuid": {
    right: [uuid, uuid.toUpperCase(), "00000000-0000-0000-0000-000000000000"],
    wrong: ["cst1", "", uuid.replaceAll("-", "")]
  },
  "date-time": {
    // RFC 3339 section 5.6 and 5.8.
    right: [
      dateTime,
      "2025-06-18T06:10:42.000Z",
      "2025-06-18T06:10:42Z",
      "2025-06-18t06:10:42z",
      "1996-12-19T16:39:57-08:00",
      "1990-12-31T23:59:60Z"
    ],
    wrong: [
      "",
      "yesterday",
      "2025-06-18",
      "2025-06-18T06:10:42",
      "2025-02-30T00:00:00Z",
      "Wed, 18 Jun 2025 06:10:42 GMT"
    ]
  },
  "date": { right: ["2025-06-18", "2024-02-29"], wrong: ["", "2025-02-29", dateTime] },
  "email": { right: ["jane@example.com"], wrong: ["", "jane"] },
  "uri": { right: ["https://example.com/a?b=c", "urn:example:a"], wrong: ["", "not a uri"] },
  "double": { right: [0, -1, 0.5, 1e300], wrong: [] },
  "int32": { right: [0, -1, 2 ** 31 - 1], wrong: [2 ** 31] },
  "int64": { right: [0, -1, 2 ** 53 - 1], wrong: [1e300] },
  "float": { right: [0, 1, 0.5, -2.25, 3.4e38], wrong: [1e300] }
}

/** Values at the edges of a type: all of them right where the contract sets no limit. */
const edges: { readonly [type: string]: ReadonlyArray<unknown> } = {
  array: [],
  boolean: [true, false],
  integer: [0, -1],
  number: [0, -1, 0.5],
  object: [],
  string: ["", " ", "x".repeat(10_000), "Jos\u00e9 \u{1f600} \u0000\n", "null"]
}

/** What `show` prints of a value at most. */
const showMax = 40

const show = (value: unknown): string => {
  const text = JSON.stringify(value) ?? "undefined"
  return text.length > showMax ? `${text.slice(0, showMax)}…` : text
}

type Parts = ReadonlyArray<Part>

const childrenOf = (part: Part, parts: Parts): Parts =>
  parts.filter(({ place }) => {
    const rest = place.startsWith(`${part.place}/`) ? place.slice(part.place.length) : ""
    return /^\/(items|properties\/[^/]*)$/.test(rest)
  })

/** The last key of a field's name. */
const keyOf = (part: Part): string => part.name.slice(part.name.lastIndexOf(".") + 1)

/** A right value for a part, with all that is in it, or only what is required. */
const sample = (part: Part, parts: Parts, all: boolean): unknown => {
  const type = part.types.find((type) => type !== "null")
  if (type === "object") {
    const wanted = childrenOf(part, parts).filter(({ required }) => all || required)
    return Object.fromEntries(wanted.map((child) => [keyOf(child), sample(child, parts, all)]))
  }
  if (type === "array") return childrenOf(part, parts).map((child) => sample(child, parts, all))
  const examples = ["example", "default"].flatMap((keyword) => {
    const text = part.notes.get(keyword) ?? part.limits.get(keyword)
    return text === undefined ? [] : [JSON.parse(text)]
  })
  const usual: ReadonlyArray<unknown> = part.format === undefined
    ? [ofType[type ?? "string"], ...edges[type ?? "string"] ?? []]
    : formats[part.format]?.right ?? examples
  if (part.limits.size === 0) return usual[0]
  return [...usual, ...onLimits(part.schema), ...examples].filter((value) => value !== null).find(allows(part)) ??
    usual[0]
}

type Key = string | number

/** `todos[].title` as keys; the elements of an array are stood for by its first. */
const keysOf = (name: string): ReadonlyArray<Key> =>
  name.split(".").flatMap((step): ReadonlyArray<Key> => {
    const key = step.replace(/(\[\])+$/, "")
    const elements = Array.from({ length: (step.length - key.length) / 2 }, () => 0)
    return key === "" ? elements : [key, ...elements]
  })

/** A copy of a JSON value with another one in the place, or without it. */
const change = (value: unknown, keys: ReadonlyArray<Key>, to: { readonly value: unknown } | "removed"): unknown => {
  const [key, ...rest] = keys
  if (key === undefined) return to === "removed" ? undefined : to.value
  if (Array.isArray(value)) return [change(value[0], rest, to), ...value.slice(1)]
  const entries = Object.entries(Predicate.isObject(value) ? value : {})
  const others = entries.filter(([name]) => name !== key)
  if (rest.length === 0 && to === "removed") return Object.fromEntries(others)
  const inner = entries.find(([name]) => name === key)?.[1]
  return Object.fromEntries([...others, [key, change(inner, rest, to)]])
}

// --- Trials ----------------------------------------------------------------------------------------------------------

/** `accepted`, or `refused`; a client that throws is neither. */
const verdictOf = <A>(
  run: Effect.Effect<A, unknown>,
  whenTaken: (value: A) => string = () => taken
): Effect.Effect<string> =>
  Effect.map(
    Effect.exit(run),
    (exit) => Exit.isSuccess(exit) ? whenTaken(exit.value) : Exit.hasDies(exit) ? "a defect" : refused
  )

const ownValue = (value: unknown, key: string): { readonly value: unknown } | undefined =>
  Predicate.isObject(value) && Object.hasOwn(value, key) ? { value: value[key] } : undefined

/** How the fields of one side are asked about: the input in which they stand, and what becomes of that. */
interface Asked {
  readonly side: Side
  /** The whole input; a query has none that could be anything else. */
  readonly root: Part | undefined
  readonly fields: Parts
  /** The right input into which a field's values are put. */
  readonly base: unknown
  readonly run: (input: unknown) => Effect.Effect<unknown, unknown>
  /** Where in the result a field's value is to be found, if results show it. */
  readonly find: (result: unknown, field: Part) => { readonly value: unknown } | undefined
  /** Whether a result shows the field as it was in the input. */
  readonly isSame: (result: unknown, field: Part, input: unknown) => boolean
  /** Whether results show a field. */
  readonly shows: (field: Part) => boolean
}

const partsOf = ({ fields, root }: Asked): Parts => root === undefined ? fields : [root, ...fields]

const trialsOf = (side: Asked, client: ClientUnderTest): ReadonlyArray<Trial> =>
  partsOf(side).flatMap((part) => {
    const isRoot = part === side.root
    const keys = isRoot ? [] : keysOf(part.name)
    const input = (value: unknown): unknown => change(side.base, keys, { value })
    const isNullable = part.types.includes("null")
    const types = part.types.filter((type) => type !== "null")
    const right = isRoot ? side.base : sample(part, partsOf(side), true)
    const trial = (aspect: Trial["aspect"], what: string, expected: string, seen: Effect.Effect<string>): Trial => ({
      side: side.side,
      aspect,
      field: part.name,
      what,
      expected,
      seen
    })
    const asks = (aspect: Trial["aspect"], value: unknown, expected: string): Trial => ({
      ...trial(aspect, `is ${show(value)}`, expected, verdictOf(side.run(input(value)))),
      given: value
    })

    const format = part.format === undefined ? undefined : formats[part.format]
    const isRight = part.limits.size === 0 ? () => true : allows(part)
    const asksIfRight = (aspect: Trial["aspect"], value: unknown): Trial =>
      asks(aspect, value, isRight(value) ? taken : refused)
    // A default decides nothing. What stands in an alternative is in the schema, and not known by its keyword.
    const unknown = [...part.limits.keys()].filter((keyword) => keyword !== "default" && !limits.includes(keyword))
    return [
      asks("type", right, taken),
      asks("nullable", null, isNullable ? taken : refused),
      ...Object.entries(ofType)
        .filter(([type]) => !typesWithin([type], types))
        .map(([, value]) => asks("type", value, refused)),
      ...isRoot || part.name.endsWith("[]")
        ? []
        : [trial(
          "required",
          "is left out",
          part.required ? refused : taken,
          verdictOf(side.run(change(side.base, keys, "removed")))
        )],
      ...part.format === undefined
        ? types.includes("string") ? ["cst1", uuid, dateTime].map((value) => asksIfRight("format", value)) : []
        : format === undefined
        ? [
          trial("format", `has the format ${part.format}`, "a format that these checks know", Effect.succeed("unknown"))
        ]
        : [
          ...format.right.map((value) => asksIfRight("format", value)),
          ...format.wrong.map((value) => asks("format", value, refused))
        ],
      ...unknown.length > 0
        ? [trial("limits", `has ${unknown.join(", ")}`, "a limit that these checks know", Effect.succeed("unknown"))]
        : part.format === undefined
        ? [...types.flatMap((type) => edges[type] ?? []), ...onLimits(part.schema)].filter((value) => value !== null)
          .map((value) => asksIfRight("limits", value))
        : onLimits(part.schema).filter((value) => value !== null).map((value) => asksIfRight("limits", value)),
      ...side.shows(part)
        ? [
          trial(
            "name",
            "is given",
            "shown",
            verdictOf(side.run(input(right)), (result) => side.find(result, part) === undefined ? "not shown" : "shown")
          ),
          trial(
            "value",
            `is ${show(right)}`,
            "the same value",
            verdictOf(
              side.run(input(right)),
              (result) => side.isSame(result, part, input(right)) ? "the same value" : another
            )
          )
        ]
        : [],
      ...client.deprecated === undefined || isRoot
        ? []
        : [trial(
          "deprecated",
          "is declared",
          part.deprecated ? "deprecated" : "not deprecated",
          Effect.succeed(client.deprecated.includes(part.name) ? "deprecated" : "not deprecated")
        )]
    ]
  })

/** The answers in the document's code samples that are JSON: in a comment of the JavaScript, behind `#` in the shell's. */
const examplesOf = (
  document: OpenApiOperation,
  around: (items: ReadonlyArray<unknown>) => unknown
): ReadonlyArray<{ readonly label: string; readonly body: unknown }> =>
  document.samples.flatMap(({ label, lang, source }) => {
    const comment = lang === "javascript"
      ? /\/\*([\s\S]*)\*\//.exec(source)?.[1]
      : lang === "bash"
      ? /^# *[[{][\s\S]*/m.exec(source)?.[0].replace(/^# ?/gm, "")
      : undefined
    if (comment === undefined) return []
    const parsed = Result.try((): unknown => JSON.parse(comment))
    if (Result.isFailure(parsed)) return []
    // SDKs and command lines show the items alone.
    const body = Array.isArray(parsed.success) ? around(parsed.success) : parsed.success
    return [{ label, body }]
  })

const undeclared = "not_in_the_contract"

const allTrials = (client: ClientUnderTest, document: OpenApiOperation): ReadonlyArray<Trial> => {
  const parts = [...document.parts.values()]
  const [requestRoot] = parts.filter(({ kind }) => kind === "request body")
  const [responseRoot, ...responseFields] = parts.filter(({ kind }) =>
    kind === "envelope field" || kind === "item field"
  )
  if (responseRoot === undefined) return []
  const filters = parts.filter(({ kind }) => kind === "filter")
  const request = requestRoot === undefined ? filters : [requestRoot, ...filters]
  const requiredFilters = (): unknown =>
    Object.fromEntries(
      filters.filter(({ required }) => required).map((part) => [part.name, sample(part, request, true)])
    )
  const response = [responseRoot, ...responseFields]
  const answer = sample(responseRoot, response, true)
  const prefix = `${document.itemsName}.`
  const keyInItem = (name: string): string | undefined =>
    name.startsWith(prefix) && !/[.[]/.test(name.slice(prefix.length)) ? name.slice(prefix.length) : undefined

  const undeclaredTrials: ReadonlyArray<Trial> = [
    // A body that is the list itself has no field of its own.
    ...(document.where.items === "" ? [prefix] : ["", prefix]).map((prefix): Trial => ({
      side: "response",
      aspect: "undeclared",
      field: `${prefix}${undeclared}`,
      what: "is given",
      expected: "accepted and not shown",
      seen: verdictOf(
        client.decode(change(answer, keysOf(`${prefix}${undeclared}`), { value: "text" })),
        ([item]) => ownValue(item, undeclared) === undefined ? "accepted and not shown" : "shown"
      )
    })),
    ...filters.map((filter): Trial => ({
      side: "request",
      aspect: "undeclared",
      field: undeclared,
      what: `is given with ${filter.name}`,
      expected: "not sent",
      seen: verdictOf(
        client.encode({ [filter.name]: sample(filter, request, true), [undeclared]: "text" }),
        (body) => ownValue(body, undeclared) === undefined ? "not sent" : "sent"
      ).pipe(Effect.map((seen) => seen === refused ? "not sent" : seen))
    }))
  ]
  const exampleTrials = examplesOf(
    document,
    (items) =>
      change(
        sample(responseRoot, response, false),
        document.where.items.split(".").filter((name) => name !== ""),
        { value: items }
      )
  ).map(({ body, label }): Trial => ({
    side: "response",
    aspect: "examples",
    field: `the example for ${label}`,
    what: "is the answer",
    expected: taken,
    seen: verdictOf(client.decode(body))
  }))

  const findInItem: Asked["find"] = (result, { name }) =>
    ownValue(Array.isArray(result) ? result[0] : undefined, keyInItem(name) ?? "")

  return [
    ...trialsOf({
      side: "response",
      root: responseRoot,
      fields: responseFields,
      base: answer,
      run: client.decode,
      shows: ({ name }) => keyInItem(name) !== undefined,
      find: findInItem,
      isSame: (result, field) => Equal.equals(findInItem(result, field)?.value, sample(field, response, true))
    }, client),
    ...trialsOf({
      side: "request",
      root: requestRoot,
      fields: filters,
      base: requestRoot === undefined ? requiredFilters() : sample(requestRoot, request, false),
      run: client.encode,
      shows: ({ kind }) => kind === "filter",
      find: (result, { name }) => ownValue(result, name),
      isSame: (result, _, input) => Equal.equals(result, input)
    }, client),
    ...undeclaredTrials,
    ...exampleTrials
  ]
}

// --- Checks ----------------------------------------------------------------------------------------------------------

/** Whether a deviation is the one that was seen, to the side that it allows. */
const explains = (deviation: Deviation, { trial, seen }: Observation): boolean =>
  deviation.side === trial.side && deviation.field === trial.field && deviation.aspect === trial.aspect &&
  (deviation.onlyFor === undefined || deviation.onlyFor === trial.given) &&
  seen === (deviation.effect === "accepts more" ? taken : deviation.effect === "accepts less" ? refused : another)

interface Observation {
  readonly trial: Trial
  readonly seen: string
}

/** How many counterexamples a failure names. */
const shownFailures = 5

const fail = (law: string, wrong: ReadonlyArray<Omit<CheckFailure, "law">>): CheckFailure => {
  const rest = wrong.length - shownFailures
  return {
    law,
    counterexample: wrong.slice(0, shownFailures).map(({ counterexample }) => counterexample).join("; ") +
      (rest > 0 ? `; and ${rest} more` : ""),
    expected: [...new Set(wrong.map(({ expected }) => expected))].join(", "),
    seen: [...new Set(wrong.map(({ seen }) => seen))].join(", ")
  }
}

const resultOf = (
  { name, sentence }: Pick<ClientCheck, "name" | "sentence">,
  cases: number,
  wrong: ReadonlyArray<Omit<CheckFailure, "law">>,
  whenNone: "vacuous" | "skipped" = "vacuous"
): CheckResult => ({
  name,
  kind: "spec",
  outcome: wrong.length > 0 ? "failed" : cases === 0 ? whenNone : "passed",
  cases,
  bites: cases,
  ...wrong.length > 0 && { failure: fail(sentence, wrong) }
})

/**
 * Runs every check on a client. Never fails: whatever the client does is a result. `deviations` are those that the client
 * is meant to have; none by default.
 */
export const check: (
  client: ClientUnderTest,
  document: OpenApiOperation,
  deviations?: ReadonlyArray<Deviation>
) => Effect.Effect<ReadonlyArray<CheckResult>> = Effect.fnUntraced(
  function*(client, document, deviations = []) {
    const observations = yield* Effect.forEach(
      allTrials(client, document),
      (trial) => Effect.map(trial.seen, (seen): Observation => ({ trial, seen }))
    )
    const deviates = observations.filter(({ trial, seen }) => seen !== trial.expected)
    const wrong = deviates.filter((observation) => !deviations.some((deviation) => explains(deviation, observation)))
    const results = checks.map((check) => {
      const isOurs = ({ trial }: Observation): boolean => trial.side === check.side && trial.aspect === check.aspect
      const failures = wrong.filter(isOurs).map(({ trial, seen }) => ({
        counterexample: `${trial.field} ${trial.what}`,
        expected: trial.expected,
        seen
      }))
      const isUntold = check.aspect === "deprecated" && client.deprecated === undefined
      return resultOf(check, observations.filter(isOurs).length, failures, isUntold ? "skipped" : "vacuous")
    })
    const needless = deviations.filter((deviation) => !deviates.some((observation) => explains(deviation, observation)))
    return [
      ...results,
      resultOf(
        deviationsNeeded,
        deviations.length,
        needless.map(({ aspect, field, instead, side }) => ({
          counterexample: `${side} ${field}, ${aspect}: "${instead}" is listed`,
          expected: "a deviation",
          seen: "what the contract says: take the deviation off the list"
        }))
      )
    ]
  }
)
