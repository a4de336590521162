/**
 * The law of spelling: the same question, however it is written, gets the same items, or a refusal.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import type { Ask } from "../engine/Ask.ts"
import type { Lab } from "../engine/Lab.ts"
import { apart, blame, named } from "../engine/Lab.ts"
import type { Case, Property } from "../engine/Property.ts"
import { drawn, held, toothless } from "../engine/Property.ts"
import { isRefusal } from "../engine/Scene.ts"
import * as Surveys from "../engine/Survey.ts"
import { text } from "../engine/Text.ts"
import type { Parameters } from "../operation/Item.ts"
import * as Operations from "../operation/Operation.ts"
import * as Cases from "./cases.ts"

/** A question, and the same in another spelling. */
interface Spelling {
  readonly plain: Ask
  readonly other: Ask
}

const escape = (text: string): string =>
  Array.from(
    { length: text.length },
    (_, at) => `\\u${text.charCodeAt(at).toString(16).padStart(4, "0")}`
  ).join("")

/** JSON with every letter of its texts escaped, its names included. */
const escaped = (value: unknown): string =>
  typeof value === "string"
    ? `"${escape(value)}"`
    : Array.isArray(value)
    ? `[${value.map(escaped).join()}]`
    : typeof value === "object" && value !== null
    ? `{${Object.entries(value).map(([name, inner]) => `"${escape(name)}":${escaped(inner)}`).join()}}`
    : JSON.stringify(value)

/** The ways to write a body, and to send it. */
export const bodies = (lab: Lab, parameters: Parameters): ReadonlyArray<readonly [how: string, ask: Ask]> => {
  const { asks, operation } = lab
  const all = Operations.complete(operation, parameters)
  const text = JSON.stringify(all)
  const post = (rest: Partial<Ask>, body: string = text): Ask => asks.post(body, { parameters, ...rest })
  const members = Object.entries(all)
  return [
    ["a character set", post({ contentType: "application/json; charset=utf-8" })],
    ["a quoted character set", post({ contentType: "application/json;charset=\"UTF-8\"" })],
    ["a media type in upper case", post({ contentType: "APPLICATION/JSON" })],
    ["a parameter of the media type", post({ contentType: "application/json; profile=x" })],
    ["white space", post({}, ` ${JSON.stringify(all, null, "\t")}\r\n`)],
    ["escapes", post({}, escaped(all))],
    ["chunks", post({ chunked: true })],
    ...(members.length > 1
      ? [["members in another order", post({}, JSON.stringify(Object.fromEntries(members.toReversed())))] as const]
      : [])
  ]
}

/** The ways to write a query. */
const queries = (lab: Lab, parameters: Parameters): ReadonlyArray<readonly [how: string, ask: Ask]> => {
  const { asks, operation, readings } = lab
  const plain = asks.get(parameters)
  const taken = (readings["lists_in_query"] ?? "").split(", ")
  const forms = (["repeated", "commas", "brackets"] as const).filter((form) =>
    form !== operation.lists && taken.includes(form) &&
    Object.values(parameters).every((value) => Surveys.fitsQuery(value, form))
  )
  const { query = [] } = plain
  const inBrackets = ([name, value]: readonly [string, string]) =>
    [name in parameters ? `${name}[]` : name, value] as const
  return [
    ...(query.length > 1 ? [["parameters in another order", { ...plain, query: query.toReversed() }] as const] : []),
    ...forms.filter(() => Object.values(parameters).some(Array.isArray))
      .map((form) => [`a list as ${form}`, asks.inForm(form, parameters)] as const),
    // Who reads x[]=a as a list must not take y[]=a for nothing.
    ...(taken.includes("brackets") && Object.values(parameters).every((value) => !Array.isArray(value))
      ? [["one value in brackets", { ...plain, query: query.map(inBrackets) }] as const]
      : [])
  ]
}

/** What an answer may be in, as a client may say. */
const kinds: ReadonlyArray<readonly [how: string, accept: string]> = [
  ["any kind", "*/*"],
  ["several kinds", "text/html;q=0.5, application/json, */*;q=0.1"],
  ["no kind", ""]
]

// Questions that are written in every way.
const maxQuestions = 4

/** Questions worth writing otherwise: of two filters, of each filter, and flags of false. */
export const questions = (lab: Lab): ReadonlyArray<Parameters> => {
  const some = Cases.good(lab).map(({ value }) => value)
  const two = some.filter((parameters) => Object.keys(parameters).length > 1)
  const each = Operations.selecting(lab.operation).flatMap(([name]) => {
    const of = lab.singles.filter((single) => single.name === name && single.value !== null)
    return [...of.filter(({ value }) => Array.isArray(value) && value.length === 2), ...of].slice(0, 2)
  }).map(({ parameters }) => parameters)
  const flags = Operations.selecting(lab.operation).filter(([, { takes }]) => takes === "flag")
    .map(([name]): Parameters => ({ [name]: false }))
  return [...two.slice(0, maxQuestions), ...each, ...flags]
}

/** Why no question can be written otherwise. */
export const withoutSpellings = (lab: Lab): string | undefined =>
  lab.singles.length === 0 ? "there is no question of a filter to write otherwise" : undefined

/** Every way to write a question, each beside the usual one. */
const spellings = (lab: Lab): ReadonlyArray<Case<Spelling>> =>
  questions(lab).flatMap((parameters) => {
    const byMethod = Cases.byMethod(lab, [{ stratum: "", value: parameters }]).map(({ value }) => value)
    const [first, second] = byMethod
    const among = (plain: Ask): ReadonlyArray<Case<Spelling>> =>
      [
        ...(plain.method === "GET" ? queries(lab, parameters) : bodies(lab, parameters)),
        ...kinds.map(([how, accept]) => [`accepting ${how}`, { ...plain, headers: { accept } }] as const)
      ].map(([how, other]) => ({ stratum: `${how}, ${plain.method}`, value: { plain, other } }))
    return [
      ...(first === undefined || second === undefined
        ? []
        : [{ stratum: `${first.method} and ${second.method}`, value: { plain: first, other: second } }]),
      ...byMethod.flatMap(among)
    ]
  })

/** The same question, however it is written, gets the same items. */
export const requestEquivalence = (lab: Lab): ReadonlyArray<Property> => [
  drawn(
    "spellings",
    "The same question in another spelling gets the same items, or is refused.",
    spellings(lab),
    Effect.fnUntraced(function*({ other, plain }) {
      const [one, two] = [yield* lab.probe.ask(plain), yield* lab.probe.ask(other)]
      if (isRefusal(two) || isRefusal(one)) return held
      // Who accepts other kinds may get one.
      if (other.headers !== undefined && two.json === undefined && two.status < 400) return toothless
      if (two.items === undefined) return blame(lab, two, `the same items as in the usual spelling, or a refusal`)
      const differing = yield* apart(lab, plain, other)
      return differing.length > 0
        ? blame(
          lab,
          two,
          `the same items as in the usual spelling: ${one.seen}`,
          text`${two.seen}; not the same: ${named(differing)}`
        )
        : Cases.isTelling(lab, plain)
        ? held
        : toothless
    })
  )
]
