/**
 * What Seam's service is known to do beyond the shape of its operation: the kinds of credentials, from the recorded page, and
 * the wire conventions of neighbouring routes, which the page doesn't speak of.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import type { Ask } from "../engine/Ask.ts"
import * as Asks from "../engine/Ask.ts"
import * as Authorizations from "../engine/Authorization.ts"
import type { Convention } from "../engine/Check.ts"
import type { Lab } from "../engine/Lab.ts"
import { blame } from "../engine/Lab.ts"
import type { Point } from "../engine/Point.ts"
import { notObserved } from "../engine/Point.ts"
import type { Answer, NoAnswer } from "../engine/Probe.ts"
import type { Property, Verdict } from "../engine/Property.ts"
import { drawn, each, held, toothless } from "../engine/Property.ts"
import { idOf, isRefusal } from "../engine/Scene.ts"
import * as Bodies from "../laws/bodies.ts"
import * as Cases from "../laws/cases.ts"
import * as Credentials from "../laws/credentials.ts"
import type { Item } from "../operation/Item.ts"
import * as Items from "../operation/Item.ts"

// ---------------------------------------------------------------------------------------------------------------------
// What the page says
// ---------------------------------------------------------------------------------------------------------------------

/** Tokens of a kind that this operation doesn't take, none of them real. */
const wrongKinds = [
  Authorizations.other("a publishable key", "Bearer seam_pk1contract_check"),
  Authorizations.other("a client session token", "Bearer seam_cst1contract_check"),
  Authorizations.other(
    "a personal access token without a workspace",
    "Bearer seam_at1contract_check",
    "Bearer seam_at1contract_check",
    false
  ),
  Authorizations.other(
    "a console session without a workspace",
    "Bearer eyJhbGciOiJIUzI1NiJ9.e30.contract",
    "Bearer eyJhbGciOiJIUzI1NiJ9.e30.contract",
    false
  )
]

// Live tokens that are tried.
const maxTokens = 50

/** The live tokens of sessions: real tokens, of the wrong kind. In a shell each is asked for first. */
const liveTokens = (lab: Lab) =>
  lab.survey.items.slice(0, maxTokens).flatMap((session) => {
    const token = session["token"]
    const id = idOf(lab, session)
    if (typeof token !== "string" || /[^\u0021-\u007e]/.test(token)) return []
    const lookup = Asks.curl(lab.asks.list({ client_session_id: id }), lab.probe.target)
    return [{
      ...Authorizations.other(
        `the token of session ${id}`,
        `Bearer ${token}`,
        `Bearer $(${lookup} | sed -n 's/.*"token": *"\\([^"]*\\)".*/\\1/p' | head -n 1)`
      ),
      hidden: { says: "the token of a session", shell: () => "Bearer <the token of a session>" }
    }]
  })

/** No answer for a token of another kind. */
const wrongKindOfAuth = (lab: Lab): ReadonlyArray<Property> => {
  const { asks, probe: { ask, target } } = lab
  const alone = Object.keys(target.credential?.headers ?? {}).length > 0 ? [asks.authorizations.alone] : []
  const kinds = [...wrongKinds, ...alone].map((value) => ({ stratum: value.says, value }))
  return [
    drawn(
      "kinds",
      "A client session token, a publishable key or a token without a workspace is refused.",
      [...kinds, ...liveTokens(lab).map((value) => ({ stratum: "live", value }))].flatMap(({ stratum, value }) => [
        { stratum, value: asks.list({}, { authorization: value }) },
        { stratum: `${stratum}, with a filter`, value: asks.list(Cases.example(lab), { authorization: value }) }
      ]),
      (question) => Effect.map(ask(question), (answer) => Credentials.keptOut(lab, answer))
    )
  ]
}

const isExpired = (session: Item, now: number): boolean => Date.parse(Items.textAt(session, "expires_at") ?? "") <= now

const expiredSessions: Point = {
  name: "expired_sessions",
  readings: ["listed", "left out"],
  recognise: ({ probe: { target }, survey }) =>
    Effect.map(
      Effect.clockWith(({ currentTimeMillis }) => currentTimeMillis),
      (now) =>
        survey.items.some((session) => isExpired(session, now))
          ? "listed"
          : target.items?.some((session) => isExpired(session, now)) === true
          ? "left out"
          : notObserved
    )
}

/** What the recorded page says of credentials, and the points that it leaves open beside those of its filters. */
export const page: Convention = {
  name: "page",
  checks: [{
    name: "wrong_kind_of_auth",
    kind: "shape",
    sentence: "A token of a kind that this operation doesn't take opens nothing.",
    properties: wrongKindOfAuth,
    needs: Credentials.withoutCredential
  }],
  points: [expiredSessions],
  mayOmit: (session, { expired_sessions }, now) => expired_sessions === "left out" && isExpired(session, now)
}

// ---------------------------------------------------------------------------------------------------------------------
// What the page doesn't say
// ---------------------------------------------------------------------------------------------------------------------

const asking = (lab: Lab, ask: Ask, judge: (answer: Answer) => Verdict): Effect.Effect<Verdict, NoAnswer> =>
  Effect.map(lab.probe.ask(ask), judge)

const wrongTypes = (lab: Lab) => Bodies.wrongTypes(lab).map((value) => ({ stratum: value.why, value }))

/** Errors say what is wrong in one form. */
const errorEnvelope = (lab: Lab): ReadonlyArray<Property> => {
  const law = "A refusal says why, in the form that the vendor's clients read."
  const inEnvelope = (answer: Answer): Verdict => {
    const right = answer.mediaType === "application/json" && Items.at(answer.json, "ok") === false &&
      typeof Items.at(answer.json, "error.type") === "string" &&
      typeof Items.at(answer.json, "error.message") === "string"
    return right
      ? held
      : isRefusal(answer) || answer.status >= 500
      ? blame(lab, answer, "{\"ok\": false, \"error\": {\"type\", \"message\"}} as application/json", answer.seen)
      : toothless
  }
  return [
    drawn("wrong", law, wrongTypes(lab), ({ body }) => asking(lab, lab.asks.post(body), inEnvelope)),
    drawn("unauthorized", law, Credentials.strangers(lab), (question) => asking(lab, question, inEnvelope))
  ]
}

const requestIdHeader = "seam-request-id"

/** Every answer can be told apart in a support request. */
const requestIdPresent = (lab: Lab): ReadonlyArray<Property> => {
  const law = `Every answer has a ${requestIdHeader} of its own.`
  const seen = new Map<string, Headers>()
  const identified = (answer: Answer): Verdict => {
    const id = answer.headers.get(requestIdHeader) ?? ""
    if (id === "") return blame(lab, answer, `the header ${requestIdHeader}`, `${answer.seen}, without it`)
    const other = seen.get(id) ?? answer.headers
    seen.set(id, answer.headers)
    return other === answer.headers
      ? held
      : blame(lab, answer, `a ${requestIdHeader} of its own`, `${answer.seen}, with the id of another answer`)
  }
  const twice = Effect.fnUntraced(function*(question: Ask): Effect.fn.Return<() => Verdict, NoAnswer> {
    const [first, second] = [yield* lab.probe.ask(question), yield* lab.probe.again(question)]
    return () => {
      const verdict = identified(first)
      return verdict.violation === undefined ? identified(second) : verdict
    }
  })
  // Whose id it is depends on the cases before.
  const one = (ask: Ask) => Effect.map(lab.probe.ask(ask), (answer) => () => identified(answer))
  return [
    each("again", law, [lab.asks.list({})], twice),
    drawn("right", law, Cases.questions(lab), one),
    drawn("wrong", law, wrongTypes(lab), ({ body }) => one(lab.asks.post(body))),
    drawn("unauthorized", law, Credentials.strangers(lab), one)
  ]
}

/**
 * The error envelope and the request ids of the vendor's neighbouring routes. The recorded page has neither: a server that
 * was written from it needs none.
 */
export const wire: Convention = {
  name: "wire",
  checks: [
    {
      name: "error_envelope",
      kind: "shape",
      sentence: "A refusal says why, in the vendor's form.",
      properties: errorEnvelope
    },
    {
      name: "request_id_present",
      kind: "shape",
      sentence: "Every answer has a request id of its own.",
      properties: requestIdPresent
    }
  ],
  points: []
}
