/**
 * The checks of form: statuses, media types, bodies, and what must be let in. They know the document where there is one,
 * and nothing of what a filter means.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import type { Ask } from "../engine/Ask.ts"
import type { Lab } from "../engine/Lab.ts"
import { blame } from "../engine/Lab.ts"
import type { Answer, NotAsked } from "../engine/Probe.ts"
import type { Property, Verdict } from "../engine/Property.ts"
import { drawn, each, generated, held } from "../engine/Property.ts"
import { isRefusal } from "../engine/Scene.ts"
import * as Schema from "../openapi/Schema.ts"
import type { Operation } from "../operation/Operation.ts"
import * as Bodies from "./bodies.ts"
import * as Cases from "./cases.ts"
import { strangers } from "./credentials.ts"

const ask = (
  { probe }: Lab,
  question: Ask,
  judge: (answer: Answer) => Verdict
): Effect.Effect<Verdict, NotAsked> => Effect.map(probe.ask(question), judge)

/** A law over the requests that are right. */
const right = (lab: Lab, law: string, judge: (answer: Answer) => Verdict): Property =>
  drawn("right", law, Cases.good(lab), (parameters) => ask(lab, lab.asks.list(parameters), judge))

/** A law over the bodies that are wrong. */
const wrong = (lab: Lab, law: string, judge: (answer: Answer) => Verdict): ReadonlyArray<Property> => {
  const bad = Bodies.bad(lab)
  return bad.length === 0 ? [] : [drawn("wrong", law, bad, ({ body }) => ask(lab, lab.asks.post(body), judge))]
}

/** A law over the requests without a right credential. */
const unauthorized = (lab: Lab, law: string, judge: (answer: Answer) => Verdict): ReadonlyArray<Property> => {
  const asks = strangers(lab)
  return asks.length === 0 ? [] : [drawn("unauthorized", law, asks, (question) => ask(lab, question, judge))]
}

/** Every request gets an answer that doesn't blame the server. */
export const notAServerError = (lab: Lab): ReadonlyArray<Property> => {
  const law = "Every request, however odd, gets an answer below 500."
  const { asks } = lab
  const judge = (answer: Answer): Verdict =>
    answer.status === 0 || answer.status >= 500 ? blame(lab, answer, "an answer below 500") : held
  const { body: _, contentType: __, ...bodiless } = asks.post("")
  return [
    // Asked before any check was: if the target has stopped answering, this is what says so.
    each("at-first", law, [lab.survey.answer, ...lab.probe.lost()], (answer) => Effect.succeed(judge(answer))),
    right(lab, law, judge),
    ...wrong(lab, law, judge),
    ...cursors(lab, law, judge),
    ...(lab.operation.by === "query"
      ? [generated("any", law, Bodies.anyQuery(lab), (query) => ask(lab, { ...asks.get({}), query }, judge))]
      : [
        each("hostile", law, Bodies.hostile(lab), (body) => ask(lab, asks.post(body), judge)),
        generated("any", law, Bodies.any(lab), (body) => ask(lab, asks.post(body), judge)),
        each("no-body", law, [asks.post(""), bodiless], (question) => ask(lab, question, judge))
      ])
  ]
}

/** A law over cursors that no answer ever gave. */
const cursors = (
  { asks, operation: { by, pages }, ...lab }: Lab,
  law: string,
  judge: (answer: Answer) => Verdict
): ReadonlyArray<Property> => {
  if (typeof pages !== "object") return []
  const { cursor } = pages
  const questions = Bodies.oddCursors.map((value): Ask => {
    const question = asks.list({}, { firstPage: true })
    return by === "query"
      ? { ...question, query: [...question.query ?? [], [cursor, value]] }
      : { ...question, body: JSON.stringify({ ...JSON.parse(question.body?.toString() ?? "{}"), [cursor]: value }) }
  })
  return [each("cursors", law, questions, (question) => Effect.map(lab.probe.ask(question), judge))]
}

/** The statuses that the document declares, or those that HTTP has for it. */
export const statusCodeConformance = (lab: Lab): ReadonlyArray<Property> => {
  const declared = lab.operation.document?.statuses ?? []
  const one = (expected: ReadonlyArray<number>): ReadonlyArray<number> => {
    const known = expected.filter((status) => declared.includes(`${status}`))
    return known.length > 0 ? known : expected
  }
  const statusIn = (expected: ReadonlyArray<number>) => (answer: Answer): Verdict =>
    expected.includes(answer.status) ? held : blame(lab, answer, `status ${expected.join(" or ")}`)
  const [success, refused, unknown] = [one([200]), one([400, 422]), one([401, 403])]
  return [
    right(lab, "A right request gets status 200.", statusIn(success)),
    ...wrong(lab, `A wrong request gets status ${refused.join(" or ")}.`, statusIn(refused)),
    ...unauthorized(
      lab,
      `A request without a right credential gets status ${unknown.join(" or ")}.`,
      statusIn(unknown)
    )
  ]
}

/** The media types. */
export const contentTypeConformance = (lab: Lab): ReadonlyArray<Property> => [
  right(
    lab,
    "The answer to a right request is application/json.",
    (answer) =>
      /^application\/(?:json|.+\+json)$/.test(answer.mediaType) && answer.json !== undefined
        ? held
        : blame(lab, answer, "a JSON body, said to be application/json")
  )
]

/** The body of a 200, by the document. */
export const responseSchemaConformance = (lab: Lab): ReadonlyArray<Property> => {
  const { document } = lab.operation
  if (document === undefined) return []
  const { validate } = Schema.validator(document.response)
  return [
    right(lab, "The answer to a right request is what the document says.", (answer) => {
      if (answer.status !== 200) return blame(lab, answer, "status 200, with a body by the document")
      const [problem] = validate(answer.json)
      return problem === undefined
        ? held
        : blame(
          lab,
          answer,
          "a body by the document",
          `${problem.instance} breaks "${problem.keyword}" of ${problem.schema}`
        )
    })
  ]
}

/** The keywords of the document's schema that the validator doesn't know, each with its place. */
export const uncheckedKeywords = ({ document }: Operation): ReadonlyArray<string> =>
  document === undefined
    ? []
    : Schema.validator(document.response).unchecked.map(({ keyword, schema }) => `${keyword} at ${schema}`)

/** What the contract doesn't allow is refused. */
export const negativeDataRejection = (lab: Lab): ReadonlyArray<Property> =>
  wrong(
    lab,
    "A body that the contract doesn't allow is refused, and never answered as though it held no filter.",
    (answer) => isRefusal(answer) ? held : blame(lab, answer, "a refusal (400)")
  )

/** Without a filter that has to be given there is no answer. */
export const requiredFilters = (lab: Lab): ReadonlyArray<Property> => {
  const { always, required } = lab.operation
  const asks = required.map(({ oneOf }, at) => {
    const others = Object.assign({}, ...required.filter((_, other) => other !== at).map(({ otherwise }) => otherwise))
    const parameters = Object.fromEntries(
      Object.entries({ ...always, ...others }).filter(([name]) => !oneOf.includes(name))
    )
    const whole = lab.asks.list({})
    return lab.operation.by === "query"
      ? { ...whole, query: (whole.query ?? []).filter(([name]) => name.replace(/\[\]$/, "") in parameters) }
      : lab.asks.post(JSON.stringify(parameters))
  })
  return [
    each(
      "left-out",
      "A request without a filter that has to be given is refused.",
      asks,
      (question) => ask(lab, question, (answer) => isRefusal(answer) ? held : blame(lab, answer, "a refusal (400)"))
    )
  ]
}

/** What the contract allows is accepted. */
export const positiveDataAcceptance = (lab: Lab): ReadonlyArray<Property> => {
  const { asks, operation } = lab
  const accepted = (answer: Answer): Verdict =>
    answer.items !== undefined ? held : blame(lab, answer, "200 with a list of items")
  const escaped = (text: string): string =>
    text.replace(/[a-z]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`)
  const bodyOf = (parameters: Parameters<typeof asks.list>[0]): string => asks.list(parameters).body?.toString() ?? ""
  return [
    each(
      "list-all",
      "A request without a filter is accepted.",
      [asks.list({})],
      (question) => ask(lab, question, accepted)
    ),
    right(lab, "A request that the contract allows is accepted.", accepted),
    ...(operation.by === "both"
      ? [
        each(
          "over-get",
          "GET without a filter is accepted.",
          [asks.get({})],
          (question) => ask(lab, question, accepted)
        )
      ]
      : []),
    ...(operation.by === "query" ? [] : [
      drawn(
        "written-otherwise",
        "The same body in another spelling of JSON, or with the character set in its media type, is accepted.",
        Cases.good(lab).slice(0, 200).flatMap(({ value }) => [
          { stratum: "charset", value: asks.list(value, { contentType: "application/json; charset=utf-8" }) },
          { stratum: "white space", value: asks.post(JSON.stringify(JSON.parse(bodyOf(value)), null, "\t")) },
          { stratum: "escapes", value: asks.post(bodyOf(value).replace(/"[a-z_]+":/g, escaped)) }
        ]),
        (question) => ask(lab, question, accepted)
      )
    ])
  ]
}

/** Only the methods of the operation do anything. */
export const unsupportedMethod = (lab: Lab): ReadonlyArray<Property> => {
  const { body: _, contentType: __, ...bodiless } = lab.asks.list({})
  return [
    each(
      "methods",
      "A method that the contract doesn't have is refused.",
      lab.operation.refuses.flatMap((method) => [lab.asks.list({}, { method }), { ...bodiless, method }]),
      (question) =>
        ask(
          lab,
          question,
          (answer) => isRefusal(answer) || answer.status === 501 ? held : blame(lab, answer, "405 Method Not Allowed")
        )
    )
  ]
}
