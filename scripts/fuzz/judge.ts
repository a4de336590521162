/**
 * What must hold of every case, and whether it does.
 *
 * @module
 */
import * as Cause from "effect/Cause"
import * as Exit from "effect/Exit"
import { inspect } from "node:util"
import {
  type ListError,
  SeamBadRequest,
  SeamConfigurationError,
  SeamConnectionFailed,
  SeamContractViolation,
  SeamInvalidFilter,
  SeamInvalidResponse,
  SeamRateLimited,
  SeamServerError,
  SeamTimedOut,
  SeamUnauthorized,
  SeamUnexpectedStatus
} from "../../mod.ts"
import { type Case, headers } from "./case.ts"
import { type End, expect } from "./expected.ts"
import { canary } from "./hostile.ts"
import { middlewares } from "./middlewares.ts"
import type { Operation, Played } from "./play.ts"
import { type Reading, textOf } from "./reading.ts"

/** Every failure that there may be. */
export const classes = {
  SeamBadRequest,
  SeamConfigurationError,
  SeamConnectionFailed,
  SeamContractViolation,
  SeamInvalidFilter,
  SeamInvalidResponse,
  SeamRateLimited,
  SeamServerError,
  SeamTimedOut,
  SeamUnauthorized,
  SeamUnexpectedStatus
}

/** What is wrong: with the kind of the promise that is broken. */
export interface Finding {
  readonly kind: "defect" | "disagreement" | "leak" | "secret" | "failure" | "bound"
  readonly says: string
}

/** How a case ended, and what is wrong with that. */
export interface Judged {
  readonly end: End | "defect" | "no end"
  readonly sessions: number
  readonly findings: ReadonlyArray<Finding>
}

const retryable = [408, 429, 500, 502, 503, 504]

/** Whether a failure is retryable, by the rule in the documentation. */
const isRetryable = (error: ListError | SeamConfigurationError): boolean => {
  switch (error._tag) {
    case "SeamRateLimited":
      return true
    case "SeamServerError":
    case "SeamUnexpectedStatus":
      return retryable.includes(error.status)
    case "SeamConnectionFailed":
      return error.reason !== "tls" && error.reason !== "middleware"
    default:
      return false
  }
}

/** What a program could show of a failure: in a few ways, or in all. */
const shownOf = (exit: Exit.Failure<void, ListError | SeamConfigurationError>, error: Error, all: boolean): string =>
  [
    error.message,
    JSON.stringify(error),
    ...all
      ? [
        error.stack,
        String(error),
        JSON.stringify(exit),
        inspect(error, { depth: 6, showHidden: true, getters: true }),
        Cause.pretty(exit.cause)
      ]
      : []
  ].join("\n")

/** The request ids that an answer may have a failure show. */
const idsOf = (fuzzed: Case): ReadonlyArray<string> =>
  fuzzed.answers.flatMap((answer) =>
    answer._tag === "Response"
      ? answer.headers.flatMap((name) => headers[name]?.isShown === true ? [headers[name].value] : [])
      : []
  )

const ofFailure = (
  exit: Exit.Failure<void, ListError | SeamConfigurationError>,
  fuzzed: Case,
  found: (kind: Finding["kind"], says: string) => void
): End | "defect" => {
  const [reason, ...others] = exit.cause.reasons
  if (reason === undefined || !Cause.isFailReason(reason) || others.length > 0) {
    found("defect", Cause.pretty(exit.cause))
    return "defect"
  }
  const error = reason.error
  const known = Object.entries(classes).find(([, type]) => error instanceof type)?.[0]
  if (known === undefined || error._tag !== known || error.name !== known) {
    found("failure", `none of the classes: ${inspect(error)}`)
    return "defect"
  }
  if (error.message.length <= 20) found("failure", `says too little: ${error.message}`)
  if ("isRetryable" in error && error.isRetryable !== isRetryable(error)) {
    found("failure", `isRetryable is ${error.isRetryable}: ${error.message}`)
  }
  const shown = shownOf(exit, error, fuzzed.isShown)
  const at = shown.toLowerCase().indexOf(canary.slice(0, -1))
  if (at >= 0) found("secret", `is shown: ${shown.slice(Math.max(0, at - 200), at + 50)}`)
  if ("requestId" in error && error.requestId !== undefined && !idsOf(fuzzed).includes(error.requestId)) {
    found("secret", `a request id that nobody sent: ${error.requestId}`)
  }
  return error._tag
}

/** Holds what came of a case against what must. */
export const judge = (
  fuzzed: Case,
  operation: Operation,
  played: Played,
  read: (bytes: Uint8Array) => Reading
): Judged => {
  const findings: Array<Finding> = []
  const found = (kind: Finding["kind"], says: string): void =>
    void findings.push({ kind, says: `${operation}: ${says}` })
  const { exit, left, millis, requests, sessions } = played
  const end = exit === undefined ? "no end" : Exit.isSuccess(exit) ? "sessions" : ofFailure(exit, fuzzed, found)
  if (end === "no end") found("bound", "the call doesn't end")

  const expected = expect(fuzzed, operation, read)
  const texts = sessions.map(textOf)
  const isSame = expected.ways.some((way) =>
    way.end === end && way.sessions.length === texts.length && way.sessions.every(({ text }, at) => text === texts[at])
  )
  if (!isSame && end !== "defect" && end !== "no end") {
    const ways = expected.ways.map((way) => `${way.end} after ${way.sessions.length} sessions`)
    found("disagreement", `${end} after ${texts.length} sessions; expected ${[...new Set(ways)].join(" or ")}`)
  }
  const [least, most] = expected.requests
  if (requests < least || requests > most) found("bound", `${requests} requests; expected ${least} to ${most}`)
  const [soonest, latest] = expected.millis
  if (millis < soonest || millis > latest) found("bound", `${millis} ms; expected ${soonest} to ${latest}`)
  // Bodies that a middleware drops unread never come to the client. Sleeps and requests without an answer do.
  const kept = middlewares[fuzzed.middleware]?.dropsResponses === true
    ? left.filter((what) => !what.startsWith("the body"))
    : left
  if (kept.length > 0) found("leak", `still open: ${kept.join(", ")}`)
  if (fuzzed.isShown && sessions.length > 0 && inspect(sessions[0]).includes(`cst1${canary}`)) {
    found("secret", "a session shows its token")
  }
  return { end, sessions: texts.length, findings }
}
