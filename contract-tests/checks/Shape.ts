/**
 * The checks of form: statuses, media types, bodies, and what must be let in or kept out. They know the recorded schema,
 * and nothing of what a filter means.
 *
 * @module
 */
import { Validator } from "@cfworker/json-schema"
import * as Effect from "effect/Effect"
import * as Arbitraries from "../Arbitraries.ts"
import * as Ask from "../Ask.ts"
import * as Authorization from "../Authorization.ts"
import type { Lab } from "../Lab.ts"
import { blame, isRefusal, seen } from "../Lab.ts"
import type { Answer, NotAsked } from "../Probe.ts"
import type { Item, Property, Verdict } from "../Property.ts"
import { drawn, each, generated, held, toothless } from "../Property.ts"
import { contract, toJsonSchema } from "../Recorded.ts"
import type { Filter } from "../Session.ts"
import { nullableParameters } from "../Session.ts"
import { singles } from "./Filters.ts"

const ask = (
  { probe }: Lab,
  question: Ask.Ask,
  judge: (answer: Answer) => Verdict
): Effect.Effect<Verdict, NotAsked> => Effect.map(probe.ask(question), judge)

/** Requests that are right: no filter, each filter with a value that exists, and two of one session. */
const good = (lab: Lab): ReadonlyArray<Item<Filter>> => [
  { stratum: "{}", value: {} },
  ...singles(lab).map(({ stratum, value }) => ({ stratum, value: value.filter })),
  ...lab.survey.sessions.slice(0, 40).flatMap((session): ReadonlyArray<Item<Filter>> => {
    const { client_session_id, user_identifier_key, user_identity_id } = session
    return [
      { stratum: "two", value: { client_session_id, ...(user_identifier_key && { user_identifier_key }) } },
      { stratum: "without false", value: { without_user_identifier_key: false } },
      { stratum: "identity", value: { ...(user_identity_id && { user_identity_id }), client_session_id } }
    ]
  })
]

/** A filter that finds something, to put beside what is wrong. */
const example = ({ survey: { sessions } }: Lab): Filter => {
  const session = sessions.find(({ user_identifier_key }) => user_identifier_key !== null) ?? sessions[0]
  return session === undefined ? {} : {
    client_session_id: session.client_session_id,
    ...(session.user_identifier_key !== null && { user_identifier_key: session.user_identifier_key })
  }
}

const wrongTypes = (lab: Lab): ReadonlyArray<Item<Arbitraries.BadBody>> =>
  // Where null isn't refused, the checks of meaning say what it may find.
  Arbitraries.wrongTypeBodies(example(lab), contract, lab.readings.null_filter === "400" ? [] : nullableParameters)
    .map((value) => ({ stratum: value.why, value }))

const bad = (lab: Lab): ReadonlyArray<Item<Arbitraries.BadBody>> => [
  ...wrongTypes(lab),
  ...Arbitraries.malformedBodies.map((value) => ({ stratum: value.why, value }))
]

/** Requests without a right credential, with and without a filter. */
const strangers = (lab: Lab): ReadonlyArray<Item<Ask.Ask>> =>
  Authorization.refused.flatMap((authorization) =>
    [{}, ...singles(lab).slice(0, 400).map(({ value }) => value.filter)].map((filter) => ({
      stratum: `${authorization.says}, ${Object.keys(filter).join()}`,
      value: Ask.list(filter, { authorization })
    }))
  )

// ---------------------------------------------------------------------------------------------------------------------
// Answers at all
// ---------------------------------------------------------------------------------------------------------------------

const noServerError = (answer: Answer): Verdict =>
  answer.status === 0 || answer.status >= 500 ? blame(answer, "an answer below 500") : held

/** Every request gets an answer that doesn't blame the server. */
export const notAServerError = (lab: Lab): ReadonlyArray<Property> => {
  const law = "Every request, however odd, gets an answer below 500."
  return [
    // Asked before any check was: if the target has stopped answering, this is what says so.
    each("at-first", law, [lab.survey.answer, ...lab.probe.lost()], (answer) => Effect.succeed(noServerError(answer))),
    drawn("right", law, good(lab), (filter) => ask(lab, Ask.list(filter), noServerError)),
    drawn("wrong", law, bad(lab), ({ body }) => ask(lab, Ask.post(body), noServerError)),
    generated("any", law, Arbitraries.anyBody(), (body) => ask(lab, Ask.post(body), noServerError)),
    each("no-body", law, [Ask.post(""), bodiless], (question) => ask(lab, question, noServerError))
  ]
}

const bodiless: Ask.Ask = { method: "POST", authorization: Authorization.bearer }

const statusIs = (expected: number): (answer: Answer) => Verdict => (answer) =>
  answer.status === expected ? held : blame(answer, `status ${expected}`, undefined, seen(answer))

/** The statuses that the contract declares: 200, 400 and 401. */
export const statusCodeConformance = (lab: Lab): ReadonlyArray<Property> => [
  drawn("right", "A right request gets status 200.", good(lab), (filter) => ask(lab, Ask.list(filter), statusIs(200))),
  drawn("wrong", "A wrong request gets status 400.", bad(lab), ({ body }) => ask(lab, Ask.post(body), statusIs(400))),
  drawn(
    "unauthorized",
    "A request without a right credential gets status 401.",
    strangers(lab),
    (question) => ask(lab, question, statusIs(401))
  )
]

/** The media types. */
export const contentTypeConformance = (lab: Lab): ReadonlyArray<Property> => {
  const json = (answer: Answer): Verdict =>
    answer.mediaType === "application/json" && answer.json !== undefined
      ? held
      : blame(answer, "a JSON body, said to be application/json")
  const noPage = (answer: Answer): Verdict =>
    answer.mediaType === "text/html" ? blame(answer, "anything but a web page") : held
  return [
    drawn(
      "right",
      "The answer to a right request is application/json.",
      good(lab),
      (filter) => ask(lab, Ask.list(filter), json)
    ),
    drawn(
      "wrong",
      "A program that asks wrongly doesn't get a web page.",
      bad(lab),
      ({ body }) => ask(lab, Ask.post(body), noPage)
    ),
    drawn(
      "unauthorized",
      "A program that may not ask doesn't get a web page.",
      strangers(lab),
      (question) => ask(lab, question, noPage)
    )
  ]
}

const validator = new Validator(toJsonSchema(contract.response), "7", false)

/** The body of a 200, by the recorded schema. */
export const responseSchemaConformance = (lab: Lab): ReadonlyArray<Property> => [
  drawn(
    "right",
    "The answer to a right request is what the recorded schema says.",
    good(lab),
    (filter) =>
      ask(lab, Ask.list(filter), (answer) => {
        if (answer.status !== 200) return blame(answer, "status 200, with a body by the recorded schema", filter)
        const { errors, valid } = validator.validate(answer.json)
        // The innermost error comes last, and names the field; its value may be anything, and is not shown.
        const error = errors.at(-1)
        return valid
          ? held
          : blame(
            answer,
            "a body by the recorded schema",
            filter,
            `${error?.instanceLocation ?? "#"} breaks "${error?.keyword ?? ""}" of ${error?.keywordLocation ?? ""}`
          )
      })
  )
]

// ---------------------------------------------------------------------------------------------------------------------
// What is let in
// ---------------------------------------------------------------------------------------------------------------------

/** What the contract doesn't allow is refused. */
export const negativeDataRejection = (lab: Lab): ReadonlyArray<Property> => [
  drawn(
    "wrong",
    "A body that the contract doesn't allow is refused, and never answered as though it held no filter.",
    bad(lab),
    ({ body }) => ask(lab, Ask.post(body), (answer) => isRefusal(answer) ? held : blame(answer, "a refusal (400)"))
  )
]

/** What the contract allows is accepted. */
export const positiveDataAcceptance = (lab: Lab): ReadonlyArray<Property> => {
  const accepted = (answer: Answer): Verdict =>
    answer.sessions !== undefined ? held : blame(answer, "200 with a list of sessions")
  const escaped = (text: string): string =>
    text.replace(/[a-z]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`)
  return [
    each(
      "list-all",
      "A request without a filter is accepted.",
      [Ask.list({})],
      (question) => ask(lab, question, accepted)
    ),
    drawn(
      "right",
      "A request that the contract allows is accepted.",
      good(lab),
      (filter) => ask(lab, Ask.list(filter), accepted)
    ),
    drawn(
      "written-otherwise",
      "The same body in another spelling of JSON, or with the character set in its media type, is accepted.",
      good(lab).slice(0, 200).flatMap(({ value }) => [
        { stratum: "charset", value: Ask.list(value, { contentType: "application/json; charset=utf-8" }) },
        { stratum: "white space", value: Ask.post(JSON.stringify(value, null, "\t")) },
        { stratum: "escapes", value: Ask.post(JSON.stringify(value).replace(/"[a-z_]+":/g, escaped)) }
      ]),
      (question) => ask(lab, question, accepted)
    )
  ]
}

/** Only the method of the contract does anything. */
export const unsupportedMethod = (lab: Lab): ReadonlyArray<Property> => [
  each(
    "methods",
    "A method that the contract doesn't have is refused.",
    // None of them could change a list of sessions, whatever the server makes of it.
    ["PUT", "PATCH", "DELETE"].flatMap((method) => [Ask.list({}, { method }), { ...bodiless, method }]),
    (question) =>
      ask(
        lab,
        question,
        (answer) => isRefusal(answer) || answer.status === 501 ? held : blame(answer, "405 Method Not Allowed")
      )
  )
]

// ---------------------------------------------------------------------------------------------------------------------
// Who is let in
// ---------------------------------------------------------------------------------------------------------------------

const keptOut = (answer: Answer): Verdict => isRefusal(answer) ? held : blame(answer, "a refusal (401), and no session")

/** No answer without the credential. */
export const ignoredAuth = (lab: Lab): ReadonlyArray<Property> => [
  drawn(
    "refused",
    "A request without a right credential is refused.",
    strangers(lab),
    (question) => ask(lab, question, keptOut)
  ),
  ...(lab.readings.get === "the same operation"
    ? [
      each(
        "over-get",
        "A GET without a right credential is refused.",
        Authorization.refused.map((authorization) => Ask.get({}, { authorization })),
        (question) => ask(lab, question, keptOut)
      )
    ]
    : [])
]

/** No answer for a token of another kind. */
export const wrongKindOfAuth = (lab: Lab): ReadonlyArray<Property> => {
  const { probe: { target }, survey } = lab
  const live = [...survey.tokens].slice(0, 50).map(([id, token]) =>
    Authorization.sessionToken(id, token, Ask.curl(Ask.list({ client_session_id: id }), target))
  )
  const kinds = [
    ...Authorization.wrongKinds,
    ...(target.credential.workspaceId === undefined ? [] : [Authorization.withoutWorkspace])
  ].map((value) => ({ stratum: value.says, value }))
  return [
    drawn(
      "kinds",
      "A client session token, a publishable key or a token without a workspace is refused.",
      [...kinds, ...live.map((value) => ({ stratum: "live", value }))].flatMap(({ stratum, value }) => [
        { stratum, value: Ask.list({}, { authorization: value }) },
        { stratum: `${stratum}, with a filter`, value: Ask.list(example(lab), { authorization: value }) }
      ]),
      (question) => ask(lab, question, keptOut)
    )
  ]
}

// ---------------------------------------------------------------------------------------------------------------------
// What comes with it
// ---------------------------------------------------------------------------------------------------------------------

const has = (value: unknown, key: string): unknown =>
  typeof value === "object" && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined

const inEnvelope = (answer: Answer): Verdict => {
  const error = has(answer.json, "error")
  const right = answer.mediaType === "application/json" && has(answer.json, "ok") === false &&
    typeof has(error, "type") === "string" && typeof has(error, "message") === "string"
  return right
    ? held
    : isRefusal(answer) || answer.status >= 500
    ? blame(answer, "{\"ok\": false, \"error\": {\"type\", \"message\"}} as application/json", undefined, answer.seen)
    : toothless
}

/** Errors say what is wrong in one form. */
export const errorEnvelope = (lab: Lab): ReadonlyArray<Property> => {
  const law = "A refusal says why, in the form that the vendor's clients read."
  return [
    drawn("wrong", law, wrongTypes(lab), ({ body }) => ask(lab, Ask.post(body), inEnvelope)),
    drawn("unauthorized", law, strangers(lab), (question) => ask(lab, question, inEnvelope))
  ]
}

/** Every answer can be told apart in a support request. */
export const requestIdPresent = (lab: Lab): ReadonlyArray<Property> => {
  const law = "Every answer has a seam-request-id of its own."
  const identified = Effect.fnUntraced(function*(question: Ask.Ask): Effect.fn.Return<Verdict, NotAsked> {
    const first = yield* lab.probe.ask(question)
    if (!first.requestId) return blame(first, "the header seam-request-id", undefined, `${first.seen}, without it`)
    const second = yield* lab.probe.ask(question)
    return first.requestId === second.requestId
      ? blame(second, "a seam-request-id of its own", undefined, `${second.seen}, with the id of the answer before`)
      : held
  })
  return [
    drawn("right", law, good(lab).slice(0, 200), (filter) => identified(Ask.list(filter))),
    drawn("wrong", law, wrongTypes(lab), ({ body }) => identified(Ask.post(body))),
    drawn("unauthorized", law, strangers(lab), identified)
  ]
}
