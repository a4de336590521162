/**
 * How a command fails: in one or two lines, with an exit code of its own.
 *
 * @module
 */
import type * as Cause from "effect/Cause"
import * as Data from "effect/Data"
import type { ConfigurationError } from "../ConfigurationError.ts"
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

const exitCodes: Readonly<Record<ListError["_tag"] | ConfigurationError["_tag"], number>> = {
  ConfigurationError: usage,
  InvalidFilter: usage,
  Unauthorized: 3,
  BadRequest: 4,
  RateLimited: 5,
  ServerError: 5,
  UnexpectedStatus: 5,
  ConnectionFailed: 6,
  TimedOut: 6,
  InvalidResponse: 7,
  ContractViolation: 7
}

/** The failure of a command that lists. Parts of its message are the server's, and may hold anything. */
export const fromListError = (error: ListError | ConfigurationError): Failure => {
  const message = escape(error.message)
  const requestId = "requestId" in error ? error.requestId : undefined
  return new Failure({
    message: requestId === undefined ? message : `${message}\nRequest id: ${escape(requestId)}`,
    exitCode: exitCodes[error._tag]
  })
}
