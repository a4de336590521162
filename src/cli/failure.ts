/**
 * How a command fails: in one or two lines, with an exit code of its own.
 *
 * @module
 */
import type * as Cause from "effect/Cause"
import * as Data from "effect/Data"
import type { SeamConfigurationError } from "../ConfigurationError.ts"
import type { ListError } from "../ListError.ts"
import { escape } from "./printable.ts"

type Fields = {
  /** What standard error says; empty where everything has been said. */
  readonly message: string
  /** What the shell sees. */
  readonly exitCode: number
}

const FailureBase: new(args: Fields) => Cause.YieldableError & { readonly _tag: "Failure" } & Fields = Data.TaggedError(
  "Failure"
)

/** The end of a command that did not do what it was asked to. */
export class Failure extends FailureBase {}

/** The exit code of wrong flags, filters and configuration. */
export const usage = 2

const exitCodes: Readonly<Record<ListError["_tag"] | SeamConfigurationError["_tag"], number>> = {
  SeamConfigurationError: usage,
  SeamInvalidFilter: usage,
  SeamUnauthorized: 3,
  SeamBadRequest: 4,
  SeamRateLimited: 5,
  SeamServerError: 5,
  SeamUnexpectedStatus: 5,
  SeamConnectionFailed: 6,
  SeamTimedOut: 6,
  SeamInvalidResponse: 7,
  SeamContractViolation: 7
}

/** The failure of a command that lists. Parts of its message are the server's, and may hold anything. */
export const fromListError = (error: ListError | SeamConfigurationError): Failure => {
  const message = escape(error.message)
  const requestId = "requestId" in error ? error.requestId : undefined
  return new Failure({
    message: requestId === undefined ? message : `${message}\nRequest id: ${escape(requestId)}`,
    exitCode: exitCodes[error._tag]
  })
}
