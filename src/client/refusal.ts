/**
 * From an answer that isn't 200 to the error it means.
 *
 * Nothing that the server wrote is shown: what an error prints comes from the closed lists here, and the server's own
 * words go into it as `Redacted`.
 *
 * @module
 */
import * as Duration from "effect/Duration"
import * as Headers from "effect/http/Headers"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import { describe, hint } from "../internal/problems.ts"
import {
  type ListError,
  SeamBadRequest,
  type SeamErrorType,
  SeamRateLimited,
  SeamServerError,
  SeamUnauthorized,
  SeamUnexpectedStatus
} from "../ListError.ts"
import { ListFilter } from "../ListFilter.ts"

/** What is known of an answer that isn't 200. */
export interface Refusal {
  readonly status: number
  readonly requestId: string | undefined
  readonly retryAfter: Duration.Duration | undefined
  /** The start of the body. */
  readonly body: string
}

const types: ReadonlyArray<SeamErrorType> = [
  "access_token_used_for_api_key",
  "invalid_content_type",
  "invalid_input",
  "method_not_allowed",
  "token_auth_not_accepted",
  "unauthorized"
]

const idForm = /^[A-Za-z0-9-]{1,64}$/

/** A text as an id could hold it: its letters and digits. */
const idLetters = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, "")

/**
 * The request's id, if it has the form of one. Seam's tokens don't: they have an underscore in them, JWTs a period. What
 * the caller gave may have any form, so an id that holds its letters and digits is dropped. (A server that hides a value in
 * an id on purpose, in hexadecimal say, is not found out: nothing here guesses at spellings.)
 */
export const requestId = (header: string, given: ReadonlyArray<unknown>): string | undefined =>
  idForm.test(header) &&
    !given.some((value) =>
      typeof value === "string" && idLetters(value) !== "" && idLetters(header).includes(idLetters(value))
    )
    ? header
    : undefined

/**
 * How long `Retry-After` asks to wait; nothing for garbage. Any number of seconds is read, and bounded. Of several, as
 * servers behind one another send them, it is the most.
 */
export const retryAfter = (header: string, now: number): Duration.Duration | undefined => {
  const value = Headers.parseRetryAfter(
    /^\d[\d, ]*$/.test(header)
      ? String(Math.min(Math.max(...header.split(",", 100).map(Number)), Number.MAX_SAFE_INTEGER))
      : header
  )
  return Result.isSuccess(value) ? Headers.retryAfterDelay(value.success, now) : undefined
}

const get = (value: unknown, key: string): unknown => Predicate.isObject(value) ? Reflect.get(value, key) : undefined

const errorIn = (body: string): unknown =>
  get(Result.getOrUndefined(Result.try((): unknown => JSON.parse(body))), "error")

const when = (wait: Duration.Duration | undefined): string => {
  const seconds = wait === undefined ? 0 : Math.ceil(Duration.toSeconds(wait))
  return seconds <= 0 ? "later" : seconds > 86_400 ? "in more than a day" : `in ${seconds} s`
}

/** The error that the answer means, and never a defect, whatever stands in it. */
export const toError = ({ body, requestId, retryAfter, status }: Refusal): ListError => {
  const error = errorIn(body)
  const type = types.find((known) => known === get(error, "type"))
  const said = get(error, "message")
  const serverMessage = typeof said === "string" && said !== "" ? said : undefined
  const message = (what: string): string =>
    `${what} (${type === undefined ? status : `${status} ${type}`}).${
      hint("serverMessage", serverMessage) || hint("body", body)
    }`
  const refused = {
    requestId,
    type,
    serverMessage: serverMessage === undefined ? undefined : Redacted.make(serverMessage),
    body: Redacted.make(body)
  }
  switch (status) {
    case 400: {
      const objections = get(error, "validation_errors")
      const problems = ListFilter.names.filter((name) =>
        Predicate.isObject(objections) && Object.hasOwn(objections, name)
      )
        .map((path) => ({ path, expected: "a value that Seam accepts" }))
      return new SeamBadRequest({
        ...refused,
        status,
        problems,
        message: message(`Seam refused the request: ${describe(problems) || "check the filter"}`)
      })
    }
    case 401:
      return new SeamUnauthorized({
        ...refused,
        status,
        message: message("Seam refused the credentials: check that the key is current and belongs to this workspace")
      })
    case 429:
      return new SeamRateLimited({
        ...refused,
        status,
        retryAfter,
        message: message(`Seam limits the rate of requests: try again ${when(retryAfter)}`)
      })
  }
  const passing = { ...refused, status, retryAfter }
  const unanswered = message(`Seam could not answer: try again ${when(retryAfter)}`)
  return status >= 500 && status <= 599
    ? new SeamServerError({ ...passing, message: unanswered })
    : new SeamUnexpectedStatus({
      ...passing,
      message: status === 408 ? unanswered : message(
        `${
          status === 404
            ? "There is no such operation"
            : status >= 300 && status <= 399
            ? "Redirects are not followed"
            : "The contract has no such status"
        }: check the endpoint and the key`
      )
    })
}
