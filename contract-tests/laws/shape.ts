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
import type { Answer, NoAnswer } from "../engine/Probe.ts"
import * as Probes from "../engine/Probe.ts"
import type { Case, Judge, Property, Verdict } from "../engine/Property.ts"
import { drawn, each, generated, held, toothless } from "../engine/Property.ts"
import { isRefusal } from "../engine/Scene.ts"
import * as Surveys from "../engine/Survey.ts"
import * as Schema from "../openapi/Schema.ts"
import type { Operation } from "../operation/Operation.ts"
import * as Bodies from "./bodies.ts"
import * as Cases from "./cases.ts"
import { strangers } from "./credentials.ts"
import { bodies, questions } from "./spelling.ts"

const ask = (
  { probe }: Lab,
  question: Ask,
  judge: (answer: Answer) => Verdict
): Effect.Effect<Verdict, NoAnswer> => Effect.map(probe.ask(question), judge)

/** A law over the requests that are right. */
const right = (lab: Lab, law: string, judge: (answer: Answer) => Verdict): Property =>
  drawn("right", law, Cases.questions(lab), (question) =>
    ask(lab, question, (answer) => {
      const { parameters = {} } = question
      // Where nothing is found, a refusal may say so.
      const isNothing = isRefusal(answer) && lab.survey.items.length > 0 &&
        !lab.survey.index.candidates(parameters).some((item) => lab.must(parameters, item))
      return isNothing && ["400", "404"].includes(lab.readings["unknown_id"] ?? "") ? toothless : judge(answer)
    }))

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

// Requests of any kind at all, beside those that are known to be odd.
const oddRuns = 60

/** Every request gets an answer that doesn't blame the server. */
export const notAServerError = (lab: Lab): ReadonlyArray<Property> => {
  const law = "Every request, however odd, gets an answer below 500."
  const { asks, methods, probe } = lab
  // What makes no sense may be left out, and everything listed.
  const runs = Surveys.affordable(lab.survey, oddRuns)
  const judge: Judge<Ask> = Effect.fnUntraced(function*(question) {
    const answer = yield* probe.attempt(question)
    if (Probes.isAnswer(answer)) return answer.status >= 500 ? blame(lab, answer, "an answer below 500") : held
    if (answer.status > 0) return yield* Probes.unanswered(answer)
    // No answer, several times. It is this question's doing if another one is answered at once.
    yield* probe.again(asks.list({}))
    return blame(lab, answer, "an answer, as other requests get one")
  })
  const asked = (id: string, cases: ReadonlyArray<Case<Ask>>): ReadonlyArray<Property> =>
    cases.length === 0 ? [] : [drawn(id, law, cases, judge)]
  const { body: _, contentType: __, ...bodiless } = asks.post("")
  const plain = (questions: ReadonlyArray<Ask>): ReadonlyArray<Case<Ask>> =>
    questions.map((value) => ({ stratum: "", value }))
  return [
    ...asked("right", Cases.questions(lab)),
    ...asked("wrong", Bodies.bad(lab).map(({ stratum, value: { body } }) => ({ stratum, value: asks.post(body) }))),
    ...asked("cursors", plain(cursors(lab))),
    ...(methods.includes("GET")
      ? [
        ...asked("odd-query", plain(Bodies.oddQueries(lab).map((query) => ({ ...asks.get({}), query })))),
        generated("any-query", law, Bodies.anyQuery(lab).map((query) => ({ ...asks.get({}), query })), judge, runs)
      ]
      : []),
    ...(methods.includes("POST")
      ? [
        ...asked("hostile", plain(Bodies.hostile(lab).map((body) => asks.post(body)))),
        generated("any", law, Bodies.any(lab).map((body) => asks.post(body)), judge, runs),
        ...asked("no-body", plain([asks.post(""), bodiless]))
      ]
      : [])
  ]
}

/** Questions with cursors that no answer ever gave. */
const cursors = ({ asks, operation: { by, pages } }: Lab): ReadonlyArray<Ask> => {
  if (typeof pages !== "object") return []
  const { cursor } = pages
  return Bodies.oddCursors.map((value): Ask => {
    const question = asks.list({}, { firstPage: true })
    return by === "query"
      ? { ...question, query: [...question.query ?? [], [cursor, value]] }
      : { ...question, body: JSON.stringify({ ...JSON.parse(question.body?.toString() ?? "{}"), [cursor]: value }) }
  })
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
  // That there was a refusal at all is what other checks are about.
  const refusalIn = (expected: ReadonlyArray<number>) => (answer: Answer): Verdict =>
    answer.items === undefined ? statusIn(expected)(answer) : toothless
  const [success, refused, unknown] = [one([200]), one([400, 422]), one([401, 403])]
  return [
    right(lab, "A right request gets status 200.", statusIn(success)),
    ...wrong(lab, `A wrong request gets status ${refused.join(" or ")}.`, refusalIn(refused)),
    ...unauthorized(
      lab,
      `A request without a right credential gets status ${unknown.join(" or ")}.`,
      refusalIn(unknown)
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
  const asks = required.flatMap(({ oneOf }, at) => {
    const others = Object.assign({}, ...required.filter((_, other) => other !== at).map(({ otherwise }) => otherwise))
    const parameters = Object.fromEntries(
      Object.entries({ ...always, ...others }).filter(([name]) => !oneOf.includes(name))
    )
    const inQuery = lab.asks.get({})
    return lab.methods.map((method) =>
      method === "GET"
        ? { ...inQuery, query: (inQuery.query ?? []).filter(([name]) => name.replace(/\[\]$/, "") in parameters) }
        : lab.asks.post(JSON.stringify(parameters))
    )
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
  const strict = ["a character set", "white space", "escapes"]
  const accepted = (answer: Answer): Verdict =>
    answer.items !== undefined ? held : blame(lab, answer, "200 with a list of items")
  return [
    each(
      "list-all",
      "A request without a filter is accepted.",
      [asks.list({}), ...(operation.by === "both" ? [asks.get({})] : [])],
      (question) => ask(lab, question, accepted)
    ),
    right(lab, "A request that the contract allows is accepted.", accepted),
    ...(operation.by === "query" ? [] : [
      drawn(
        "written-otherwise",
        "The same body in another spelling of JSON, or with the character set in its media type, is accepted.",
        questions(lab).flatMap((parameters) => bodies(lab, parameters))
          .filter(([how]) => strict.includes(how)).map(([how, ask]) => ({ stratum: how, value: ask })),
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
